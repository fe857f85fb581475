#pragma once

/* `convene check --repair`: store/repair.h, with messages. */

#include "cli/command.h"

/**
 * cli_repair() - repair the store if it has faults, and open it again
 * Return: CLI_DONE; CLI_PARTLY if rows were lost; CLI_REFUSED without an open store. Each after a message.
 */
int cli_repair(Cli *cli);
