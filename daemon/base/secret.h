#pragma once

/* Reads a secret from a file, such as a password that systemd passes as a credential. */

/**
 * secret_read() - read the first line of a file
 * @path: "" if there is no secret
 * @ret:  the secret, to be freed by secret_forget(); NULL if there is none, and on failure
 *
 * Return: 0; -EFBIG for a file of more than 4096 bytes; other negative errno.
 */
int secret_read(const char *path, char **ret);

/** secret_forget() - overwrite a secret and free it; for CLEANUP(). */
void secret_forget(char **secret);
