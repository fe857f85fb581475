#include "remind/notice-basis.h"

#include "letter/event-item.h"
#include "remind/consent.h"
#include "remind/fanout.h"
#include "remind/reminder.h"

#include <errno.h>
#include <stdio.h>

void notice_basis_done(NoticeBasis *basis)
{
        event_context_done(&basis->context);
        object_record_free(basis->record);
}

int notice_basis_load(Store *store, const Config *config, const char *uid, NoticeBasis *ret)
{
        *ret = (NoticeBasis){ .context = { .store = store, .config = config } };
        int r = object_find(store, uid, &ret->record);
        if (r == 0)
                r = event_context_init(store, config, ret->record, &ret->context);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int notice_basis_of(Store *store, const Config *config, const ObjectRecord *version, NoticeBasis *ret)
{
        *ret = (NoticeBasis){ .context = { .store = store, .config = config } };
        ret->record = object_record_copy(version);
        int r = ret->record ? event_context_init(store, config, ret->record, &ret->context) : -ENOMEM;
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static void describe(NoticeBasis *basis, const Occurrence *occurrence)
{
        basis->occurrence = *occurrence;
        const EventItem item = { basis->context.event, basis->record, &basis->occurrence, PUBLISH_CONTACT };
        row_texts_moment(&occurrence->recurrence_id, basis->recurrence);
        row_texts_moment(&occurrence->start, basis->start);
        row_texts_moment(&occurrence->end, basis->finish);
        basis->mail = (MailRecord){
                .kind = MAIL_KIND_BASIS,
                .object = basis->record->id,
                .uid = basis->record->uid,
                .recurrence_id = basis->recurrence,
                .start = basis->start,
                .finish = basis->finish,
                .place = event_item_place(&item),
                .rule = "",
                .expires = reminder_until(occurrence),
                .message_id = "",
        };
}

/* Whether the occurrence that basis->mail describes has changed. */
static int is_changed(const NoticeBasis *basis, const EventContext *after, usec_t now, bool *ret)
{
        CLEANUP(told_done) ToldMemory memory;
        Occurrence occurrence;
        NoticeKind kind = NOTICE_NONE;
        told_init(&memory, after, INT64_MAX);
        int r = told_add(&basis->mail, &memory);
        if (r == 0)
                r = told_compare(after, &memory.items[0], now, &occurrence, &kind);
        *ret = r == 0 && kind != NOTICE_NONE;
        return r;
}

int notice_basis_find(NoticeBasis *basis, const EventContext *after, usec_t now)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        if (!basis->context.event || !basis->context.takes_place)
                return 0;
        int r = occurrences_new(basis->context.event, basis->context.config->time_zone, now, USEC_INFINITY,
                        &iterator);
        for (int i = 0; r == 0 && !basis->is_found && i < TOLD_MAX; i++) {
                Occurrence occurrence;
                r = occurrences_next(iterator, &occurrence);
                if (r != 0 || occurrence.status == EVENT_CANCELLED)
                        continue;
                describe(basis, &occurrence);
                r = is_changed(basis, after, now, &basis->is_found);
        }
        return r < 0 ? r : 0;
}

int notice_basis_add(const NoticeBasis *basis, const Reader *reader, ToldMemory *memory, bool *ret)
{
        const EventItem item = { basis->context.event, basis->record, &basis->occurrence, reader->audience };
        *ret = basis->is_found && !told_knows(memory, basis->recurrence) && !event_item_is_hidden(&item);
        return *ret ? told_add(&basis->mail, memory) : 0;
}

/* ---- Rows ---- */

typedef struct Entering {
        const NoticeBasis *basis;
        const ChangeTask *task;
        usec_t now;
} Entering;

static int enter(const EventContext *context, const Reader *reader, const Entering *entering)
{
        const NoticeBasis *basis = entering->basis;
        char sequence[24];
        MailRecord mail = basis->mail;
        mail.contact = reader->record->id;
        mail.as_of = entering->task->change - 1;
        snprintf(sequence, sizeof(sequence), "%d", basis->record->sequence);
        const char *fields[] = { mail.kind, mail.uid, mail.recurrence_id, mail.start, mail.finish,
                mail.place, sequence, reader->record->uid };
        for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
                hash_field(context->hash, fields[i]);
        hash_finish(context->hash, mail.key);
        return ledger_add_basis(context->store, &mail, entering->now);
}

static int on_contact(const EventContext *context, const Reader *reader, void *userdata)
{
        const Entering *entering = userdata;
        CLEANUP(told_done) ToldMemory memory;
        MailReason reason = MAIL_REASON_NONE;
        bool is_new = false;
        told_init(&memory, context, INT64_MAX);
        /* A contact that was listed after the change has only seen the event as it was then. */
        if (reader->since > entering->task->at)
                return 0;
        int r = consent_why_not(
                        context->store, reader->record->id, reader->card, context->record->uid, &reason);
        if (r != 0 || reason != MAIL_REASON_NONE)
                return r;
        r = told_load(context, reader->record->id, entering->now, &memory);
        if (r == 0)
                r = notice_basis_add(entering->basis, reader, &memory, &is_new);
        return r != 0 || !is_new ? r : enter(context, reader, entering);
}

int notice_basis_enter(const NoticeBasis *basis, const EventContext *context, const ChangeTask *task,
                usec_t now, int64_t *ret_last)
{
        Entering entering = { basis, task, now };
        const Fanout fanout = { .on_contact = on_contact, .userdata = &entering };
        return fanout_batch(context, task->after_contact, 0, &fanout, ret_last);
}

int notice_tell_all(NoticeBasis *basis, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_context_done) EventContext after = { 0 };
        if (!basis->record)
                return 0;
        int r = object_find(basis->context.store, basis->record->uid, &record);
        if (r == 0)
                r = event_context_init(basis->context.store, basis->context.config, record, &after);
        if (r == 0)
                r = notice_basis_find(basis, &after, now);
        if (r == 0 && basis->is_found)
                r = change_task_tell_all(basis->context.store, basis->record, now);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}
