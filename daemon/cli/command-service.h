#pragma once

/*
 * `convene --serve`: runs one command for the user at the other end of a socket, with the rights of this
 * process, which has the rights to the store (units/convened-command.socket). The kernel says which user it
 * is (unix(7), SO_PEERCRED), command-right.h what this user may do. Nothing else of the caller counts: the
 * configuration is this process's, no file is opened by its name (caller-file.h), and the environment is
 * not the caller's, but for the language.
 */

#include "cli/command.h"

/**
 * command_service_run() - receive a command on standard input, run it, and send its exit code
 * @run: runs the words of a command and returns the exit code
 *
 * Return: the exit code of this process: CLI_DONE once a command was received, however it ended.
 */
int command_service_run(Cli *cli, int (*run)(Cli *cli, int n_words, char **words));
