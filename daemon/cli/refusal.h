#pragma once

/* The message that a store cannot be opened, with the reason. */

#include "cli/command.h"

/**
 * cli_refuse_store() - write why a store cannot be opened, on standard error
 * @url:     of the store
 * @creates: whether it should have been made if there is none
 * @error:   what store_open() says
 *
 * Return: CLI_REFUSED.
 */
int cli_refuse_store(const Cli *cli, const char *url, bool creates, int condition, const InputError *error);

/**
 * cli_store_is_forbidden() - whether a store cannot be opened because this user may not do it; of a database
 * server, whose rights are not known here, every failure to reach it may be that
 */
bool cli_store_is_forbidden(const char *url, int condition);
