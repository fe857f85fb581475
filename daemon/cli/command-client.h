#pragma once

/*
 * Hands a command to the process that may do more than this user (cli/command-service.h). The files that
 * the command names are opened here, with the rights of the user, and what the process writes comes here
 * through pipes, so that it holds no terminal.
 */

#include "cli/command.h"

/**
 * command_client_run() - run the parsed command in the process behind the socket of the configuration
 * @words: those of the command line from the name of the command on
 * @ret_code: the exit code of the command; set on 0 only
 *
 * Return: 0, also if the command was refused there; negative errno if nobody listens on the socket, or this
 * user may not connect.
 */
int command_client_run(Cli *cli, int n_words, char **words, int *ret_code);
