#pragma once

#include "cli/command.h"

/**
 * cli_retry() - `convene outbox retry`: let the mails that the mail server did not accept be tried again
 * at once
 * @filter: a mail's number, a contact's UID or address, or an event's UID; NULL for all
 * Return: an exit code, after a message.
 */
int cli_retry(Cli *cli, const char *filter);
