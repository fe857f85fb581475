#pragma once

/* Inside of remind/ only: what the two sources of reminders share, by event (due.h) and by contact (due-contact.h). */

#include "remind/due-source.h"
#include "remind/event-context.h"
#include "store/due-index.h"

/**
 * due_derive() - bring the ledger up to work->now for some contacts of an event, behind entry->after_contact
 * @only:     0, or the only contact, wherever the fan-out of the event has come to
 * @next:     becomes the earliest moment to come that was found, where that is before it
 * @ret_last: where the next contacts go on; 0 when there are no more
 */
int due_derive(const EventContext *context, const DueWork *work, const DueEntry *entry, int64_t only,
                usec_t *next, int64_t *ret_last);

/** due_is_fault_of_store() - whether a condition is about the store as a whole, and not about one event */
bool due_is_fault_of_store(int r);
