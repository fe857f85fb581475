#pragma once

/*
 * convene account: the collections that accounts have made with their programs, and those that they deleted.
 */

#include "cli/command.h"
#include "store/account.h"

/**
 * account_collections_print() - print a line for each collection of an account. Return: 0, a condition of
 * the store, negative errno.
 */
int account_collections_print(const Cli *cli, const char *account);

/**
 * account_collections_json() - append the same as the items of a JSON list; the return values are the same
 */
int account_collections_json(const Cli *cli, const char *account, Buffer *out);

/* The actions; each returns an exit code. */
int account_trash(Cli *cli);
int account_restore(Cli *cli);
int account_purge(Cli *cli);
