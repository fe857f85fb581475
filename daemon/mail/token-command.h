#pragma once

/*
 * Runs the program that prints an OAuth 2.0 access token. No shell is involved, the program gets no
 * arguments and none of our file descriptors, and what it prints appears in no log.
 */

#include "base/time.h"

/**
 * token_command_run() - run a program and read the first line that it prints
 * @path:    absolute
 * @timeout: how long it may take; then it is killed with everything that it has started in its group
 * @ret:     to be freed by secret_forget()
 *
 * Return: 0; -ETIMEDOUT; -ENODATA if the first line is empty; -ECHILD if the exit status is not 0; -EFBIG if
 * it prints 4095 bytes or more; other negative errno if it cannot be started.
 */
int token_command_run(const char *path, usec_t timeout, char **ret);
