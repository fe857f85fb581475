#pragma once

/*
 * Reminders of events: the ledger rows of an event are derived from its leads and the subscriptions. This
 * module reads and writes only the store; the time is an argument. `convene preview` runs the same code
 * without writing.
 *
 * The leads for a contact and an event are those of the contact's most specific subscription. If this
 * subscription has no leads, they are the event's own e-mail alarms. If the event has no alarms, they are
 * the leads of its kind.
 */

#include "config/config.h"
#include "remind/due-source.h"
#include "remind/reminder.h"
#include "store/ledger.h"

/**
 * due_each() - call @on_reminder for each reminder of an event that fires in (@after, @until]
 * @from:        occurrences that ended before it are left out
 * @contact:     object id; 0 for all listed contacts
 * @on_reminder: a nonzero return value ends the iteration and is returned
 */
int due_each(Store *store, const Config *config, const ObjectRecord *record, usec_t from, usec_t after,
                usec_t until, int64_t contact, int (*on_reminder)(const Reminder *reminder, void *userdata),
                void *userdata);

/**
 * due_is_wanted() - whether a reminder that has fired is mailed
 *
 * It is mailed in three cases: it fired at or after @horizon; the event was added or the contact was listed
 * at or after @horizon; the occurrence has not begun, and begins less than two hours after @horizon. A
 * reminder that fired before @horizon is late (mail.late).
 */
bool due_is_wanted(const Reminder *reminder, usec_t horizon, usec_t now);

/**
 * due_process() - bring the ledger up to @now for one batch of an event's contacts, and set when the event
 * is due next, in one transaction
 * @object:  the event's id; nothing happens if the event was deleted or is no longer due
 * @horizon: the time of the store's first start; see due_is_wanted()
 *
 * The rows of reminders that fire later in the same quarter of an hour are added, too, so that all
 * reminders of one contact in a quarter of an hour can be one mail.
 *
 * If several reminders of one occurrence are due at once, the one nearest to the event is mailed, and the
 * others are closed with MAIL_REASON_OVERTAKEN. If an occurrence changes after a contact was told of it, the
 * contact gets a notice (notice.h). Reminders that were due before the notice are not sent.
 *
 * In two cases the row of a reminder is added with a reason, and no mail is sent: the contact may not get
 * mail, or the reminder fired and its occurrence ended after the event was last processed.
 *
 * Return: 0, a condition of the store, or negative errno; on failure nothing was changed.
 */
int due_process(Store *store, const Config *config, int64_t object, usec_t horizon, usec_t now);

/** due_source - processes the due index of events */
extern const DueSource due_source;

/** due_is_fault_of_store() - whether a condition is a fault of the whole store, not of a single event */
bool due_is_fault_of_store(int r);
