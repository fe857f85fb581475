#pragma once

/*
 * Checks which options of a command can be given together. An option that would be ignored is refused,
 * because the output would not be what the user asked for.
 */

#include "cli/command.h"

/**
 * option_rules_check() - check the options of a command line against each other, and against the action
 * that the first word names
 * Return: CLI_DONE, or CLI_USAGE after a message.
 */
int option_rules_check(const Cli *cli);
