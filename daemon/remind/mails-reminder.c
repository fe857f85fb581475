/*
 * Reminders: composed from the event, or filled in from what was composed for another reader. A reminder of one event to many contacts says
 * the same in each language, on each clock and on each day.
 */

#include "base/language.h"
#include "remind/compose-cache.h"
#include "remind/due.h"
#include "remind/mails-internal.h"
#include "remind/reader.h"

#include <errno.h>

enum {
        LATE_AFTER_MINUTES = 60,
        REMINDER_NOT_CACHED = 110 /* within this file: the mail is to be composed */
};

static const Zone *zone_of(const Job *job, const Zone *fallback)
{
        return reader_zone(job->contact, store_zones(job->store), fallback);
}

static bool is_late(const Job *job, usec_t due)
{
        return job->now - due > LATE_AFTER_MINUTES * 60 * USEC_PER_SEC;
}

static const char *reader_language(const Job *job)
{
        const char *language = card_language(job->contact);
        return language_tag(language_of(language ? language : job->config->language));
}

/* Return: STORE_E_NOT_FOUND when the event is gone. */
static int make_key(const Job *job, ComposeKey *ret)
{
        const MailRecord *mail = job->mail;
        *ret = (ComposeKey){ mail->object, 0, mail->rule, mail->recurrence_id, mail->start,
                reader_language(job), zone_of(job, NULL) };
        return object_change(job->store, mail->object, &ret->change);
}

static ComposeSheet make_sheet(const Job *job, const Reminder *reminder, bool late)
{
        const Zone *zone = event_zone(reminder->event, job->config->time_zone);
        ComposeSheet sheet = {
                .start_usec = reminder->occurrence->start_usec,
                .end_usec = reminder->occurrence->end_usec,
                .event_zone = zone,
                .reader_zone = zone_of(job, zone),
                .late = late,
        };
        sheet.event_day = compose_sheet_day(sheet.event_zone, job->now);
        sheet.reader_day = compose_sheet_day(sheet.reader_zone, job->now);
        return sheet;
}

/* Keeps what has just been made for other readers, unless the event has changed since it was read. */
static int keep_pattern(const Making *making, const Reminder *reminder, MessageTemplate *made)
{
        CLEANUP(message_template_freep) MessageTemplate *pattern = made;
        const Job *job = making->job;
        ComposeSheet sheet = make_sheet(job, reminder, making->options.late);
        ComposeKey key;
        int r = make_key(job, &key);
        if (r != 0 || key.change != reminder->record->change)
                return r;
        r = mail_dictionary_new(making->out->data, making->out->len, &sheet.dictionary);
        if (r < 0)
                return r;
        sheet.pattern = TAKE_PTR(pattern);
        return compose_cache_keep(job->cache, &key, &sheet);
}

static int on_reminder(const Reminder *reminder, void *userdata)
{
        Making *making = userdata;
        Job *job = making->job;
        MessageTemplate *pattern = NULL;
        usec_t due;
        int r = making_keep_quiet(making, event_zone(reminder->event, job->config->time_zone),
                        reminder->occurrence->start_usec, reminder->occurrence->end_usec, &due);
        making->options.late = is_late(job, due);
        making->options.letter.ret_template = job->cache && !job->tells_parked ? &pattern : NULL;
        if (r == 0 && making->out)
                r = compose_reminder(reminder, &making->options, making->out);
        return pattern ? keep_pattern(making, reminder, pattern) : r;
}

static int fill_in(const Making *making, const ComposeSheet *sheet)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LETTER_NAME_BYTES * 2);
        const Job *job = making->job;
        letter_append_line(&name, card_name(job->contact));
        MessageReader reader = {
                .to_name = name.len > 0 ? buffer_text(&name) : NULL,
                .to = job->address,
                .message_id = job->message_id,
                .date = job->now,
                .date_offset = zone_offset_at(sheet->reader_zone, job->now / USEC_PER_SEC).seconds,
                .token = job->mail->token,
        };
        return buffer_error(&name) < 0 ? buffer_error(&name)
                                       : message_template_fill(sheet->pattern, &reader, making->out);
}

/* Return: REMINDER_NOT_CACHED when nothing of the kind was made before. */
static int repeat_reminder(Making *making)
{
        Job *job = making->job;
        ComposeKey key;
        usec_t due;
        if (!job->cache || !making->out || job->tells_parked)
                return REMINDER_NOT_CACHED;
        int r = make_key(job, &key);
        const ComposeSheet *sheet = r == 0 ? compose_cache_find(job->cache, &key) : NULL;
        if (!sheet)
                return r == 0 || r == STORE_E_NOT_FOUND ? REMINDER_NOT_CACHED : r;
        r = making_keep_quiet(making, sheet->event_zone, sheet->start_usec, sheet->end_usec, &due);
        if (r != 0)
                return r;
        if (!compose_sheet_holds(sheet, is_late(job, due), job->now))
                return REMINDER_NOT_CACHED;
        job->dictionary = mail_dictionary_ref(sheet->dictionary);
        return fill_in(making, sheet);
}

int mails_make_reminder(Job *job, Buffer *out)
{
        CLEANUP(making_done) Making making;
        int r = making_init(&making, job, out);
        if (r == 0)
                r = repeat_reminder(&making);
        if (r != REMINDER_NOT_CACHED)
                return r;
        r = due_rebuild(job->store, job->config, job->mail, job->now, on_reminder, &making);
        return r == STORE_E_NOT_FOUND ? job_close(job, MAIL_CANCELLED, MAIL_REASON_EVENT_MOVED) : r;
}
