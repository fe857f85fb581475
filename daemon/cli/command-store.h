#pragma once

/* Opens the store for a command, or hands the command over to a process that may open it. */

#include "cli/command.h"

/**
 * command_store_open() - open the store for the parsed command. What this user may not do alone is handed
 * over to the process behind the socket of the configuration, if there is one (cli/command-client.h).
 * @words: those of the command line from the name of the command on
 * @ret_code: the exit code of a command that was handed over; -1 otherwise
 *
 * Return: CLI_DONE, or an exit code after a message.
 */
int command_store_open(Cli *cli, int n_words, char **words, int *ret_code);
