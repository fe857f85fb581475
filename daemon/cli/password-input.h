#pragma once

/* Reads a new password: from the terminal without echo, otherwise the first line of standard input. */

#include "base/password.h"
#include "cli/command.h"

enum { PASSWORD_INPUT_SIZE = PASSWORD_MAX_BYTES + 2 };

/**
 * password_input() - read a new password; on a terminal it is asked for twice
 * @ret: to be overwritten with explicit_bzero(); checked: at least PASSWORD_MIN_CHARACTERS characters of
 *       UTF-8 without control characters, at most PASSWORD_MAX_BYTES
 *
 * Return: an exit code, after any message.
 */
int password_input(const Cli *cli, char ret[static PASSWORD_INPUT_SIZE]);
