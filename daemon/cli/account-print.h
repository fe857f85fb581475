#pragma once

/* The output of `convene account list`. */

#include "cli/command.h"
#include "store/account.h"

/** account_print() - print an account with its app passwords and rights, never with a hash of a password */
int account_print(const Cli *cli, const Account *account);

/** account_print_json() - the same as one line of JSON */
int account_print_json(const Cli *cli, const Account *account);
