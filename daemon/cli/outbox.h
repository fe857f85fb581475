#pragma once

/* The lines of `convene outbox` for one mail, which `convene why` uses, too. */

#include "cli/command.h"
#include "store/ledger.h"

/**
 * outbox_print() - print a row of the ledger, with the names of its event and contact. Return: as the
 * store's.
 */
int outbox_print(Cli *cli, const MailRecord *mail);
