#pragma once

/* Runs `convene check --repair` and prints what it did (store/repair.h). */

#include "cli/command.h"

/**
 * cli_repair() - repair the store if it has faults, and open it again. A store without faults is left alone,
 * and nothing is printed.
 *
 * Return: CLI_DONE; CLI_PARTLY if rows were lost; CLI_REFUSED if the repair or the reopening failed, which
 * was printed: then @cli->store is NULL.
 */
int cli_repair(Cli *cli);
