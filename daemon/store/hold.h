#pragma once

/*
 * The hold: while it is on, no mail is sent. The daemon begins it when the store that it opens is older
 * than its mark (store/mark.h), and an operator ends it by `convene resume`, which leaves a wish in the
 * store; the daemon fulfils it, because only the daemon works out what was due.
 */

#include "store/mark.h"

typedef enum HoldWish {
        HOLD_UNDECIDED = 0,
        HOLD_SEND = 1, /* send all mails that are still of use */
        HOLD_SKIP = 2, /* send no mail that was due before the hold */
} HoldWish;

/** hold_reason() - why mails are held. @ret: MARK_CURRENT if they are not */
int hold_reason(Store *store, MarkAge *ret);

/**
 * hold_find() - the same for a store that the daemon may not have opened since it was put back: compares
 * the mark if no hold is on
 */
int hold_find(Store *store, MarkAge *ret);

/** hold_begin() - hold mails. A hold that is on already is not changed. */
int hold_begin(Store *store, MarkAge why);

/** hold_wish() - what the operator has decided; hold_set_wish() - decide, or decide anew */
int hold_wish(Store *store, HoldWish *ret);
int hold_set_wish(Store *store, HoldWish wish);

/**
 * hold_fix_past() - fix the time up to which mails belong to the past, unless it is fixed
 * Call it when everything that is due at @now is in the ledger: mails that become due later have certainly
 * not been sent before.
 */
int hold_fix_past(Store *store, usec_t now);

/**
 * hold_end() - end the hold, and let the mark agree with the store
 * @wish: HOLD_SKIP closes the waiting mails that were due in the past: as PARKED if they are about an
 *        occurrence that is still to come, since they may have arrived, else as EXPIRED
 * @ret_n: the number of closed mails
 *
 * Return: 0, a condition of the store, negative errno.
 */
int hold_end(Store *store, HoldWish wish, usec_t now, int64_t *ret_n);
