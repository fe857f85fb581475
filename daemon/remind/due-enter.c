/* Enters the reminders of one contact for one event into the ledger, and decides what becomes of them. */

#include "remind/due-enter.h"

#include "contact/preference.h"
#include "letter/event-item.h"
#include "remind/consent.h"
#include "remind/row-texts.h"
#include "remind/told.h"
#include "store/ledger.h"

#include <string.h>

bool due_is_after(usec_t time, usec_t fire, usec_t now)
{
        return time >= fire && time <= now && time > 0;
}

/*
 * Adds the ledger row of a reminder. @reason: why no mail is sent; MAIL_REASON_NONE if one is sent.
 */
static int enter(const EventContext *context, const Reminder *reminder, MailState mail_state,
                MailReason reason, usec_t now)
{
        const Occurrence *occurrence = reminder->occurrence;
        EventItem item = { context->event, context->record, occurrence, reminder->audience };
        RowTexts texts;
        /* For a subscriber who joined after the due time, the reminder is due when the subscriber joined. */
        usec_t due = due_is_after(reminder->since, reminder->fire, now) ? reminder->since : reminder->fire;
        row_texts_of(context->event, occurrence, &reminder->lead, &texts);
        MailRecord mail = {
                .kind = MAIL_KIND_REMINDER,
                .contact = reminder->contact,
                .object = context->record->id,
                .uid = context->record->uid,
                .recurrence_id = texts.recurrence,
                .start = texts.start,
                .finish = texts.finish,
                .place = event_item_place(&item),
                .rule = texts.rule,
                .state = mail_state,
                .due = due,
                .next_attempt = due > now ? due : now,
                .expires = reminder_until(occurrence),
                .message_id = "",
                .reason = reason,
        };
        memcpy(mail.key, reminder->key, sizeof(mail.key));
        bool added;
        return ledger_add(context->store, &mail, now, &added);
}

/* Decides the state and reason of the ledger row of a reminder that has fired. */
static int decide(const EventContext *context, const Reader *reader, const Reminder *reminder, usec_t now,
                MailState *ret, MailReason *ret_reason)
{
        RowTexts texts;
        usec_t notice = 0;
        MailReason why_not = MAIL_REASON_NONE;
        bool was_reminded = false;
        row_texts_of(context->event, reminder->occurrence, &reminder->lead, &texts);
        int r = consent_why_not(
                        context->store, reader->record->id, reader->card, context->record->uid, &why_not);
        if (r == 0)
                r = ledger_last_notice(context->store, reader->record->id, context->record->uid,
                                texts.recurrence, texts.start, &notice);
        if (r == 0)
                r = told_was_reminded(context, reader->record->id, reminder->occurrence, texts.rule, now,
                                &was_reminded);
        if (!why_not && card_digest(reader->card).period != DIGEST_NONE)
                why_not = MAIL_REASON_DIGEST;
        bool skip = strcmp(context->config->mail.late, "skip") == 0 && reminder->fire < reminder->since &&
                    reminder->since <= now;
        *ret = why_not                                     ? MAIL_SUPPRESSED
               : due_is_after(notice, reminder->fire, now) ? MAIL_EXPIRED
               : skip || was_reminded                      ? MAIL_EXPIRED
                                                           : MAIL_PENDING;
        *ret_reason = why_not                                     ? why_not
                      : *ret == MAIL_PENDING                      ? MAIL_REASON_NONE
                      : skip                                      ? MAIL_REASON_LATE
                      : due_is_after(notice, reminder->fire, now) ? MAIL_REASON_NOTICE
                                                                  : MAIL_REASON_ZONE_RENAMED;
        return r;
}

static int enter_nearest(
                const EventContext *context, const Reader *reader, const Reminder *reminder, usec_t now)
{
        MailState state;
        MailReason reason;
        int r = decide(context, reader, reminder, now, &state, &reason);
        return r != 0 ? r : enter(context, reminder, state, reason, now);
}

/* The row of a waiting mail names the event that there is now, and is of use until its present end. */
static int follow(const EventContext *context, const Reminder *reminder, int64_t id)
{
        return ledger_follow(context->store, id, context->record->id, reminder_until(reminder->occurrence));
}

/*
 * Reopens a mail that was closed before it was sent: the event had moved and has moved back, or the contact
 * was not to get the mail for a time.
 */
static int reopen(const EventContext *context, const Reader *reader, const Reminder *reminder, int64_t id,
                usec_t now)
{
        MailState state;
        MailReason reason;
        int r = decide(context, reader, reminder, now, &state, &reason);
        if (r != 0 || state != MAIL_PENDING)
                return r;
        r = ledger_reopen(context->store, id, now);
        if (r == 0)
                r = follow(context, reminder, id);
        return r == STORE_E_CONFLICT ? 0 : r;
}

/* Adds or closes the row of a reminder that a nearer one overtakes. */
static int overtake(const EventContext *context, const Reminder *reminder, usec_t now)
{
        int64_t id = 0;
        MailState known = 0;
        int r = ledger_find(context->store, reminder->key, &id, &known);
        if (r == 0 && known == MAIL_PENDING)
                r = ledger_close(context->store, id, MAIL_EXPIRED, MAIL_REASON_OVERTAKEN, "", now);
        else if (r == 0 && known == 0)
                r = enter(context, reminder, MAIL_EXPIRED, MAIL_REASON_OVERTAKEN, now);
        return r;
}

/*
 * Whether the row was itself closed as overtaken: the contact's zone, which decides when a local lead fires,
 * has changed since.
 */
static int was_overtaken(Store *store, int64_t id, MailState state, bool *ret)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        int r = state == MAIL_EXPIRED ? ledger_get(store, id, &mail) : 0;
        *ret = r == 0 && mail && mail->reason == MAIL_REASON_OVERTAKEN;
        return r;
}

static const Reminder *nearest_of(const Reminder *const *due, size_t n)
{
        const Reminder *nearest = due[0];
        for (size_t i = 1; i < n; i++)
                if (due[i]->fire > nearest->fire)
                        nearest = due[i];
        return nearest;
}

int due_enter(const EventContext *context, const Reader *reader, const Reminder *const *due, size_t n,
                usec_t now)
{
        const Reminder *nearest = nearest_of(due, n);
        int64_t id = 0;
        MailState known = 0;
        bool is_overtaken = false;
        int r = ledger_find(context->store, nearest->key, &id, &known);
        if (r == 0)
                r = was_overtaken(context->store, id, known, &is_overtaken);
        for (size_t i = 0; r == 0 && !is_overtaken && i < n; i++)
                if (due[i] != nearest)
                        r = overtake(context, due[i], now);
        if (r == 0 && known == 0)
                r = enter_nearest(context, reader, nearest, now);
        else if (r == 0 && known == MAIL_PENDING)
                r = follow(context, nearest, id);
        else if (r == 0 && (known == MAIL_CANCELLED || known == MAIL_SUPPRESSED))
                r = reopen(context, reader, nearest, id, now);
        return r;
}

int due_enter_missed(const EventContext *context, const Reader *reader, const Reminder *reminder, usec_t now)
{
        int64_t id = 0;
        MailState state = 0;
        MailReason reason = MAIL_REASON_NONE;
        int r = ledger_find(context->store, reminder->key, &id, &state);
        if (r != 0 || id != 0)
                return r;
        r = decide(context, reader, reminder, now, &state, &reason);
        if (state == MAIL_PENDING) {
                state = MAIL_EXPIRED;
                reason = MAIL_REASON_POINTLESS;
        }
        return r != 0 ? r : enter(context, reminder, state, reason, now);
}

int due_enter_ahead(const EventContext *context, const Reader *reader, const Reminder *reminder, usec_t now)
{
        MailState state = MAIL_PENDING;
        MailReason reason = MAIL_REASON_NONE;
        int64_t id = 0;
        int r = ledger_find(context->store, reminder->key, &id, &(MailState){ 0 });
        if (r == 0 && id == 0)
                r = decide(context, reader, reminder, now, &state, &reason);
        return r == 0 && id == 0 && state == MAIL_PENDING ? enter(context, reminder, state, reason, now) : r;
}
