/*
 * Reminders. A reminder is composed from the event, or filled in from the template of a reminder to another
 * recipient: reminders of one occurrence by one lead have the same contents if the language, the time zone,
 * the audience and the day are the same.
 */

#include "base/language.h"
#include "letter/event-item.h"
#include "remind/compose-cache.h"
#include "remind/mails-internal.h"
#include "remind/reader.h"
#include "remind/rebuild.h"
#include "remind/row-texts.h"
#include "remind/whole.h"

#include <errno.h>
#include <string.h>

enum {
        REMINDER_NOT_CACHED = 110 /* in this file only: the mail must be composed */
};

/*
 * The reminder of a part waits for the reminder of its whole: for a short time at first, because the
 * reminder of the whole is usually sent within seconds.
 */
#define WAIT_FOR_WHOLE_MIN (5 * USEC_PER_SEC)
#define WAIT_FOR_WHOLE_MAX (60 * USEC_PER_SEC)

static const Zone *zone_of(const Job *job, const Zone *fallback)
{
        return reader_zone(job->contact, store_zones(job->store), fallback);
}

bool making_is_late(const Making *making, usec_t due)
{
        return making->job->now - due > REMINDER_LATE_AFTER;
}

static const char *reader_language(const Job *job)
{
        const char *language = card_language(job->contact);
        return language_tag(language_of(language ? language : job->config->language));
}

static ComposeKey make_key(const Making *making)
{
        const Job *job = making->job;
        const MailRecord *mail = job->mail;
        return (ComposeKey){ mail->object, making->event_change, mail->rule, mail->recurrence_id,
                mail->start, reader_language(job), zone_of(job, NULL), making->audience };
}

static ComposeSheet make_sheet(const Job *job, const Reminder *reminder, bool late)
{
        const EventItem item = reminder_item(reminder);
        const Zone *fallback = job->config->time_zone;
        ComposeSheet sheet = {
                .start_usec = reminder->occurrence->start_usec,
                .end_usec = reminder->occurrence->end_usec,
                .event_zone = event_zone(reminder->event, fallback),
                .reader_zone = zone_of(job, event_item_zone(&item, fallback)),
                .late = late,
        };
        sheet.event_day = compose_sheet_day(sheet.event_zone, job->now);
        sheet.reader_day = compose_sheet_day(sheet.reader_zone, job->now);
        return sheet;
}

/* Caches the composed mail as a template for other recipients. */
static int keep_pattern(const Making *making, const Reminder *reminder, MessageTemplate *made)
{
        CLEANUP(message_template_freep) MessageTemplate *pattern = made;
        const Job *job = making->job;
        ComposeSheet sheet = make_sheet(job, reminder, making->options.late);
        const ComposeKey key = make_key(making);
        sheet.finish = job->told_finish ? job->told_finish : job->mail->finish;
        sheet.place = job->told_place ? job->told_place : job->mail->place;
        int r = mail_dictionary_new(making->out->data, making->out->len, &sheet.dictionary);
        if (r < 0)
                return r;
        sheet.pattern = TAKE_PTR(pattern);
        return compose_cache_keep(job->cache, &key, &sheet);
}

/*
 * Records the end and the place as the mail names them; the start is in the key. Cancels a mail that names
 * another end or place than a copy of it that may have arrived.
 */
static int tell(const Making *making, const Reminder *reminder)
{
        Job *job = making->job;
        RowTexts texts;
        const EventItem item = reminder_item(reminder);
        const char *place = event_item_place(&item);
        row_texts_of(reminder->event, reminder->occurrence, &reminder->lead, &texts);
        /* A row without an end, written by an older version, cannot be compared. */
        bool same = !job->mail->finish[0] ||
                    (strcmp(texts.finish, job->mail->finish) == 0 && strcmp(place, job->mail->place) == 0);
        if (!making->out || (job->mail->attempts > 0 && !same))
                return same ? 0 : job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_SINCE);
        return job_tells(job, texts.finish, place, reminder_until(reminder->occurrence));
}

/*
 * Composes the mail. It becomes no template if it names a whole or its event has parts, because other
 * recipients may not see these or have refused them, or if it repeats parked mails.
 */
static int compose(Making *making, const EventItem *item, MessageTemplate **pattern)
{
        Job *job = making->job;
        bool has_parts = false;
        int r = object_has_parts(job->store, job->mail->uid, &has_parts);
        bool is_pattern = job->cache && making->parked.n == 0 && !event_parent(item->event) && !has_parts;
        making->options.letter.ret_template = is_pattern ? pattern : NULL;
        return r != 0 ? r : mails_compose_reminder(making, item, is_pattern);
}

static int make_from(Making *making, const Reminder *reminder)
{
        Job *job = making->job;
        MessageTemplate *pattern = NULL;
        usec_t due;
        const EventItem item = reminder_item(reminder);
        if (event_item_is_hidden(&item))
                return making_close_hidden(making);
        int r = making_keep_quiet(making, event_zone(reminder->event, job->config->time_zone),
                        reminder->occurrence->start_usec, reminder->occurrence->end_usec, &due);
        making->options.late = making_is_late(making, due);
        if (r == 0)
                r = tell(making, reminder);
        if (r == 0 && making->out)
                r = compose(making, &item, &pattern);
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

/* Fills in the cached template. Return: REMINDER_NOT_CACHED if there is none that is still correct. */
static int repeat_reminder(Making *making)
{
        Job *job = making->job;
        usec_t due;
        if (!job->cache || !making->out || making->parked.n > 0 || job->mail->attempts > 0)
                return REMINDER_NOT_CACHED;
        const ComposeKey key = make_key(making);
        const ComposeSheet *sheet = compose_cache_find(job->cache, &key);
        bool has_parts = false;
        if (!sheet)
                return REMINDER_NOT_CACHED;
        /* A part may have come since the template was made. */
        int r = object_has_parts(job->store, job->mail->uid, &has_parts);
        if (r == 0 && has_parts)
                return REMINDER_NOT_CACHED;
        if (r == 0)
                r = making_keep_quiet(making, sheet->event_zone, sheet->start_usec, sheet->end_usec, &due);
        if (r != 0)
                return r;
        if (!compose_sheet_holds(sheet, making_is_late(making, due), job->now))
                return REMINDER_NOT_CACHED;
        const Occurrence occurrence = { .start_usec = sheet->start_usec, .end_usec = sheet->end_usec };
        r = job_tells(job, sheet->finish, sheet->place, reminder_until(&occurrence));
        if (r < 0)
                return r;
        job->dictionary = mail_dictionary_ref(sheet->dictionary);
        return fill_in(making, sheet);
}

/* Returns the time until the next look: as long as the reminder has waited already, within bounds. */
static usec_t wait_for_whole(const Job *job)
{
        usec_t age = job->now - job->mail->due;
        return age < WAIT_FOR_WHOLE_MIN   ? WAIT_FOR_WHOLE_MIN
               : age < WAIT_FOR_WHOLE_MAX ? age
                                          : WAIT_FOR_WHOLE_MAX;
}

/*
 * Closes the reminder of a part if a reminder of the whole that was sent lists the part; postpones it if a
 * reminder of the whole is due and not sent yet.
 */
static int leave_to_whole(const Making *making)
{
        Job *job = making->job;
        CLEANUP(object_record_freep) ObjectRecord *part = NULL;
        CLEANUP(object_record_freep) ObjectRecord *whole = NULL;
        WholeSays says = WHOLE_SAYS_NOTHING;
        const ComposeKey key = make_key(making);
        const ComposeSheet *sheet = job->cache ? compose_cache_find(job->cache, &key) : NULL;
        /* A cached mail is not about a part, so there is no whole to look for. */
        if (!making->out || sheet)
                return 0;
        int r = object_get_by_id(job->store, job->mail->object, &part);
        if (r == 0)
                r = whole_find(job->store, part, job->mail->contact, &whole);
        if (r == 0 && whole)
                r = whole_says(job->store, whole, job->mail, job->now, &says);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return says == WHOLE_HAS_TOLD ? job_close(job, MAIL_SUPPRESSED, MAIL_REASON_WITH_WHOLE)
               : says == WHOLE_WILL_SAY
                               ? job_wait(job, job->now + wait_for_whole(job), MAIL_REASON_WITH_WHOLE)
                               : 0;
}

/*
 * Cancels a mail if a copy of it that may have arrived lists parts that have changed. A second copy would
 * take the place of the first one in what the contact was told, although it may never arrive.
 */
static int check_parts(Job *job)
{
        bool holds = true;
        if (!job_is_fixed(job) && job->mail->attempts == 0)
                return 0;
        int r = mails_look_at_told(job, job->store, &holds);
        return r != 0 || holds ? r : job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_SINCE);
}

/* Composes the mail about this reminder alone. */
static int make_alone(Making *making)
{
        CLEANUP(rebuilt_done) Rebuilt rebuilt = { .record = NULL };
        const Job *job = making->job;
        int r = repeat_reminder(making);
        if (r != REMINDER_NOT_CACHED)
                return r;
        r = rebuild_reminder(job->store, job->config, job->mail, job->now, &rebuilt);
        if (r == 0)
                r = make_from(making, &rebuilt.reminder);
        return r == STORE_E_NOT_FOUND ? job_close(making->job, MAIL_CANCELLED, MAIL_REASON_EVENT_MOVED) : r;
}

int mails_make_reminder(Job *job, Buffer *out)
{
        CLEANUP(making_done) Making making;
        bool is_bundle = false;
        int r = making_init(&making, job, out);
        if (r == 0)
                r = check_parts(job);
        if (r == 0)
                r = making_rest_on_event(&making);
        if (r == 0)
                r = leave_to_whole(&making);
        if (r == 0 && out)
                r = mails_make_bundle(&making, &is_bundle);
        if (r == 0 && !is_bundle)
                r = make_alone(&making);
        return r == 0 ? making_repeat_parked(&making) : r;
}
