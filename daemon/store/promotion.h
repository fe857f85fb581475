#pragma once

/*
 * Numbers of changes that a promoted standby has lost. When the primary of a database server fails, the
 * standby that is promoted may lack the newest commits, and nobody can tell which. Clients may have sync
 * tokens with the numbers of such changes, and daemons have read them.
 *
 * So the first transaction that writes after a promotion, which it knows by the timeline of the server's
 * log, leaves a gap of numbers. A number in a gap is that of a change that is lost: nothing that was read
 * with it is valid. All other numbers mean the same as before the promotion. If the standby lacked nothing,
 * nobody has a number in the gap. An engine without a server has no gaps.
 *
 * The numbers of the office's texts have a gap of the same size: a daemon may have a text in force that is
 * lost, and takes another text with the same number for that one. account_version() has such a gap, too: a
 * daemon remembers that a password was right at a version that may be lost.
 */

#include "store/store.h"

/* Named values of the store: the timeline of its last change, and the numbers before the gaps. */
#define META_TIMELINE "timeline"
#define META_GAPS     "gaps"

/** promotion_notice() - leave a gap if the server was promoted; at the start of a transaction that writes */
int promotion_notice(Store *store);

/**
 * promotion_has_lost() - whether a number is that of a change that is lost
 *
 * A gap ends before the number of the transaction that left it: a number that is not below
 * store_sequence() of the same transaction is not lost, and nobody needs to ask about it.
 */
int promotion_has_lost(Store *store, int64_t change, bool *ret);
