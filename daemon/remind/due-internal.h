#pragma once

/*
 * Private to remind/: the function that the two sources of reminders share. One source derives the reminders
 * of one event for all its contacts (due.h), the other those of one contact for all its events
 * (due-contact.h).
 */

#include "remind/due-source.h"
#include "remind/event-context.h"
#include "remind/reader.h"
#include "store/due-index.h"

/**
 * due_derive() - bring the ledger up to work->now for one batch of an event's contacts
 * @entry:    the batch begins after entry->after_contact
 * @only:     a single contact to process, whatever entry->after_contact is; NULL for a batch
 * @next:     lowered to the earliest future due time that was found
 * @ret_last: the after_contact for the next batch; 0 when all contacts are done
 */
int due_derive(const EventContext *context, const DueWork *work, const DueEntry *entry, const Reader *only,
                usec_t *next, int64_t *ret_last);
