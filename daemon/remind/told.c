#include "remind/told.h"

#include "letter/event-item.h"
#include "letter/same.h"
#include "remind/reminder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void told_done(ToldMemory *memory)
{
        for (size_t i = 0; i < memory->n; i++) {
                free(memory->items[i].place);
                free(memory->items[i].first_id);
        }
}

Told *told_find(ToldMemory *memory, const char *recurrence)
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

bool told_knows(const ToldMemory *memory, const char *recurrence)
{
        for (size_t i = 0; i < memory->n; i++)
                if (strcmp(memory->items[i].recurrence, recurrence) == 0)
                        return true;
        return false;
}

bool told_has_basis(const ToldMemory *memory)
{
        for (size_t i = 0; i < memory->n; i++)
                if (memory->items[i].is_basis)
                        return true;
        return false;
}

/* Whether a mail is about a whole series. This is so for a reminder at a fixed time. */
static bool speaks_of_series(const ToldMemory *memory, const MailRecord *mail)
{
        Lead lead;
        return memory->recurring && mail->rule[0] && lead_parse(mail->rule, &lead) == 0 && lead.absolute;
}

static void cancel_all(ToldMemory *memory)
{
        memory->series_lost = true;
        for (size_t i = 0; i < memory->n; i++) {
                Told *told = &memory->items[i];
                told->with_series = told->with_series || !told->cancelled;
                told->cancelled = true;
        }
}

void told_restore(ToldMemory *memory)
{
        memory->series_lost = false;
        for (size_t i = 0; i < memory->n; i++) {
                Told *told = &memory->items[i];
                told->cancelled = told->cancelled && !told->with_series;
                told->with_series = false;
        }
}

bool told_of_all(const MailRecord *mail)
{
        return strcmp(mail->kind, MAIL_KIND_CANCEL) == 0 && !mail->recurrence_id[0];
}

bool told_of_restored(const ToldMemory *memory, const MailRecord *mail)
{
        return memory->recurring && memory->series_lost && strcmp(mail->kind, MAIL_KIND_CHANGE) == 0 &&
               !mail->recurrence_id[0];
}

int told_add(const MailRecord *mail, void *userdata)
{
        ToldMemory *memory = userdata;
        bool is_later = mail->id >= memory->before || (memory->as_of && mail->as_of >= memory->as_of);
        if (is_later || speaks_of_series(memory, mail))
                return 0;
        if (told_of_all(mail))
                cancel_all(memory);
        if (told_of_all(mail) && memory->recurring)
                return 0;
        if (told_of_restored(memory, mail)) {
                told_restore(memory);
                return 0;
        }
        Told *told = told_find(memory, mail->recurrence_id);
        if (!told)
                return 0;
        char *place = strdup(mail->place);
        if (!place)
                return -ENOMEM;
        free(told->place);
        told->place = place;
        if (!told->first_id || !told->first_id[0]) {
                free(told->first_id);
                told->first_id = strdup(mail->message_id);
        }
        snprintf(told->start, sizeof(told->start), "%s", mail->start);
        snprintf(told->finish, sizeof(told->finish), "%s", mail->finish);
        told->cancelled = strcmp(mail->kind, MAIL_KIND_CANCEL) == 0;
        told->is_basis = strcmp(mail->kind, MAIL_KIND_BASIS) == 0;
        told->with_series = false;
        told->expires = mail->expires;
        return told->first_id ? 0 : -ENOMEM;
}

void told_init(ToldMemory *memory, const EventContext *context, int64_t before)
{
        memory->n = 0;
        memory->series_lost = false;
        memory->recurring = event_is_recurring(context->event);
        memory->before = before;
        memory->as_of = context->as_of;
}

int told_load(const EventContext *context, int64_t contact, usec_t now, ToldMemory *memory)
{
        return ledger_told_each(context->store, contact, context->record->uid, now, told_add, memory);
}

static Occurrence at_moment(const EventContext *context, const When *when)
{
        usec_t instant = when_instant(when, context->zone);
        return (Occurrence){ .start = *when, .end = *when, .start_usec = instant, .end_usec = instant };
}

/*
 * Whether @occurrence is the one that a mail named. @named: its recurrence or, if @by_start, its start,
 * because the event did not recur when the mail was sent. The zone may have another name by now.
 */
static bool is_named(const EventContext *context, const Occurrence *named, bool by_start,
                const Occurrence *occurrence)
{
        Occurrence moment = at_moment(context, by_start ? &occurrence->start : &occurrence->recurrence_id);
        return same_times(named, &moment);
}

/*
 * Finds the current state of an occurrence. Return: 0, OCCURRENCE_END if it no longer exists or is
 * cancelled, or negative errno.
 */
static int find_now(const EventContext *context, const Told *told, usec_t now, Occurrence *ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        bool recurring = event_is_recurring(context->event), by_start = !told->recurrence[0];
        const char *name = by_start ? told->start : told->recurrence;
        const Occurrence named = event_context_told(context, name, name);
        if (!context->takes_place)
                return OCCURRENCE_END;
        int r = occurrences_new(context->event, context->config->time_zone,
                        recurring ? now - REMINDER_LATE_AFTER : INT64_MIN, USEC_INFINITY, &iterator);
        for (int i = 0; r == 0 && i < EVENT_CONTEXT_OCCURRENCES_MAX; i++) {
                Occurrence occurrence;
                r = occurrences_next(iterator, &occurrence);
                if (r != 0)
                        return r;
                if (recurring && !is_named(context, &named, by_start, &occurrence))
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

const Told *told_lost_series(const EventContext *context, const ToldMemory *memory, usec_t *ret_expires)
{
        const Told *first = NULL;
        usec_t earliest = USEC_INFINITY, expires = 0;
        bool recurred = false;
        for (size_t i = 0; !context->takes_place && i < memory->n; i++) {
                const Told *told = &memory->items[i];
                if (told->cancelled || !told_is_comparable(told))
                        continue;
                usec_t start = event_context_told(context, told->start, told->finish).start_usec;
                recurred = recurred || told->recurrence[0];
                expires = told->expires > expires ? told->expires : expires;
                if (first && start >= earliest)
                        continue;
                first = told;
                earliest = start;
        }
        if (!recurred)
                return NULL;
        *ret_expires = expires;
        return first;
}

bool told_is_comparable(const Told *told)
{
        return told->finish[0] != '\0';
}

int told_compare(const EventContext *context, const Told *told, usec_t now, Occurrence *ret_now,
                NoticeKind *ret)
{
        bool same = true;
        *ret = NOTICE_NONE;
        if (!told_is_comparable(told))
                return 0;
        int r = find_now(context, told, now, ret_now);
        if (r == OCCURRENCE_END) {
                *ret = told->cancelled         ? NOTICE_NONE
                       : context->is_postponed ? NOTICE_POSTPONED
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

int told_restored_series(const EventContext *context, ToldMemory *memory, usec_t now, const Told **ret,
                Occurrence *ret_now, usec_t *ret_expires)
{
        int r = 0;
        *ret = NULL;
        *ret_expires = 0;
        for (size_t i = 0; r == 0 && context->takes_place && i < memory->n; i++) {
                /* as if the series had not been cancelled; borrows its texts */
                Told told = memory->items[i];
                Occurrence occurrence;
                NoticeKind kind;
                if (!told.with_series || !told_is_comparable(&told))
                        continue;
                told.cancelled = false;
                *ret_expires = told.expires > *ret_expires ? told.expires : *ret_expires;
                r = told_compare(context, &told, now, &occurrence, &kind);
                if (r != 0 || kind != NOTICE_NONE || (*ret && occurrence.start_usec >= ret_now->start_usec))
                        continue;
                *ret = &memory->items[i];
                *ret_now = occurrence;
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
        if (strcmp(mail->kind, MAIL_KIND_REMINDER) != 0 || strcmp(mail->rule, search->rule) != 0)
                return 0;
        Occurrence told = event_context_told(search->context, mail->start, mail->start);
        search->found = search->found || same_times(&told, &search->start);
        return 0;
}

int told_was_reminded(const EventContext *context, int64_t contact, const Occurrence *occurrence,
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
