#pragma once

/*
 * Reminders of events: from one event, the rules and the subscriptions to rows of the ledger. The store is
 * its only input and output, and the time is an argument. `convene preview` runs the same without writing.
 *
 * The leads of a contact for an event are those of its most particular subscription; where that has none,
 * the event's own e-mail alarms; where there are none, those of the event's kind.
 */

#include "config/config.h"
#include "remind/due-source.h"
#include "remind/reminder.h"
#include "store/ledger.h"

/**
 * due_each() - every reminder of an event that fires in (@after, @until]
 * @contact:     object id; 0 for all contacts that are listed
 * @on_reminder: a nonzero return stops and is returned
 */
int due_each(Store *store, const Config *config, const ObjectRecord *record, usec_t after, usec_t until,
                int64_t contact, int (*on_reminder)(const Reminder *reminder, void *userdata),
                void *userdata);

/**
 * due_process() - bring the ledger up to @now for some contacts of one event, and set when the event is due
 * next; one transaction
 * @object:  the event's id; one that is gone, or not due any more, is left alone
 * @horizon: reminders that fire before it are not mailed (the store's first start)
 *
 * The nearest to the event of several reminders that are due at once for one occurrence goes; the others
 * are closed as overtaken. A contact that was told of an occurrence that has changed since gets a notice
 * (notice.h), and no reminder that had fired by then on top of it. A contact that may not get mail gets a
 * row with the reason, and so does a reminder that fired, and whose occurrence ended, while nothing was
 * there to send it.
 *
 * Return: 0, a condition of the store, negative errno; then nothing was changed.
 */
int due_process(Store *store, const Config *config, int64_t object, usec_t horizon, usec_t now);

/**
 * due_rebuild() - call @on_reminder for the reminder of a ledger row, as the event is now; its return value
 * is returned
 * Return: STORE_E_NOT_FOUND when the event is gone, is cancelled or has moved.
 */
int due_rebuild(Store *store, const Config *config, const MailRecord *mail, usec_t now,
                int (*on_reminder)(const Reminder *reminder, void *userdata), void *userdata);

/** due_source - the events of the due index */
extern const DueSource due_source;
