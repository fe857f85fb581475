#pragma once

/*
 * Holds mails after an older store was put back, until an operator decides: see store/hold.h.
 */

#include "store/store.h"

/**
 * restored_start() - compare the store with its mark, begin the hold if the store is older, and log why
 * mails are held; otherwise let the mark agree with the store
 *
 * Call it before anything marks the store as started. A mark that cannot be read or written is logged, and
 * nothing is held.
 *
 * Return: 0, a condition of the store, negative errno.
 */
int restored_start(Store *store, bool *ret_held);

/**
 * restored_settle() - end the hold if the operator has decided
 * @next: when work is due next; the past is skipped only when all that is due at @now is in the ledger
 * @ret_held: whether mails are still held; set on 0 only
 *
 * Return: 0, a condition of the store, negative errno.
 */
int restored_settle(Store *store, usec_t next, usec_t now, bool *ret_held);
