#include "remind/due.h"

#include "contact/preference.h"
#include "letter/event-lines.h"
#include "remind/event-context.h"
#include "remind/fanout.h"
#include "remind/notice.h"
#include "store/subscription.h"
#include "store/suppression.h"

#include <errno.h>
#include <string.h>

#define REASON_OVERTAKEN "overtaken by a nearer reminder"
#define REASON_NOTICE    "told by the notice of the change"
#define REASON_LATE      "event or subscription came after this moment, and mail.late is skip"

typedef struct EachState {
        usec_t after, until;
        int (*on_reminder)(const Reminder *reminder, void *userdata);
        void *userdata;
} EachState;

static int on_fire_each(const EventContext *context, const Reader *reader, const Reminder *reminders,
                size_t n, void *userdata)
{
        (void)context;
        (void)reader;
        const EachState *state = userdata;
        int r = 0;
        for (size_t i = 0; r == 0 && i < n; i++)
                if (reminders[i].fire > state->after && reminders[i].fire <= state->until)
                        r = state->on_reminder(&reminders[i], state->userdata);
        return r;
}

int due_each(Store *store, const Config *config, const ObjectRecord *record, usec_t after, usec_t until,
                int64_t contact, int (*on_reminder)(const Reminder *reminder, void *userdata),
                void *userdata)
{
        CLEANUP(event_context_done) EventContext context = { 0 };
        int r = event_context_init(store, config, record, &context);
        if (r != 0 || !context.takes_place)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        EachState state = { after, until, on_reminder, userdata };
        Fanout fanout = { .from = after, .until = until, .on_fire = on_fire_each, .userdata = &state };
        int64_t last = 0;
        do
                r = fanout_batch(&context, last, contact, &fanout, &last);
        while (r == 0 && last != 0);
        return r;
}

/* A mailbox's name beyond ASCII needs SMTPUTF8 (RFC 6531) all the way, which libcurl asks for but few servers have. */
static bool is_ascii_mailbox(const char *address)
{
        for (const char *c = address; *c && *c != '@'; c++)
                if ((unsigned char)*c >= 0x80)
                        return false;
        return true;
}

int consent_why_not(Store *store, int64_t contact, const Card *card, const char *uid, const char **ret)
{
        unsigned refusals = 0;
        bool bounced = false;
        const char *address = card_email(card);
        int r = contact_refusals(store, contact, uid, &refusals);
        if (r == 0 && address && (refusals & HAS_BOUNCED))
                r = suppression_is_suppressed(store, contact, address, &bounced);
        if (r == 0)
                *ret = card_reminders_off(card) ? "the contact's card says X-CONVENED-REMINDERS:OFF"
                       : !address               ? "the contact has no mail address"
                       : !is_ascii_mailbox(address)
                                       ? "the name of the contact's mailbox is not ASCII, which mail servers do not take"
                       : refusals & REFUSES_ALL   ? "the contact wants no mail"
                       : bounced                  ? SUPPRESSION_REASON
                       : refusals & REFUSES_EVENT ? "the contact wants no mail about this event"
                       : refusals & REFUSES_KIND  ? "the contact wants no mail about events of this kind"
                                                  : NULL;
        return r;
}

typedef struct ProcessState {
        usec_t now, horizon, next;
} ProcessState;

/* Whether somebody came, or was told, only after the moment; not when that was written by a clock that ran ahead. */
static bool is_after(usec_t time, usec_t fire, usec_t now)
{
        return time >= fire && time <= now && time > 0;
}

/* @reason "": it is to go; else the row is only there to say why it does not. */
static int enter(const EventContext *context, const Reminder *reminder, MailState mail_state,
                const char *reason, usec_t now)
{
        char token[TOKEN_SIZE];
        const Occurrence *occurrence = reminder->occurrence;
        Item item = { context->event, context->record, occurrence };
        Place place;
        /* Who came after the moment is not late by our fault. */
        usec_t due = is_after(reminder->since, reminder->fire, now) ? reminder->since : reminder->fire;
        place_of(context->event, occurrence, &reminder->lead, &place);
        int r = event_context_token(context, token);
        if (r < 0)
                return r;
        MailRecord mail = {
                .kind = "reminder",
                .contact = reminder->contact,
                .object = context->record->id,
                .uid = context->record->uid,
                .recurrence_id = place.recurrence,
                .start = place.start,
                .finish = place.finish,
                .place = item_place(&item),
                .rule = place.rule,
                .state = mail_state,
                .due = due,
                .next_attempt = now,
                .expires = occurrence->end_usec > occurrence->start_usec ? occurrence->end_usec
                                                                         : occurrence->start_usec,
                .message_id = "",
                .token = token,
                .reason = reason,
        };
        memcpy(mail.key, reminder->key, sizeof(mail.key));
        bool added;
        return ledger_add(context->store, &mail, now, &added);
}

/* What becomes of the nearest of the moments that have come: the state of its row and why. */
static int decide(const EventContext *context, const Reader *reader, const Reminder *reminder, usec_t now,
                MailState *ret, const char **ret_reason)
{
        Place place;
        usec_t notice = 0;
        const char *why_not = NULL;
        place_of(context->event, reminder->occurrence, &reminder->lead, &place);
        int r = consent_why_not(
                        context->store, reader->record->id, reader->card, context->record->uid, &why_not);
        if (r == 0)
                r = ledger_last_notice(context->store, reader->record->id, context->record->uid,
                                place.recurrence, place.start, &notice);
        if (!why_not && card_digest(reader->card).period != DIGEST_NONE)
                why_not = CONSENT_REASON_DIGEST;
        bool skip = strcmp(context->config->mail.late, "skip") == 0 && reminder->fire < reminder->since &&
                    reminder->since <= now;
        *ret = why_not                                 ? MAIL_SUPPRESSED
               : is_after(notice, reminder->fire, now) ? MAIL_EXPIRED
               : skip                                  ? MAIL_EXPIRED
                                                       : MAIL_PENDING;
        *ret_reason = why_not ? why_not : *ret == MAIL_PENDING ? "" : skip ? REASON_LATE : REASON_NOTICE;
        return r;
}

static int enter_nearest(
                const EventContext *context, const Reader *reader, const Reminder *reminder, usec_t now)
{
        MailState state;
        const char *reason;
        int r = decide(context, reader, reminder, now, &state, &reason);
        return r != 0 ? r : enter(context, reminder, state, reason, now);
}

/* Of several leads that are due and were not handled, the nearest to the event goes; the others are overtaken. */
static int enter_due(const EventContext *context, const Reader *reader, const Reminder *const *due, size_t n,
                usec_t now)
{
        const Reminder *nearest = due[0];
        int r = 0;
        for (size_t i = 1; i < n; i++)
                if (due[i]->fire > nearest->fire)
                        nearest = due[i];
        for (size_t i = 0; r == 0 && i < n; i++) {
                int64_t id = 0;
                MailState known = 0;
                r = ledger_find(context->store, due[i]->key, &id, &known);
                if (r != 0)
                        break;
                if (known == MAIL_PENDING && due[i] != nearest)
                        r = ledger_close(context->store, id, MAIL_EXPIRED, REASON_OVERTAKEN, now);
                else if (known == 0 && due[i] != nearest)
                        r = enter(context, due[i], MAIL_EXPIRED, REASON_OVERTAKEN, now);
                else if (known == 0)
                        r = enter_nearest(context, reader, due[i], now);
        }
        return r;
}

static int on_contact_process(const EventContext *context, const Reader *reader, void *userdata)
{
        const ProcessState *state = userdata;
        return notice_enter(context, reader, state->now);
}

static int on_fire_process(const EventContext *context, const Reader *reader, const Reminder *reminders,
                size_t n, void *userdata)
{
        ProcessState *state = userdata;
        const Reminder *due[LEADS_MAX];
        size_t n_due = 0;
        for (size_t i = 0; i < n; i++) {
                usec_t fire = reminders[i].fire;
                if (fire > state->now)
                        state->next = fire < state->next ? fire : state->next;
                else if (fire >= state->horizon && reminders[i].occurrence->end_usec > state->now)
                        due[n_due++] = &reminders[i];
        }
        return n_due > 0 ? enter_due(context, reader, due, n_due, state->now) : 0;
}

static int process_object(
                Store *store, const Config *config, const DueEntry *alarm, usec_t horizon, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_context_done) EventContext context = { 0 };
        int r = object_get_by_id(store, alarm->object, &record);
        if (r == 0)
                r = event_context_init(store, config, record, &context);
        if (r == STORE_E_NOT_FOUND)
                return due_index_set(store, &(DueEntry){ .object = alarm->object,
                                                            .next = USEC_INFINITY,
                                                            .found = USEC_INFINITY,
                                                            .seen = now });
        ProcessState state = { .now = now, .horizon = horizon, .next = alarm->found };
        Fanout fanout = {
                .from = now,
                .until = now,
                .on_contact = on_contact_process,
                .on_fire = on_fire_process,
                .userdata = &state,
        };
        int64_t last = 0;
        if (r == 0)
                r = fanout_batch(&context, alarm->after_contact, 0, &fanout, &last);
        if (r != 0)
                return r;
        DueEntry then = {
                .object = alarm->object, .next = last ? now : state.next, .after_contact = last, .seen = now
        };
        then.found = last ? state.next : USEC_INFINITY;
        return due_index_set(store, &then);
}

int due_process(Store *store, const Config *config, const DueEntry *alarm, usec_t horizon, usec_t now)
{
        int r = store_begin(store);
        if (r != 0)
                return r;
        r = process_object(store, config, alarm, horizon, now);
        if (r == 0)
                r = store_commit(store);
        if (r != 0)
                store_rollback(store);
        return r;
}

/* The occurrence that a ledger row speaks of, if the event still has it. */
static int find_occurrence(const EventContext *context, const MailRecord *mail, const Lead *lead, usec_t now,
                Occurrence *ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        int r = occurrences_new(context->event, context->config->time_zone, now, USEC_INFINITY, &iterator);
        for (int i = 0; r == 0 && i < FANOUT_OCCURRENCES_MAX; i++) {
                Occurrence occurrence;
                Place place;
                r = occurrences_next(iterator, &occurrence);
                if (r != 0)
                        break;
                place_of(context->event, &occurrence, lead, &place);
                if (occurrence.status == EVENT_CANCELLED || strcmp(place.start, mail->start) != 0 ||
                                strcmp(place.recurrence, mail->recurrence_id) != 0)
                        continue;
                *ret = occurrence;
                return 0;
        }
        return r < 0 ? r : STORE_E_NOT_FOUND;
}

int due_rebuild(Store *store, const Config *config, const MailRecord *mail, usec_t now,
                int (*on_reminder)(const Reminder *reminder, void *userdata), void *userdata)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_context_done) EventContext context = { 0 };
        Occurrence occurrence;
        Reminder reminder = { .contact = mail->contact, .fire = mail->due, .occurrence = &occurrence };
        if (lead_parse(mail->rule, &reminder.lead) < 0)
                return STORE_E_NOT_FOUND;
        int r = object_get_by_id(store, mail->object, &record);
        if (r == 0)
                r = event_context_init(store, config, record, &context);
        if (r == 0 && !context.takes_place)
                r = STORE_E_NOT_FOUND;
        if (r == 0)
                r = find_occurrence(&context, mail, &reminder.lead, now, &occurrence);
        if (r != 0)
                return r;
        reminder.event = context.event;
        reminder.record = record;
        memcpy(reminder.key, mail->key, sizeof(reminder.key));
        return on_reminder(&reminder, userdata);
}
