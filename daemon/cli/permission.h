#pragma once

/* Says who may read a store that the user may not read. */

#include "cli/command.h"

/**
 * permission_refuse() - report that the user may not read the store, and who may
 * @path: of the store's file
 * @why:  the system's message
 *
 * Return: CLI_REFUSED.
 */
int permission_refuse(const Cli *cli, const char *path, const char *why);
