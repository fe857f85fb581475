#pragma once

/*
 * Run as root, `convene` acts on the store as the owner of the state directory: a file of the store that
 * belongs to root could not be written by the daemon. Files that the caller names are read and written
 * as the caller.
 */

/**
 * owner_become() - act as the owner of the store's directory; does nothing unless the caller is root
 * Return: 0 or negative errno.
 */
int owner_become(const char *store_url);

/**
 * owner_stay() - become the owner for good; call it before untrusted text is parsed. The store must be
 * open: afterwards the process cannot enter a directory that only root may enter.
 * Return: 0 or negative errno.
 */
int owner_stay(void);

/** owner_pause() - act as the caller again, until owner_resume(). */
void owner_pause(void);
void owner_resume(void);
