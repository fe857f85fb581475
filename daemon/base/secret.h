#pragma once

/* Inside of remind/ only: a password that stands in a file, such as a credential of systemd's. */

/** secret_read() - the file's first line, for secret_forget(); *ret stays as it is for an empty @path. Return: 0 or negative errno. */
int secret_read(const char *path, char **ret);

/** secret_forget() - for CLEANUP(): nothing of it is left in memory. */
void secret_forget(char **password);
