#include "outbox/job.h"

#include "letter/letter.h"
#include "remind/consent.h"
#include "remind/digest.h"
#include "remind/due.h"
#include "remind/notice.h"
#include "remind/parked.h"

#include <errno.h>
#include <string.h>

enum {
        LATE_AFTER_MINUTES = 60,
        JOB_MAKE = 110 /* within this file: the mail is to be made from the event */
};

int job_close(Job *job, MailState state, const char *reason)
{
        job->close_as = state;
        job->reason = reason;
        return JOB_CLOSE;
}

static int load_contact(Job *job)
{
        int r = object_get_by_id(job->store, job->mail->contact, &job->contact_record);
        if (r == 0)
                r = card_parse(job->contact_record->text, job->contact_record->len, &job->contact, NULL);
        if (r == STORE_E_NOT_FOUND || r == CARD_E_INVALID)
                return job_close(job, MAIL_SUPPRESSED, "the contact is gone");
        if (r == 0)
                job->address = card_email(job->contact);
        return r;
}

static int load_listed(Job *job)
{
        const char *reason = NULL;
        int r = load_contact(job);
        if (r == 0)
                r = consent_why_not(job->store, job->mail->contact, job->contact, job->mail->uid, &reason);
        return r == 0 && reason ? job_close(job, MAIL_SUPPRESSED, reason) : r;
}

static int load_reminded(Job *job)
{
        int r = load_listed(job);
        return r == 0 && card_digest(job->contact).period != DIGEST_NONE
                               ? job_close(job, MAIL_SUPPRESSED, CONSENT_REASON_DIGEST)
                               : r;
}

static const Zone *reader_zone(const Job *job, const Zone *fallback)
{
        const Zone *zone;
        const char *name = card_zone_name(job->contact);
        return name && zone_table_get(store_zones(job->store), name, &zone) == 0 ? zone : fallback;
}

/*
 * Quiet hours hold a mail back as long as it comes in time all the same: before the start, or, once that is past, before the end. Who
 * would miss the event by them gets the mail at once.
 */
static int keep_quiet(Job *job, const Zone *event_zone, usec_t start_usec, usec_t end_usec, usec_t *ret_due)
{
        QuietHours hours;
        *ret_due = job->mail->due;
        if (!card_quiet(job->contact, &hours))
                return 0;
        const Zone *zone = reader_zone(job, event_zone);
        usec_t deadline = start_usec > job->now ? start_usec : end_usec;
        *ret_due = consent_quiet_until(&hours, zone, job->mail->due);
        job->wait_until = consent_quiet_until(&hours, zone, job->now);
        job->reason = "the contact's quiet hours";
        return job->wait_until > job->now && job->wait_until < deadline ? JOB_WAIT : 0;
}

static bool is_late(const Job *job, usec_t due)
{
        return job->now - due > LATE_AFTER_MINUTES * 60 * USEC_PER_SEC;
}

static const char *reader_language(const Job *job)
{
        const char *language = card_language(job->contact);
        return strings_for(language ? language : job->config->language)->language;
}

/* Return: STORE_E_NOT_FOUND when the event is gone. */
static int make_key(const Job *job, ComposeKey *ret)
{
        const MailRecord *mail = job->mail;
        *ret = (ComposeKey){ mail->object, 0, mail->rule, mail->recurrence_id, mail->start,
                reader_language(job), reader_zone(job, NULL) };
        return object_change(job->store, mail->object, &ret->change);
}

static ComposeSheet make_sheet(const Job *job, const Reminder *reminder, bool late)
{
        const Zone *zone = event_zone(reminder->event, job->config->time_zone);
        ComposeSheet sheet = {
                .start_usec = reminder->occurrence->start_usec,
                .end_usec = reminder->occurrence->end_usec,
                .event_zone = zone,
                .reader_zone = reader_zone(job, zone),
                .late = late,
        };
        sheet.event_day = compose_sheet_day(sheet.event_zone, job->now);
        sheet.reader_day = compose_sheet_day(sheet.reader_zone, job->now);
        return sheet;
}

/* For others, what has just been made. Changed since it was read, it is made anew for the next one. */
static int keep_pattern(const Job *job, const Reminder *reminder, bool late, MessageTemplate *made)
{
        CLEANUP(message_template_freep) MessageTemplate *pattern = made;
        ComposeSheet sheet = make_sheet(job, reminder, late);
        ComposeKey key;
        int r = make_key(job, &key);
        if (r != 0 || key.change != reminder->record->change)
                return r;
        r = mail_dictionary_new(job->out->data, job->out->len, &sheet.dictionary);
        if (r < 0)
                return r;
        sheet.pattern = TAKE_PTR(pattern);
        return compose_cache_keep(job->cache, &key, &sheet);
}

static int on_reminder(const Reminder *reminder, void *userdata)
{
        Job *job = userdata;
        ComposeOptions options = *job->options;
        MessageTemplate *pattern = NULL;
        usec_t due;
        int r = keep_quiet(job, event_zone(reminder->event, job->config->time_zone),
                        reminder->occurrence->start_usec, reminder->occurrence->end_usec, &due);
        options.late = is_late(job, due);
        options.ret_template = job->cache && !job->tells_parked ? &pattern : NULL;
        if (r == 0 && job->out)
                r = compose_reminder(reminder, &options, job->out);
        if (!pattern)
                return r;
        return keep_pattern(job, reminder, options.late, pattern);
}

static int fill_in(const Job *job, const ComposeSheet *sheet, Buffer *out)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LETTER_NAME_BYTES * 2);
        letter_append_line(&name, card_name(job->contact));
        MessageReader reader = {
                .to_name = name.len > 0 ? buffer_text(&name) : NULL,
                .to = job->address,
                .message_id = job->options->message_id,
                .date = job->now,
                .date_offset = zone_offset_at(sheet->reader_zone, job->now / USEC_PER_SEC).seconds,
                .token = job->mail->token,
        };
        return buffer_error(&name) < 0 ? buffer_error(&name)
                                       : message_template_fill(sheet->pattern, &reader, out);
}

/* From what was made for somebody else. Return: JOB_MAKE when there is nothing of the kind. */
static int repeat_reminder(Job *job)
{
        ComposeKey key;
        usec_t due;
        if (!job->cache || !job->out || job->tells_parked)
                return JOB_MAKE;
        int r = make_key(job, &key);
        const ComposeSheet *sheet = r == 0 ? compose_cache_find(job->cache, &key) : NULL;
        if (!sheet)
                return r == 0 || r == STORE_E_NOT_FOUND ? JOB_MAKE : r;
        r = keep_quiet(job, sheet->event_zone, sheet->start_usec, sheet->end_usec, &due);
        if (r != 0)
                return r;
        if (!compose_sheet_holds(sheet, is_late(job, due), job->now))
                return JOB_MAKE;
        job->dictionary = mail_dictionary_ref(sheet->dictionary);
        return fill_in(job, sheet, job->out);
}

static int make_reminder(Job *job, const ComposeOptions *options, Buffer *out)
{
        job->options = options;
        job->out = out;
        int r = repeat_reminder(job);
        if (r != JOB_MAKE)
                return r;
        r = due_rebuild(job->store, job->config, job->mail, job->now, on_reminder, job);
        return r == STORE_E_NOT_FOUND
                               ? job_close(job, MAIL_CANCELLED, "the event has moved or does not take place")
                               : r;
}

static int on_notice(const Notice *notice, void *userdata)
{
        Job *job = userdata;
        ComposeOptions options = *job->options;
        usec_t due;
        int r = keep_quiet(job, event_zone(notice->event, job->config->time_zone), notice->now.start_usec,
                        notice->now.end_usec, &due);
        options.in_reply_to = notice->first_id && notice->first_id[0] ? notice->first_id : NULL;
        return r == 0 && job->out ? compose_notice(notice, &options, job->out) : r;
}

static int make_notice(Job *job, const ComposeOptions *options, Buffer *out)
{
        job->options = options;
        job->out = out;
        int r = notice_rebuild(job->store, job->config, job->mail, job->now, on_notice, job);
        return r == STORE_E_NOT_FOUND
                               ? job_close(job, MAIL_CANCELLED, "overtaken by another change of the event")
                               : r;
}

static int make_digest(Job *job, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(digest_done) Digest digest = { .n = 0 };
        if (card_digest(job->contact).period == DIGEST_NONE)
                return job_close(job, MAIL_CANCELLED, "the contact wants no agenda any more");
        if (!out)
                return 0;
        int r = digest_build(job->store, job->config, job->mail->contact, job->contact, job->mail->due,
                        job->now, &digest);
        if (r == 0 && digest.n == 0)
                return job_close(job, MAIL_SUPPRESSED, "there is nothing to tell");
        return r == 0 ? compose_digest(&digest, options, out) : r;
}

static int load_signup(Job *job)
{
        int r = signup_get(job->store, job->mail->token, job->now, &job->signup);
        if (r == STORE_E_NOT_FOUND)
                return job_close(job, MAIL_CANCELLED, "there is nothing to confirm any more");
        if (r == 0) {
                job->address = job->signup->address;
                job->language = job->signup->language;
        }
        return r;
}

/* Who is listed is told by this mail alone, to whoever reads it. */
static int look_up_listing(Job *job, bool *ret_is_listed, bool *ret_is_off)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        int64_t contact = 0;
        int r = signup_contact(job->store, job->signup->address, &contact);
        if (r != 0 || contact == 0)
                return r;
        r = signup_is_listed(job->store, contact, job->signup, ret_is_listed);
        if (r == 0)
                r = object_get_by_id(job->store, contact, &record);
        if (r == 0)
                r = card_parse(record->text, record->len, &card, NULL);
        if (r == 0)
                *ret_is_off = card_reminders_off(card);
        return r;
}

static int load_target(const Job *job, Event **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_get(job->store, job->signup->target, &record);
        if (r == 0)
                r = event_parse(store_zones(job->store), record->text, record->len, ret, NULL);
        return r > 0 ? STORE_E_NOT_FOUND : r;
}

static int make_confirm(Job *job, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(event_freep) Event *event = NULL;
        bool is_off = false;
        Confirm confirm = { .signup = job->signup };
        int r = look_up_listing(job, &confirm.is_listed, &is_off);
        if (r == 0 && is_off)
                return job_close(job, MAIL_SUPPRESSED, "the contact's card says X-CONVENED-REMINDERS:OFF");
        if (r == 0 && job->signup->scope == SUBSCRIBE_EVENT)
                r = load_target(job, &event);
        if (r == STORE_E_NOT_FOUND)
                return job_close(job, MAIL_CANCELLED, "the event is gone");
        confirm.event = event;
        return r == 0 && out ? compose_confirm(&confirm, options, out) : r;
}

static const MailKind kinds[] = {
        { "reminder", load_reminded, make_reminder },
        { "change", load_listed, make_notice },
        { "cancel", load_listed, make_notice },
        { "agenda", load_listed, make_digest },
        { "confirm", load_signup, make_confirm },
};

static const MailKind *find_kind(const char *name)
{
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
                if (strcmp(kinds[i].name, name) == 0)
                        return &kinds[i];
        return NULL;
}

int job_begin(Store *store, const Config *config, ComposeCache *cache, int64_t mail, usec_t now, Job *ret)
{
        *ret = (Job){ .store = store, .config = config, .cache = cache, .now = now };
        int r = ledger_get(store, mail, &ret->mail);
        if (r == 0)
                ret->kind = find_kind(ret->mail->kind);
        return r == 0 && !ret->kind ? STORE_E_NOT_FOUND : r;
}

void job_done(Job *job)
{
        mail_record_free(job->mail);
        object_record_free(job->contact_record);
        card_free(job->contact);
        signup_free(job->signup);
        mail_dictionary_unref(job->dictionary);
}

static int compose(Job *job, ComposeOptions *options, Buffer *out)
{
        CLEANUP(parked_done) Parked parked = { .n = 0 };
        int r = out && job->contact
                                ? parked_load(job->store, job->config, job->mail->contact, job->now, &parked)
                                : 0;
        options->parked = &parked;
        job->tells_parked = parked.n > 0;
        return r == 0 ? job->kind->compose(job, options, out) : r;
}

int job_check(Job *job, const char *message_id, Buffer *out)
{
        if (job->now >= job->mail->expires)
                return job_close(job, MAIL_EXPIRED, LEDGER_REASON_POINTLESS);
        int r = job->kind->load(job);
        if (r != 0)
                return r;
        ComposeOptions options = {
                .config = job->config,
                .zones = store_zones(job->store),
                .contact = job->contact,
                .address = job->address,
                .language = job->language,
                .token = job->mail->token,
                .message_id = message_id,
                .now = job->now,
        };
        r = compose(job, &options, job->mail->bytes ? NULL : out);
        return r == -EINVAL ? job_close(job, MAIL_FAILED,
                                              "no mail could be made of it: is the sender's or the contact's address right?")
                            : r;
}
