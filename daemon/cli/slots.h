#pragma once

/* The free slots of a host, for `convene offer slots` and `convene meet slots`. */

#include "cli/command.h"

enum { SLOTS_DAYS_DEFAULT = 14 };

/**
 * slots_print() - print the free slots of a host, of all offers
 * @word: the host, by UID or address
 *
 * Options: --from and --to, days; the next two weeks without them. --json.
 * Return: an exit code.
 */
int slots_print(Cli *cli, const char *word);
