#pragma once

/*
 * The hold: while it is on, no mail is sent. The daemon begins a hold when the store that it opens is older
 * than its mark (store/mark.h), and a repair begins one when it has lost rows about mails (store/repair.h).
 * `convene hold` begins one, too.
 * An operator ends it with `convene resume`, which stores a wish (HoldWish). The daemon carries out the
 * wish, because only the daemon computes which mails were due.
 */

#include "store/mark.h"

typedef enum HoldWish {
        HOLD_UNDECIDED = 0,
        HOLD_SEND = 1, /* send all mails that are still useful */
        HOLD_SKIP = 2, /* send no mail that was due before the hold */
} HoldWish;

/** hold_reason() - get the reason why mails are held; MARK_CURRENT if they are not */
int hold_reason(Store *store, MarkAge *ret);

/**
 * hold_find() - get the reason as hold_reason() does, even if the daemon has not opened the store since it
 * was restored: if no hold is on, the store is compared with its mark
 */
int hold_find(Store *store, MarkAge *ret);

/**
 * hold_begin() - hold mails. If a hold is on and the mark is the same as when it began, the hold is not
 * changed. If the mark differs, the hold and its wish came with a backup, and mails were sent after that
 * backup: a new hold begins, and the wish is dropped.
 */
int hold_begin(Store *store, MarkAge why);

/**
 * hold_order() - hold mails because an operator says so, because a backup of the database server was put
 * back, or a standby without the last commits was promoted; the store can notice neither. An earlier wish is
 * dropped.
 */
int hold_order(Store *store);

/** hold_wish() - get what the operator has decided */
int hold_wish(Store *store, HoldWish *ret);

/**
 * hold_set_wish() - store a decision of the operator, in place of an earlier one. It is valid only as long
 * as the mark stays the same.
 */
int hold_set_wish(Store *store, HoldWish wish);

/** hold_drop_idle_wish() - drop the wish if no hold is on, so that a later hold does not find it */
int hold_drop_idle_wish(Store *store);

/**
 * hold_fix_past() - store @now as the time up to which due mails may already have been sent, before the
 * store was restored; unless the hold has such a time already or no hold is on
 *
 * Call it when everything that is due at @now is in the ledger. Mails that become due later have certainly
 * not been sent before.
 */
int hold_fix_past(Store *store, usec_t now);

/**
 * hold_end() - end the hold. Call mark_adopt() first, or the next start finds the store older again.
 * @wish:  HOLD_SKIP closes the waiting mails that were due in the past: a contact's mail about an occurrence
 *         that has not ended, and a mail that may have arrived, become PARKED; any other mail becomes
 *         EXPIRED. Any other wish closes no mail.
 * @ret_n: the number of closed mails
 *
 * Return: 0, a condition of the store, negative errno.
 */
int hold_end(Store *store, HoldWish wish, usec_t now, int64_t *ret_n);
