#include "remind/notice.h"

#include "letter/event-item.h"
#include "letter/same.h"
#include "remind/consent.h"
#include "remind/event-context.h"
#include "remind/reader.h"
#include "remind/reminder.h"
#include "remind/row-texts.h"
#include "remind/settling.h"
#include "remind/told.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

/* A change of one occurrence that a contact was told of, or of all of a series. */
typedef struct Change {
        const Told *told; /* of a series, the first occurrence */
        NoticeKind kind;
        NoticeScope scope;
        Occurrence now; /* not set if it no longer takes place */
        usec_t expires; /* when what the contact was told of is over */
} Change;

/*
 * Makes the key of a notice. It contains SEQUENCE, so that there is a notice each time an event is changed
 * back and forth.
 */
static void make_key(const EventContext *context, const MailRecord *mail, const Change *change,
                const char *contact_uid, char ret[static HASH_HEX_SIZE])
{
        char sequence[24];
        bool of_series = change->scope == NOTICE_OF_SERIES;
        snprintf(sequence, sizeof(sequence), "%d", context->record->sequence);
        const char *fields[] = { mail->kind, mail->uid, mail->recurrence_id, of_series ? "" : mail->start,
                of_series ? "" : mail->finish, of_series ? "" : mail->place, sequence, contact_uid };
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
                hash_field(context->hash, fields[i]);
        hash_finish(context->hash, ret);
}

/* Whether the occurrence begins, or was to begin, within a day. */
static bool is_near(const EventContext *context, const Change *change, usec_t now)
{
        usec_t before = event_context_told(context, change->told->start, change->told->finish).start_usec;
        return before - now < USEC_PER_DAY ||
               (!is_over(change->kind) && change->now.start_usec - now < USEC_PER_DAY);
}

/*
 * Returns when the notice is sent: when the event has not been changed for the settling time, or at once.
 */
static usec_t settles_at(const EventContext *context, const Change *change, DueNotify notify, usec_t now)
{
        usec_t changed = context->record->changed < now ? context->record->changed : now;
        usec_t until = changed + context->config->mail.settle;
        bool settles = notify == DUE_NOTIFY_SETTLED || notify == DUE_NOTIFY_DELETE_SETTLED;
        bool waits = settles && until > now && !is_near(context, change, now);
        return waits ? until : now;
}

static int enter(const EventContext *context, const Reader *reader, const Change *change, DueNotify notify,
                Settling *settling, usec_t now)
{
        Texts texts;
        const Told *told = change->told;
        const Occurrence *occurrence = &change->now;
        texts_of(context, told, change->kind, occurrence, &texts);
        usec_t at = settles_at(context, change, notify, now);
        usec_t end = is_over(change->kind) ? 0 : reminder_until(occurrence);
        MailRecord mail = {
                .kind = is_over(change->kind) ? MAIL_KIND_CANCEL : MAIL_KIND_CHANGE,
                .contact = reader->record->id,
                .object = context->record->id,
                .uid = context->record->uid,
                .recurrence_id = change->scope == NOTICE_OF_SERIES ? "" : told->recurrence,
                .start = texts.start,
                .finish = texts.finish,
                .place = texts.place,
                .rule = "",
                .state = MAIL_PENDING,
                .due = at,
                .next_attempt = at,
                .expires = end > change->expires ? end : change->expires,
                .message_id = "",
                .reason = at > now ? MAIL_REASON_SETTLING : MAIL_REASON_NONE,
                .as_of = context->as_of,
        };
        make_key(context, &mail, change, reader->record->uid, mail.key);
        settling_keep(settling, mail.key);
        return notify == DUE_NOTIFY_NONE ? ledger_add_untold(context->store, &mail, now)
                                         : ledger_add_notice(context->store, &mail, now);
}

/* Whether the audience may not see an occurrence. If so, no notice of its change is sent. */
static bool is_hidden(const EventContext *context, const Occurrence *occurrence, PublishAudience audience)
{
        const EventItem item = { context->event, context->record, occurrence, audience };
        return event_item_is_hidden(&item);
}

/* Finds how one occurrence has changed, apart from the others. */
static int compare(const EventContext *context, const Told *told, usec_t now, Change *ret)
{
        *ret = (Change){
                .told = told,
                .scope = told->recurrence[0] ? NOTICE_OF_OCCURRENCE : NOTICE_OF_EVENT,
                .expires = told->expires,
        };
        return told_compare(context, told, now, &ret->now, &ret->kind);
}

/* Whether all that the contact was told of is lost with the series. If so, one notice says so. */
static bool find_lost_series(const EventContext *context, const ToldMemory *memory, Change *ret)
{
        usec_t expires;
        const Told *first = told_lost_series(context, memory, &expires);
        if (!first)
                return false;
        *ret = (Change){
                .told = first,
                .kind = context->is_postponed ? NOTICE_POSTPONED : NOTICE_CANCELLED,
                .scope = NOTICE_OF_SERIES,
                .expires = expires,
        };
        return true;
}

/*
 * Finds whether a lost series takes place after all. If so, one notice says so. An occurrence that is not as
 * the contact was told before has a notice of its own. @ret: its `kind` is NOTICE_NONE if it does not
 */
static int find_restored_series(const EventContext *context, ToldMemory *memory, usec_t now, Change *ret)
{
        *ret = (Change){ .kind = NOTICE_NONE };
        Change found = { .kind = NOTICE_RESTORED, .scope = NOTICE_OF_SERIES };
        int r = told_restored_series(context, memory, now, &found.told, &found.now, &found.expires);
        if (r == 0 && found.told)
                *ret = found;
        return r;
}

/* Calls back for a restored series, and lets its notice count as told for the other changes. */
static int tell_restored_series(const EventContext *context, const Reader *reader, ToldMemory *memory,
                usec_t now, int (*on_change)(const Change *change, void *userdata), void *userdata)
{
        Change change;
        int r = find_restored_series(context, memory, now, &change);
        if (r != 0 || change.kind == NOTICE_NONE || is_hidden(context, &change.now, reader->audience))
                return r;
        r = on_change(&change, userdata);
        told_restore(memory);
        return r;
}

static int each_change(const EventContext *context, const Reader *reader, ToldMemory *memory, usec_t now,
                int (*on_change)(const Change *change, void *userdata), void *userdata)
{
        Change change;
        if (find_lost_series(context, memory, &change))
                return on_change(&change, userdata);
        int r = tell_restored_series(context, reader, memory, now, on_change, userdata);
        for (size_t i = 0; r == 0 && i < memory->n; i++) {
                r = compare(context, &memory->items[i], now, &change);
                bool hidden = r == 0 && change.kind != NOTICE_NONE && !is_over(change.kind) &&
                              is_hidden(context, &change.now, reader->audience);
                if (r == 0 && change.kind != NOTICE_NONE && !hidden)
                        r = on_change(&change, userdata);
        }
        return r;
}

/* The data that all changes of one event for one contact share. */
typedef struct Changes {
        const EventContext *context;
        const Reader *reader;
        DueNotify notify;
        usec_t now;
        size_t n; /* of changes that were entered */
        Settling settling;
        int (*on_notice)(const Notice *notice, void *userdata);
        void *userdata;
} Changes;

static int on_change_enter(const Change *change, void *userdata)
{
        Changes *changes = userdata;
        changes->n++;
        return enter(changes->context, changes->reader, change, changes->notify, &changes->settling,
                        changes->now);
}

/* Enters the changes, and closes the waiting notices of those that are undone or changed further. */
static int enter_changes(Changes *changes, ToldMemory *memory)
{
        Store *store = changes->context->store;
        int64_t contact = changes->reader->record->id;
        const char *uid = changes->context->record->uid;
        int r = memory->n > 0 ? settling_load(store, contact, uid, changes->now, &changes->settling) : 0;
        if (r == 0)
                r = each_change(changes->context, changes->reader, memory, changes->now, on_change_enter,
                                changes);
        if (r == 0)
                r = settling_close(store, &changes->settling, changes->now);
        bool is_taken_back = r == 0 && changes->n == 0 && told_has_basis(memory);
        return is_taken_back ? ledger_drop_basis(store, contact, uid) : r;
}

int notice_enter(const EventContext *context, const Reader *reader, DueNotify notify, usec_t now)
{
        CLEANUP(told_done) ToldMemory memory;
        Changes changes = { .context = context, .reader = reader, .notify = notify, .now = now };
        told_init(&memory, context, INT64_MAX);
        MailReason why_not = MAIL_REASON_NONE;
        int r = told_load(context, reader->record->id, now, &memory);
        if (r == 0 && memory.n > 0)
                r = consent_why_not(context->store, reader->record->id, reader->card, context->record->uid,
                                &why_not);
        if (r == 0 && !why_not)
                r = enter_changes(&changes, &memory);
        settling_done(&changes.settling);
        return r;
}

static Notice describe(const EventContext *context, const Change *change, PublishAudience audience)
{
        const Told *told = change->told;
        Notice notice = {
                .kind = change->kind,
                .scope = told->recurrence[0] && !context->takes_place ? NOTICE_OF_SERIES : change->scope,
                .event = context->event,
                .record = context->record,
                .audience = audience,
                .before = event_context_told(context, told->start, told->finish),
                .place_before = told->place,
                .first_id = told->first_id,
        };
        notice.now = is_over(change->kind) ? notice.before : change->now;
        return notice;
}

static int on_change_describe(const Change *change, void *userdata)
{
        const Changes *changes = userdata;
        Notice notice = describe(changes->context, change, changes->reader->audience);
        notice.at = settles_at(changes->context, change, DUE_NOTIFY_SETTLED, changes->now);
        return changes->on_notice(&notice, changes->userdata);
}

int notice_each_of(const EventContext *context, const Reader *reader, const NoticeBasis *basis, usec_t now,
                int (*on_notice)(const Notice *notice, void *userdata), void *userdata)
{
        CLEANUP(told_done) ToldMemory memory;
        bool is_new = false;
        Changes changes = { .context = context,
                .reader = reader,
                .now = now,
                .on_notice = on_notice,
                .userdata = userdata };
        told_init(&memory, context, INT64_MAX);
        int r = told_load(context, reader->record->id, now, &memory);
        if (r == 0 && basis)
                r = notice_basis_add(basis, reader, &memory, &is_new);
        bool is_asked = !basis || is_new;
        return r == 0 && is_asked ? each_change(context, reader, &memory, now, on_change_describe, &changes)
                                  : r;
}

int notice_each(Store *store, const Config *config, const ObjectRecord *record, int64_t contact, usec_t now,
                int (*on_notice)(const Notice *notice, void *userdata), void *userdata)
{
        CLEANUP(event_context_done) EventContext context = { 0 };
        CLEANUP(reader_done) Reader reader = { 0 };
        int r = event_context_init(store, config, record, &context);
        if (r == 0)
                r = reader_load(store, contact, &reader);
        if (r == 0)
                r = audience_of(store, contact, record->id, &reader.audience);
        if (r == 0)
                r = notice_each_of(&context, &reader, NULL, now, on_notice, userdata);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

NoticeText notice_text(const Notice *notice)
{
        return (NoticeText){
                .kind = notice->kind,
                .scope = notice->scope,
                .now = { notice->event, notice->record, &notice->now, notice->audience },
                .before = { notice->event, notice->record, &notice->before, notice->audience },
                .place_before = notice->place_before,
        };
}

static int compare_with(const EventContext *context, const MailRecord *mail, usec_t now, bool *ret)
{
        CLEANUP(told_done) ToldMemory memory = { .before = INT64_MAX };
        PublishAudience audience = PUBLISH_PUBLIC;
        Occurrence occurrence;
        NoticeKind kind = NOTICE_NONE;
        int r = told_add(mail, &memory);
        if (r == 0)
                r = told_compare(context, &memory.items[0], now, &occurrence, &kind);
        /* An occurrence that was cancelled, and still is, has no current state. */
        bool has_state = r == 0 && told_is_comparable(&memory.items[0]) && !memory.items[0].cancelled;
        if (r == 0)
                r = audience_of(context->store, mail->contact, mail->object, &audience);
        if (r == 0)
                *ret = kind != NOTICE_NONE || (has_state && is_hidden(context, &occurrence, audience));
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
        return strcmp(mail->kind, MAIL_KIND_CANCEL) == 0;
}

/* Whether a row, one of several with different recurrence IDs, is about all of a series. */
static bool is_of_series(const MailRecord *mail)
{
        return told_of_all(mail) || (strcmp(mail->kind, MAIL_KIND_CHANGE) == 0 && !mail->recurrence_id[0]);
}

static int on_later(const MailRecord *other, void *userdata)
{
        Later *later = userdata;
        const MailRecord *mail = later->mail;
        if (other->as_of <= mail->as_of)
                return 0;
        if (strcmp(other->recurrence_id, mail->recurrence_id) != 0) {
                bool is_of_both = is_of_series(other) || is_of_series(mail);
                later->otherwise = later->otherwise ||
                                   (is_of_both && is_cancellation(other) != is_cancellation(mail));
                return 0;
        }
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
static bool still_describes(const MailRecord *mail, const EventContext *context, const Change *change)
{
        Texts texts;
        const char *kind = is_over(change->kind) ? MAIL_KIND_CANCEL : MAIL_KIND_CHANGE;
        if (change->kind == NOTICE_NONE || strcmp(mail->kind, kind) != 0)
                return false;
        texts_of(context, change->told, change->kind, &change->now, &texts);
        return strcmp(texts.start, mail->start) == 0 && strcmp(texts.finish, mail->finish) == 0 &&
               strcmp(texts.place, mail->place) == 0;
}

static int rebuild_one(const EventContext *context, const MailRecord *mail, ToldMemory *memory, usec_t now,
                Change *ret)
{
        const Told *told = told_find(memory, mail->recurrence_id);
        if (!told || !told->place)
                return STORE_E_NOT_FOUND;
        int r = compare(context, told, now, ret);
        return r == 0 && !still_describes(mail, context, ret) ? STORE_E_NOT_FOUND : r;
}

/*
 * Finds the change that a row is about. A notice of one cancelled occurrence that no attempt was made to
 * send is included in the notice about the series.
 */
static int find_again(const EventContext *context, const MailRecord *mail, ToldMemory *memory, usec_t now,
                Change *ret)
{
        bool is_lost = find_lost_series(context, memory, ret);
        if (is_lost && told_of_all(mail))
                return 0;
        if (is_lost && mail->attempts == 0)
                return STORE_E_NOT_FOUND;
        int r = find_restored_series(context, memory, now, ret);
        if (r != 0 || (ret->kind == NOTICE_RESTORED && told_of_restored(memory, mail)))
                return r;
        if (ret->kind == NOTICE_RESTORED)
                told_restore(memory);
        return rebuild_one(context, mail, memory, now, ret);
}

static int rebuild(const MailRecord *mail, usec_t now, RebuiltNotice *rebuilt)
{
        const EventContext *context = &rebuilt->context;
        PublishAudience audience = PUBLISH_PUBLIC;
        Change change;
        told_init(&rebuilt->memory, context, mail->id);
        int r = audience_of(context->store, mail->contact, mail->object, &audience);
        if (r == 0)
                r = told_load(context, mail->contact, now, &rebuilt->memory);
        if (r == 0)
                r = find_again(context, mail, &rebuilt->memory, now, &change);
        if (r == 0)
                rebuilt->notice = describe(context, &change, audience);
        return r;
}

int notice_rebuild(
                Store *store, const Config *config, const MailRecord *mail, usec_t now, RebuiltNotice *ret)
{
        ret->record = NULL;
        ret->context = (EventContext){ 0 };
        ret->memory.n = 0;
        int r = object_get_by_id(store, mail->object, &ret->record);
        if (r == 0)
                r = event_context_init(store, config, ret->record, &ret->context);
        return r == 0 ? rebuild(mail, now, ret) : r;
}

void rebuilt_notice_done(RebuiltNotice *rebuilt)
{
        told_done(&rebuilt->memory);
        event_context_done(&rebuilt->context);
        object_record_free(rebuilt->record);
}
