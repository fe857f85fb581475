#pragma once

/*
 * Which mail is due to whom: from one event, the rules and the subscriptions to rows of the ledger. Pure but for the store.
 * It is also what `convene preview` runs, without writing.
 */

#include "calendar/event.h"
#include "config/config.h"
#include "store/ledger.h"
#include "store/object.h"

/** One reminder as the rules have it. */
typedef struct Reminder {
        const Event *event;
        const ObjectRecord *record;
        const Occurrence *occurrence;
        int64_t contact; /* object id */
        Lead lead;
        usec_t fire;
        char key[DIGEST_HEX_SIZE]; /* SHA-256 of kind of mail, UID, RECURRENCE-ID, DTSTART as wall time + TZID, rule, contact */
} Reminder;

/**
 * due_each() - every reminder of an event that fires in (@after, @until], for all contacts or one
 * @contact: 0 for all that are listed
 * A negative return of @on_reminder stops and is returned.
 */
int due_each(Store *store, const Config *config, const ObjectRecord *record, usec_t after, usec_t until,
                int64_t contact, int (*on_reminder)(const Reminder *reminder, void *userdata),
                void *userdata);

/**
 * due_process() - bring the ledger up to @now for one row of the alarm index and set its next moment; one transaction
 * @horizon: nothing that fires before it is mailed (the store's first start)
 */
int due_process(Store *store, const Config *config, int64_t object, int64_t after_contact, usec_t horizon,
                usec_t now);
