#pragma once

/*
 * The kinds of mail that this module makes, for the outbox: reminders, notices of changes, digests, and
 * requests to confirm an address.
 */

#include "outbox/kind.h"

extern const OutboxTable mails_table;
