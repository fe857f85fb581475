#pragma once

/* The output of `convene account list`. */

#include "cli/command.h"
#include "store/account.h"

/**
 * account_print() - print an account with the labels of its app passwords and its rights, but with no
 * password and no hash of one
 * Return: 0, others as the store's.
 */
int account_print(const Cli *cli, const Account *account);

/** account_print_json() - as account_print(), but print one line of JSON */
int account_print_json(const Cli *cli, const Account *account);
