#pragma once

/*
 * The table of the kinds of mail in this module, for the outbox: reminders, notices of changes, digests,
 * requests to confirm an address, and the mails after a confirmation.
 */

#include "outbox/kind.h"

extern const OutboxTable mails_table;
