#pragma once

/* Completion of the command line in shells. */

#include "cli/command.h"

/**
 * completion_print() - write a script for a shell on standard output, made from the table of commands
 *
 * Return: an exit code, after a message if the shell, the first word of the command line, is unknown.
 */
int completion_print(const Cli *cli, const Command *commands, size_t n_commands);
