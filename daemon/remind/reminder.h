#pragma once

/* One reminder: a contact, an occurrence and a lead. */

#include "base/hash.h"
#include "calendar/lead.h"
#include "letter/event-item.h"

typedef struct Reminder {
        const Event *event;
        const ObjectRecord *record;
        const Occurrence *occurrence;
        int64_t contact; /* object id */
        PublishAudience audience;
        Lead lead;
        usec_t fire;
        usec_t since; /* when the event was created or the contact was listed for it, whichever is later */
        char key[HASH_HEX_SIZE]; /* SHA-256 of mail kind, UID, recurrence, start, rule, contact */
} Reminder;

/** reminder_item() - return the part of a reminder that the mail shows; borrows from @reminder */
static inline EventItem reminder_item(const Reminder *reminder)
{
        return (EventItem){ reminder->event, reminder->record, reminder->occurrence, reminder->audience };
}
