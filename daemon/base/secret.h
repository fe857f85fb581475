#pragma once

/* Reads a secret from a file, such as a password that systemd passes as a credential. */

/**
 * secret_read() - read the first line of a file
 * @path: "" for none
 * @ret:  for secret_forget(); NULL for none, and on failure
 * Return: 0 or negative errno.
 */
int secret_read(const char *path, char **ret);

/** secret_forget() - for CLEANUP(): overwrite and free it. */
void secret_forget(char **secret);
