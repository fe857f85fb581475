#pragma once

/*
 * Reminders of events: derives the ledger rows of an event from its leads and the subscriptions. Reads and
 * writes nothing but the store; the time is an argument. `convene preview` runs the same code without
 * writing.
 *
 * A contact's leads for an event are those of its most specific subscription; if that has none, the
 * event's own e-mail alarms; if there are none, those of the event's kind.
 */

#include "config/config.h"
#include "remind/due-source.h"
#include "remind/reminder.h"
#include "store/ledger.h"

/**
 * due_each() - call @on_reminder for each reminder of an event that fires in (@after, @until]
 * @contact:     object id; 0 for all listed contacts
 * @on_reminder: a nonzero return stops and is returned
 */
int due_each(Store *store, const Config *config, const ObjectRecord *record, usec_t after, usec_t until,
                int64_t contact, int (*on_reminder)(const Reminder *reminder, void *userdata),
                void *userdata);

/**
 * due_process() - bring the ledger up to @now for some contacts of one event, and set when the event is
 * due next; one transaction
 * @object:  the event's id; nothing happens if the event is gone or not due any more
 * @horizon: reminders that fire before this time are not mailed (the store's first start)
 *
 * If several reminders of one occurrence are due at once, mails the one nearest to the event and closes
 * the others as overtaken. A contact that was told of an occurrence that has changed since gets a notice
 * (notice.h), but no reminder that had fired by then. A row with the reason is added for a contact that
 * may not get mail, and for a reminder that fired, and whose occurrence ended, since the event was last
 * processed.
 *
 * Return: 0, a condition of the store, negative errno; on failure nothing was changed.
 */
int due_process(Store *store, const Config *config, int64_t object, usec_t horizon, usec_t now);

/**
 * due_rebuild() - make the reminder of a ledger row from the event's current state, and call @on_reminder
 * Return: that of @on_reminder; STORE_E_NOT_FOUND if the event is gone, is cancelled or has moved.
 */
int due_rebuild(Store *store, const Config *config, const MailRecord *mail, usec_t now,
                int (*on_reminder)(const Reminder *reminder, void *userdata), void *userdata);

/** due_source - processes the events of the due index */
extern const DueSource due_source;
