#pragma once

/*
 * The table of the kinds of mail in this module, for the outbox: reminders, notices of changes, digests,
 * and requests to confirm an address.
 */

#include "outbox/kind.h"

extern const OutboxTable mails_table;
