#pragma once

/* Inside of store/ only: the slots of meetings that a transfer has added to a store with other meetings. */

#include "store/transfer-record.h"

/**
 * transfer_free_slots() - give back slots of holds that overlap a meeting of the other store
 *
 * A hold that loses its slot can still be confirmed if the slot is free then. If two holds overlap, the one
 * that was added gives its slot back. Booked meetings keep their slots, because both sides have an
 * invitation; `convene check` reports those that overlap.
 * Return: 0, a condition of the store, negative errno.
 */
int transfer_free_slots(const Transfer *transfer);
