#pragma once

/* The free slots of a host, for `convene meet slots`. */

#include "cli/command.h"

enum { SLOTS_DAYS_DEFAULT = 14 };

/**
 * slots_print() - print the free slots of all offers of a host
 * @word: the host, by UID or address
 *
 * Options: --from, a day, by default now; --to, a day, by default SLOTS_DAYS_DEFAULT days after --from;
 * --json.
 * Return: an exit code.
 */
int slots_print(Cli *cli, const char *word);
