#pragma once

/* Says who may read a store that the user may not read. */

#include "cli/command.h"

/**
 * permission_refuse() - write that the store is not allowed, and to whom it is
 * @path: of the store's file
 * @why:  the system's message
 *
 * Return: CLI_REFUSED.
 */
int permission_refuse(const Cli *cli, const char *path, const char *why);
