#pragma once

/* Inside of remind/ only: a password that stands in a file, such as a credential of systemd's. */

/** password_read() - the file's first line, for password_forget(); *ret stays as it is for an empty @path. Return: 0 or negative errno. */
int password_read(const char *path, char **ret);

/** password_forget() - for CLEANUP(): nothing of it is left in memory. */
void password_forget(char **password);
