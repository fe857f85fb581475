#pragma once

/*
 * If root runs `convene`, it uses the store with the rights of the owner of the state directory: the
 * daemon could not write a file of the store that belongs to root. Files that the caller names are read
 * and written with the rights of the caller.
 */

/**
 * owner_become() - act as the owner of the store's directory. Does nothing if the caller is not root, or if
 * root owns the directory.
 * Return: 0 or negative errno.
 */
int owner_become(const char *store_url);

/**
 * owner_stay() - become the owner permanently; to be called before untrusted text is parsed. The store must
 * be open already, because afterwards the process cannot enter a directory that only root may enter.
 * Return: 0 or negative errno.
 */
int owner_stay(void);

/** owner_pause() - act as the caller again, until owner_resume(). Both abort the program if they fail. */
void owner_pause(void);
void owner_resume(void);
