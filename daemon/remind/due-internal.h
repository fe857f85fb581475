#pragma once

/*
 * Inside of remind/ only: functions shared by the two sources of reminders, by event (due.h) and by
 * contact (due-contact.h).
 */

#include "remind/due-source.h"
#include "remind/event-context.h"
#include "store/due-index.h"

/**
 * due_derive() - bring the ledger up to work->now for some contacts of an event, after
 * entry->after_contact
 * @only:     0, or the only contact to process, whatever entry->after_contact is
 * @next:     lowered to the earliest future due time that was found
 * @ret_last: after_contact of the next call; 0 when all contacts are done
 */
int due_derive(const EventContext *context, const DueWork *work, const DueEntry *entry, int64_t only,
                usec_t *next, int64_t *ret_last);

/** due_is_fault_of_store() - whether a condition concerns the whole store, not a single event */
bool due_is_fault_of_store(int r);
