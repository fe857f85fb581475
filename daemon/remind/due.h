#pragma once

/*
 * Which mail is due to whom: from one event, the rules and the subscriptions to rows of the ledger. Pure but for the store.
 * It is also what `convene preview` runs, without writing.
 */

#include "calendar/event.h"
#include "config/config.h"
#include "contact/card.h"
#include "store/due-index.h"
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
        usec_t since; /* when the event came, or the contact was listed for it, whichever was later */
        char key[HASH_HEX_SIZE]; /* SHA-256 of kind of mail, UID, RECURRENCE-ID, DTSTART as wall time + TZID, rule, contact */
} Reminder;

/*
 * The leads of a contact for an event: those of its most particular subscription; where that has none, the event's own e-mail
 * alarms; where there are none, those of the event's kind.
 */

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
 *
 * Of several reminders of one occurrence that are due at once the nearest to the event goes, the others are closed as overtaken. Whoever
 * was told of an occurrence that has changed since gets a notice (notice.h), and no reminder on top of it whose moment had passed by then.
 * A contact that may not get mail gets a row that says why.
 */
int due_process(Store *store, const Config *config, const DueEntry *alarm, usec_t horizon, usec_t now);

/**
 * due_rebuild() - call @on_reminder for what a ledger row speaks of, as the event is now; its return value is returned
 * Return: STORE_E_NOT_FOUND when the event is gone, cancelled or has moved.
 */
int due_rebuild(Store *store, const Config *config, const MailRecord *mail, usec_t now,
                int (*on_reminder)(const Reminder *reminder, void *userdata), void *userdata);

/** Why a contact that gets a digest gets no single reminder. */
#define CONSENT_REASON_DIGEST "the contact gets an agenda instead"

/** consent_why_not() - why nothing may go to a contact about an event, a sentence that is never freed; NULL when something may. */
int consent_why_not(Store *store, int64_t contact, const Card *card, const char *uid, const char **ret);
