#pragma once

/* Private to remind/: the rows of the ledger for the reminders of one contact and one occurrence (due.h). */

#include "remind/event-context.h"
#include "remind/reader.h"
#include "remind/reminder.h"

/**
 * due_is_after() - whether @time is known and at or after @fire. 0 is unknown. A time after @now counts as
 * unknown, too: the clock was ahead when it was written.
 */
bool due_is_after(usec_t time, usec_t fire, usec_t now);

/**
 * due_enter() - add the rows of all due reminders of one occurrence. The one nearest to the event is mailed;
 * the others are closed with MAIL_REASON_OVERTAKEN.
 * @n: their number, at least 1
 * Return: 0, a condition of the store, negative errno.
 */
int due_enter(const EventContext *context, const Reader *reader, const Reminder *const *due, size_t n,
                usec_t now);

/**
 * due_enter_missed() - add the row of a reminder that was missed: since the event was last processed, the
 * reminder has fired and its occurrence has ended. No mail is sent. Return: as due_enter().
 */
int due_enter_missed(
                const EventContext *context, const Reader *reader, const Reminder *reminder, usec_t now);

/**
 * due_enter_ahead() - add the row of a reminder that will fire in this quarter of an hour, so that it can be
 * in one mail with a reminder that fires earlier. Until it fires, ledger_withdraw() deletes the row each
 * time the event is processed, and it is derived again. Return: as due_enter().
 */
int due_enter_ahead(const EventContext *context, const Reader *reader, const Reminder *reminder, usec_t now);
