#pragma once

/*
 * Run as root, `convene` acts on the store as the owner of the state directory: no file of it may end up as
 * root's, or the daemon could not write it. Files that the caller names are read and written as the caller.
 */

/**
 * owner_become() - act as the owner of the directory that the store's URL lies in; nothing happens unless
 * root
 * Return: 0 or negative errno.
 */
int owner_become(const char *store_url);

/**
 * owner_stay() - be the owner from now on, with no way back; before what others wrote is parsed
 * The store must be open: a directory that root alone may enter is closed to the process afterwards.
 * Return: 0 or negative errno.
 */
int owner_stay(void);

/** owner_pause() - act as the caller again, until owner_resume(). */
void owner_pause(void);
void owner_resume(void);
