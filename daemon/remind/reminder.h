#pragma once

/* One reminder: a contact, an occurrence and a lead. */

#include "base/hash.h"
#include "calendar/lead.h"
#include "letter/event-item.h"

/*
 * A mail that goes later than this after its time says that it is late. An event without a duration counts
 * as over this time after its start: it ends at its start (RFC 5545, 3.6.1), and the mail of a reminder at
 * the start must be able to go.
 */
#define REMINDER_LATE_AFTER (60 * 60 * USEC_PER_SEC)

typedef struct Reminder {
        const Event *event;
        const ObjectRecord *record;
        const Occurrence *occurrence;
        int64_t contact; /* object id */
        PublishAudience audience;
        Lead lead;
        usec_t fire;
        usec_t since; /* when the event was created or the contact was listed for it, whichever is later */
        usec_t until; /* from this time on, the mail is pointless */
        char key[HASH_HEX_SIZE]; /* SHA-256 of mail kind, UID, recurrence, start, rule, contact */
} Reminder;

/** reminder_until() - return when mails about an occurrence become pointless */
static inline usec_t reminder_until(const Occurrence *occurrence)
{
        bool lasts = occurrence->end_usec > occurrence->start_usec;
        return lasts ? occurrence->end_usec : occurrence->start_usec + REMINDER_LATE_AFTER;
}

/** reminder_item() - return the part of a reminder that the mail shows; borrows from @reminder */
static inline EventItem reminder_item(const Reminder *reminder)
{
        return (EventItem){ reminder->event, reminder->record, reminder->occurrence, reminder->audience };
}
