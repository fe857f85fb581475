#pragma once

/*
 * The rights of a user in a command that a process with more rights runs (cli/command-service.h). Each user
 * who may connect may read. The account with the user's name decides the rest: an editor who may write all
 * collections of the office changes what the office has, an administrator the accounts as well. Commands
 * that write files, or need the daemon to be stopped, are root's.
 */

#include "cli/command.h"

/**
 * command_right_check() - whether the user may run the parsed command. The store is open.
 * @user: the name of the user
 *
 * Return: CLI_DONE, or CLI_REFUSED after a message.
 */
int command_right_check(const Cli *cli, const char *user);

/**
 * command_right_check_words() - whether the parsed command can be run for another user at all
 * Return: CLI_DONE, or CLI_REFUSED after a message.
 */
int command_right_check_words(const Cli *cli);
