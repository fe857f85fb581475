#pragma once

#include "cli/command.h"

/**
 * cli_retry() - run `convene outbox retry`: the daemon then tries at once to send the mails again that the
 * mail server did not accept
 * @filter: a mail's number, a contact's UID or address, or an event's UID; NULL for all
 * Return: an exit code, after a message.
 */
int cli_retry(Cli *cli, const char *filter);
