#pragma once

/*
 * Holds mails until an operator decides (store/hold.h), after an older store was put back or after a repair
 * that lost rows about mails.
 */

#include "store/store.h"

/**
 * restored_start() - compare the store with its mark (store/mark.h), and begin a hold unless the result is
 * MARK_CURRENT. If mails are held, log the reason; otherwise make the mark agree with the store.
 * @ret_held: whether mails are held; set on 0 only
 *
 * Call it before META_FIRST_START is set. If the mark cannot be read or written, this is logged and no hold
 * begins, but an earlier hold stays on.
 *
 * Return: 0, a condition of the store, negative errno.
 */
int restored_start(Store *store, bool *ret_held);

/**
 * restored_look() - read again whether mails are held, after the store was changed by others: a command has
 * ordered a hold, or another daemon has ended it
 * @held: whether they were held, and are held
 *
 * Return: 0, a condition of the store, negative errno.
 */
int restored_look(Store *store, bool *held);

/**
 * restored_settle() - end the hold if the operator has decided
 * @next: when due work is to be derived next. Until it is after @now, the ledger lacks mails that are due,
 *        and a decision to skip the past mails (HOLD_SKIP) waits.
 * @ret_held: whether mails are still held; set on 0 only
 *
 * Return: 0, a condition of the store, negative errno.
 */
int restored_settle(Store *store, usec_t next, usec_t now, bool *ret_held);
