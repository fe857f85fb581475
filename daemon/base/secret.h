#pragma once

/* A secret that stands in a file, such as a password that systemd hands over as a credential. */

/**
 * secret_read() - the first line of a file
 * @path: "" for none
 * @ret:  for secret_forget(); NULL for none, and on failure
 * Return: 0 or negative errno.
 */
int secret_read(const char *path, char **ret);

/** secret_forget() - for CLEANUP(): overwrite and free it. */
void secret_forget(char **secret);
