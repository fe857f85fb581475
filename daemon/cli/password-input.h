#pragma once

/* Reads a new password: from the terminal without echo, otherwise the first line of standard input. */

#include "base/password.h"
#include "cli/command.h"

enum { PASSWORD_INPUT_SIZE = PASSWORD_MAX_BYTES + 2 };

/**
 * password_input() - read a new password; on a terminal it is asked for twice
 * @ret: UTF-8 without control characters, at least PASSWORD_MIN_CHARACTERS characters and at most
 *       PASSWORD_MAX_BYTES bytes. In every case the caller must overwrite it with explicit_bzero().
 *
 * Return: CLI_DONE, or an exit code after a message.
 */
int password_input(const Cli *cli, char ret[static PASSWORD_INPUT_SIZE]);
