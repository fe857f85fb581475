#include "remind/notice.h"

#include "letter/event-item.h"
#include "letter/same.h"
#include "remind/consent.h"
#include "remind/event-context.h"
#include "remind/reader.h"
#include "remind/row-texts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { TOLD_MAX = 64 }; /* occurrences of one event that a contact was told of and that have not ended */

/* The state of one occurrence, as the contact's mails have described it so far. */
typedef struct Told {
        char recurrence[ROW_TEXT_SIZE], start[ROW_TEXT_SIZE], finish[ROW_TEXT_SIZE];
        char *place;
        char *first_id;
        bool cancelled;
        usec_t expires;
} Told;

typedef struct Memory {
        Told items[TOLD_MAX]; /* only the first n are set: clearing 25 KB for each contact is slow */
        size_t n;
        bool recurring;
        int64_t before; /* only mails with a smaller id are considered */
} Memory;

static void memory_done(Memory *memory)
{
        for (size_t i = 0; i < memory->n; i++) {
                free(memory->items[i].place);
                free(memory->items[i].first_id);
        }
}

static Told *told_of(Memory *memory, const char *recurrence)
{
        for (size_t i = 0; i < memory->n; i++)
                if (strcmp(memory->items[i].recurrence, recurrence) == 0)
                        return &memory->items[i];
        if (memory->n == TOLD_MAX)
                return NULL;
        Told *told = &memory->items[memory->n++];
        *told = (Told){ 0 };
        snprintf(told->recurrence, sizeof(told->recurrence), "%s", recurrence);
        return told;
}

/* Whether a mail is about a whole series. This is so for a reminder at a fixed time. */
static bool speaks_of_series(const Memory *memory, const MailRecord *mail)
{
        Lead lead;
        return memory->recurring && mail->rule[0] && lead_parse(mail->rule, &lead) == 0 && lead.absolute;
}

static int on_told(const MailRecord *mail, void *userdata)
{
        Memory *memory = userdata;
        if (mail->id >= memory->before || speaks_of_series(memory, mail))
                return 0;
        Told *told = told_of(memory, mail->recurrence_id);
        if (!told)
                return 0;
        char *place = strdup(mail->place);
        if (!place)
                return -ENOMEM;
        free(told->place);
        told->place = place;
        if (!told->first_id)
                told->first_id = strdup(mail->message_id);
        snprintf(told->start, sizeof(told->start), "%s", mail->start);
        snprintf(told->finish, sizeof(told->finish), "%s", mail->finish);
        told->cancelled = strcmp(mail->kind, "cancel") == 0;
        told->expires = mail->expires;
        return told->first_id ? 0 : -ENOMEM;
}

static void memory_init(Memory *memory, const EventContext *context, int64_t before)
{
        memory->n = 0;
        memory->recurring = event_is_recurring(context->event);
        memory->before = before;
}

static int remember(const EventContext *context, int64_t contact, usec_t now, Memory *ret)
{
        return ledger_told_each(context->store, contact, context->record->uid, now, on_told, ret);
}

/*
 * Whether @occurrence is the one in @told. If the event did not recur when the mail was sent, the starts are
 * compared.
 */
static bool is_told(const Told *told, const Occurrence *occurrence)
{
        char text[ROW_TEXT_SIZE];
        bool by_start = !told->recurrence[0] && occurrence->recurrence_id.form != WHEN_NONE;
        row_texts_moment(by_start ? &occurrence->start : &occurrence->recurrence_id, text);
        return strcmp(text, by_start ? told->start : told->recurrence) == 0;
}

/*
 * Finds the current state of an occurrence. Return: 0, OCCURRENCE_END if it no longer exists or is
 * cancelled, or negative errno.
 */
static int find_now(const EventContext *context, const Told *told, usec_t now, Occurrence *ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        bool recurring = event_is_recurring(context->event);
        if (!context->takes_place)
                return OCCURRENCE_END;
        int r = occurrences_new(context->event, context->config->time_zone, recurring ? now : INT64_MIN,
                        USEC_INFINITY, &iterator);
        for (int i = 0; r == 0 && i < EVENT_CONTEXT_OCCURRENCES_MAX; i++) {
                Occurrence occurrence;
                r = occurrences_next(iterator, &occurrence);
                if (r != 0)
                        return r;
                if (recurring && !is_told(told, &occurrence))
                        continue;
                *ret = occurrence;
                return occurrence.status == EVENT_CANCELLED ? OCCURRENCE_END : 0;
        }
        return r < 0 ? r : OCCURRENCE_END;
}

/* Whether a reader sees no difference between what was told and the occurrence's current state. */
static int is_same(const EventContext *context, const Told *told, const Occurrence *occurrence, bool *ret)
{
        char start[ROW_TEXT_SIZE], finish[ROW_TEXT_SIZE];
        EventItem item = { context->event, context->record, occurrence, PUBLISH_CONTACT };
        row_texts_moment(&occurrence->start, start);
        row_texts_moment(&occurrence->end, finish);
        if (strcmp(start, told->start) != 0 || strcmp(finish, told->finish) != 0) {
                Occurrence before = event_context_told(context, told->start, told->finish);
                *ret = same_times(&before, occurrence);
                if (!*ret)
                        return 0;
        }
        return same_place(event_item_place(&item), told->place, ret);
}

/* Whether a change can be found. A row without an end, from an older version, cannot be compared. */
static bool is_comparable(const Told *told)
{
        return told->finish[0] != '\0';
}

static int compare(const EventContext *context, const Told *told, usec_t now, Occurrence *ret_now,
                NoticeKind *ret)
{
        bool same = true;
        *ret = NOTICE_NONE;
        if (!is_comparable(told))
                return 0;
        int r = find_now(context, told, now, ret_now);
        if (r == OCCURRENCE_END) {
                *ret = told->cancelled                  ? NOTICE_NONE
                       : event_is_draft(context->event) ? NOTICE_POSTPONED
                                                        : NOTICE_CANCELLED;
                return 0;
        }
        if (r == 0)
                r = is_same(context, told, ret_now, &same);
        *ret = r != 0            ? NOTICE_NONE
               : told->cancelled ? NOTICE_RESTORED
               : same            ? NOTICE_NONE
                                 : NOTICE_CHANGED;
        return r;
}

static bool is_over(NoticeKind kind)
{
        return kind == NOTICE_CANCELLED || kind == NOTICE_POSTPONED;
}

/* The texts of an occurrence in a ledger row. */
typedef struct Texts {
        char start[ROW_TEXT_SIZE], finish[ROW_TEXT_SIZE];
        const char *place;
} Texts;

static void texts_of(const EventContext *context, const Told *told, NoticeKind kind,
                const Occurrence *occurrence, Texts *ret)
{
        EventItem item = { context->event, context->record, occurrence, PUBLISH_CONTACT };
        if (is_over(kind)) {
                memcpy(ret->start, told->start, sizeof(ret->start));
                memcpy(ret->finish, told->finish, sizeof(ret->finish));
                ret->place = told->place;
                return;
        }
        row_texts_moment(&occurrence->start, ret->start);
        row_texts_moment(&occurrence->end, ret->finish);
        ret->place = event_item_place(&item);
}

/*
 * Makes the key of a notice. It contains SEQUENCE, so that a change back and forth gives a notice each time.
 */
static void make_key(const EventContext *context, const MailRecord *mail, const char *contact_uid,
                char ret[static HASH_HEX_SIZE])
{
        char sequence[24];
        snprintf(sequence, sizeof(sequence), "%d", context->record->sequence);
        const char *fields[] = { mail->kind, mail->uid, mail->recurrence_id, mail->start, mail->finish,
                mail->place, sequence, contact_uid };
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
                hash_field(context->hash, fields[i]);
        hash_finish(context->hash, ret);
}

static int enter(const EventContext *context, const Reader *reader, const Told *told, NoticeKind kind,
                const Occurrence *occurrence, usec_t now)
{
        Texts texts;
        bool added;
        texts_of(context, told, kind, occurrence, &texts);
        usec_t end = is_over(kind) ? 0
                                   : occurrence->end_usec + (occurrence->end_usec == occurrence->start_usec);
        MailRecord mail = {
                .kind = is_over(kind) ? "cancel" : "change",
                .contact = reader->record->id,
                .object = context->record->id,
                .uid = context->record->uid,
                .recurrence_id = told->recurrence,
                .start = texts.start,
                .finish = texts.finish,
                .place = texts.place,
                .rule = "",
                .state = MAIL_PENDING,
                .due = now,
                .next_attempt = now,
                .expires = end > told->expires ? end : told->expires,
                .message_id = "",
        };
        make_key(context, &mail, reader->record->uid, mail.key);
        return ledger_add(context->store, &mail, now, &added);
}

/* Whether the audience may not see an instance. If so, no notice of its change is sent. */
static bool is_hidden(const EventContext *context, const Occurrence *occurrence, PublishAudience audience)
{
        const EventItem item = { context->event, context->record, occurrence, audience };
        return event_item_is_hidden(&item);
}

int notice_enter(const EventContext *context, const Reader *reader, usec_t now)
{
        CLEANUP(memory_done) Memory memory;
        memory_init(&memory, context, INT64_MAX);
        MailReason why_not = MAIL_REASON_NONE;
        int r = remember(context, reader->record->id, now, &memory);
        if (r == 0 && memory.n > 0)
                r = consent_why_not(context->store, reader->record->id, reader->card, context->record->uid,
                                &why_not);
        if (r != 0 || why_not)
                return r;
        for (size_t i = 0; r == 0 && i < memory.n; i++) {
                NoticeKind kind;
                Occurrence occurrence;
                r = compare(context, &memory.items[i], now, &occurrence, &kind);
                if (r == 0 && kind != NOTICE_NONE &&
                                (is_over(kind) || !is_hidden(context, &occurrence, reader->audience)))
                        r = enter(context, reader, &memory.items[i], kind, &occurrence, now);
        }
        return r;
}

typedef struct Reminded {
        const EventContext *context;
        Occurrence start; /* with its start as the end, so that only starts are compared */
        const char *rule;
        bool found;
} Reminded;

static int on_reminded(const MailRecord *mail, void *userdata)
{
        Reminded *search = userdata;
        if (strcmp(mail->kind, "reminder") != 0 || strcmp(mail->rule, search->rule) != 0)
                return 0;
        Occurrence told = event_context_told(search->context, mail->start, mail->start);
        search->found = search->found || same_times(&told, &search->start);
        return 0;
}

int notice_was_reminded(const EventContext *context, int64_t contact, const Occurrence *occurrence,
                const char *rule, usec_t now, bool *ret)
{
        Reminded search = { .context = context, .start = *occurrence, .rule = rule };
        search.start.end = occurrence->start;
        search.start.end_usec = occurrence->start_usec;
        int r = ledger_told_each(context->store, contact, context->record->uid, now, on_reminded, &search);
        if (r == 0)
                *ret = search.found;
        return r;
}

static int compare_with(const EventContext *context, const MailRecord *mail, usec_t now, bool *ret)
{
        CLEANUP(memory_done) Memory memory = { .before = INT64_MAX };
        PublishAudience audience = PUBLISH_PUBLIC;
        Occurrence occurrence;
        NoticeKind kind = NOTICE_NONE;
        int r = on_told(mail, &memory);
        if (r == 0)
                r = compare(context, &memory.items[0], now, &occurrence, &kind);
        if (r == 0)
                r = reader_audience(context->store, mail->contact, mail->object, &audience);
        if (r == 0)
                *ret = kind != NOTICE_NONE ||
                       (is_comparable(&memory.items[0]) && is_hidden(context, &occurrence, audience));
        return r;
}

int notice_is_needed(Store *store, const Config *config, const MailRecord *told, usec_t now, bool *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_context_done) EventContext context = { 0 };
        int r = object_get_by_id(store, told->object, &record);
        if (r == 0)
                r = event_context_init(store, config, record, &context);
        if (r == 0)
                r = compare_with(&context, told, now, ret);
        if (r == STORE_E_NOT_FOUND)
                *ret = true;
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

typedef struct Later {
        const MailRecord *mail;
        bool otherwise;
} Later;

static bool is_cancellation(const MailRecord *mail)
{
        return strcmp(mail->kind, "cancel") == 0;
}

static int on_later(const MailRecord *other, void *userdata)
{
        Later *later = userdata;
        const MailRecord *mail = later->mail;
        if (other->as_of <= mail->as_of || strcmp(other->recurrence_id, mail->recurrence_id) != 0)
                return 0;
        later->otherwise = later->otherwise || strcmp(other->start, mail->start) != 0 ||
                           strcmp(other->finish, mail->finish) != 0 ||
                           strcmp(other->place, mail->place) != 0 ||
                           is_cancellation(other) != is_cancellation(mail);
        return 0;
}

int notice_told_otherwise(Store *store, const MailRecord *mail, usec_t now, bool *ret)
{
        Later later = { mail, false };
        int r = ledger_told_each(store, mail->contact, mail->uid, now, on_later, &later);
        if (r == 0)
                *ret = later.otherwise;
        return r;
}

/* Whether the notice in the row still describes the current state. */
static bool still_describes(const MailRecord *mail, const EventContext *context, const Told *told,
                NoticeKind kind, const Occurrence *occurrence)
{
        Texts texts;
        if (kind == NOTICE_NONE || strcmp(mail->kind, is_over(kind) ? "cancel" : "change") != 0)
                return false;
        texts_of(context, told, kind, occurrence, &texts);
        return strcmp(texts.start, mail->start) == 0 && strcmp(texts.finish, mail->finish) == 0 &&
               strcmp(texts.place, mail->place) == 0;
}

static int rebuild(const EventContext *context, const MailRecord *mail, usec_t now,
                int (*on_notice)(const Notice *notice, void *userdata), void *userdata)
{
        CLEANUP(memory_done) Memory memory;
        memory_init(&memory, context, mail->id);
        Notice notice = { .event = context->event, .record = context->record };
        int r = reader_audience(context->store, mail->contact, mail->object, &notice.audience);
        if (r == 0)
                r = remember(context, mail->contact, now, &memory);
        Told *told = r == 0 ? told_of(&memory, mail->recurrence_id) : NULL;
        if (!told || !told->place)
                return r != 0 ? r : STORE_E_NOT_FOUND;
        r = compare(context, told, now, &notice.now, &notice.kind);
        if (r != 0)
                return r;
        if (!still_describes(mail, context, told, notice.kind, &notice.now))
                return STORE_E_NOT_FOUND;
        notice.before = event_context_told(context, told->start, told->finish);
        notice.place_before = told->place;
        notice.first_id = told->first_id;
        notice.scope = !told->recurrence[0]   ? NOTICE_OF_EVENT
                       : context->takes_place ? NOTICE_OF_OCCURRENCE
                                              : NOTICE_OF_SERIES;
        if (is_over(notice.kind))
                notice.now = notice.before;
        return on_notice(&notice, userdata);
}

int notice_rebuild(Store *store, const Config *config, const MailRecord *mail, usec_t now,
                int (*on_notice)(const Notice *notice, void *userdata), void *userdata)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_context_done) EventContext context = { 0 };
        int r = object_get_by_id(store, mail->object, &record);
        if (r == 0)
                r = event_context_init(store, config, record, &context);
        return r == 0 ? rebuild(&context, mail, now, on_notice, userdata) : r;
}
