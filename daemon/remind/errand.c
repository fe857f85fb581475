#include "remind/errand.h"

#include "remind/agenda.h"
#include "remind/due.h"
#include "remind/letter.h"
#include "remind/missed.h"
#include "remind/notice.h"
#include "remind/quiet.h"

#include <errno.h>
#include <string.h>

enum {
        LATE_AFTER_MINUTES = 60,
        ERRAND_MAKE = 110 /* within this file: the mail is to be made from the event */
};

int errand_close(Errand *errand, MailState state, const char *reason)
{
        errand->close_as = state;
        errand->reason = reason;
        return ERRAND_CLOSE;
}

static int load_contact(Errand *errand)
{
        int r = object_get_by_id(errand->store, errand->mail->contact, &errand->contact_record);
        if (r == 0)
                r = card_parse(errand->contact_record->text, errand->contact_record->len, &errand->contact,
                                NULL);
        if (r == STORE_E_NOT_FOUND || r == CARD_E_INVALID)
                return errand_close(errand, MAIL_SUPPRESSED, "the contact is gone");
        if (r == 0)
                errand->address = card_email(errand->contact);
        return r;
}

static int load_listed(Errand *errand)
{
        const char *reason = NULL;
        int r = load_contact(errand);
        if (r == 0)
                r = due_why_not(errand->store, errand->mail->contact, errand->contact, errand->mail->uid,
                                &reason);
        return r == 0 && reason ? errand_close(errand, MAIL_SUPPRESSED, reason) : r;
}

static int load_reminded(Errand *errand)
{
        int r = load_listed(errand);
        return r == 0 && card_agenda(errand->contact).period != AGENDA_NONE
                               ? errand_close(errand, MAIL_SUPPRESSED, DUE_REASON_AGENDA)
                               : r;
}

static const Zone *reader_zone(const Errand *errand, const Zone *fallback)
{
        const Zone *zone;
        const char *name = card_zone_name(errand->contact);
        return name && zone_table_get(store_zones(errand->store), name, &zone) == 0 ? zone : fallback;
}

/*
 * Quiet hours hold a mail back as long as it comes in time all the same: before the start, or, once that is past, before the end. Who
 * would miss the event by them gets the mail at once.
 */
static int keep_quiet(
                Errand *errand, const Zone *event_zone, usec_t start_usec, usec_t end_usec, usec_t *ret_due)
{
        QuietHours hours;
        *ret_due = errand->mail->due;
        if (!card_quiet(errand->contact, &hours))
                return 0;
        const Zone *zone = reader_zone(errand, event_zone);
        usec_t deadline = start_usec > errand->now ? start_usec : end_usec;
        *ret_due = quiet_until(&hours, zone, errand->mail->due);
        errand->wait_until = quiet_until(&hours, zone, errand->now);
        errand->reason = "the contact's quiet hours";
        return errand->wait_until > errand->now && errand->wait_until < deadline ? ERRAND_WAIT : 0;
}

static bool is_late(const Errand *errand, usec_t due)
{
        return errand->now - due > LATE_AFTER_MINUTES * 60 * USEC_PER_SEC;
}

static const char *reader_language(const Errand *errand)
{
        const char *language = card_language(errand->contact);
        return words_for(language ? language : errand->config->language)->language;
}

/* Return: STORE_E_NOT_FOUND when the event is gone. */
static int make_key(const Errand *errand, PatternKey *ret)
{
        const MailRecord *mail = errand->mail;
        *ret = (PatternKey){ mail->object, 0, mail->rule, mail->recurrence_id, mail->start,
                reader_language(errand), reader_zone(errand, NULL) };
        return object_change(errand->store, mail->object, &ret->change);
}

static PatternSheet make_sheet(const Errand *errand, const Reminder *reminder, bool late)
{
        const Zone *zone = event_zone(reminder->event, errand->config->time_zone);
        PatternSheet sheet = {
                .start_usec = reminder->occurrence->start_usec,
                .end_usec = reminder->occurrence->end_usec,
                .event_zone = zone,
                .reader_zone = reader_zone(errand, zone),
                .late = late,
        };
        sheet.event_day = pattern_day(sheet.event_zone, errand->now);
        sheet.reader_day = pattern_day(sheet.reader_zone, errand->now);
        return sheet;
}

/* For others, what has just been made. Changed since it was read, it is made anew for the next one. */
static int keep_pattern(const Errand *errand, const Reminder *reminder, bool late, MessagePattern *made)
{
        CLEANUP(message_pattern_freep) MessagePattern *pattern = made;
        PatternSheet sheet = make_sheet(errand, reminder, late);
        PatternKey key;
        int r = make_key(errand, &key);
        if (r != 0 || key.change != reminder->record->change)
                return r;
        r = mail_sample_new(errand->out->data, errand->out->len, &sheet.sample);
        if (r < 0)
                return r;
        sheet.pattern = TAKE_PTR(pattern);
        return patterns_keep(errand->patterns, &key, &sheet);
}

static int on_reminder(const Reminder *reminder, void *userdata)
{
        Errand *errand = userdata;
        ComposeOptions options = *errand->options;
        MessagePattern *pattern = NULL;
        usec_t due;
        int r = keep_quiet(errand, event_zone(reminder->event, errand->config->time_zone),
                        reminder->occurrence->start_usec, reminder->occurrence->end_usec, &due);
        options.late = is_late(errand, due);
        options.ret_pattern = errand->patterns && !errand->tells_parked ? &pattern : NULL;
        if (r == 0 && errand->out)
                r = compose_reminder(reminder, &options, errand->out);
        if (!pattern)
                return r;
        return keep_pattern(errand, reminder, options.late, pattern);
}

static int fill_in(const Errand *errand, const PatternSheet *sheet, Buffer *out)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LETTER_NAME_BYTES * 2);
        letter_append_line(&name, card_name(errand->contact));
        MessageReader reader = {
                .to_name = name.len > 0 ? buffer_text(&name) : NULL,
                .to = errand->address,
                .message_id = errand->options->message_id,
                .date = errand->now,
                .date_offset = zone_offset_at(sheet->reader_zone, errand->now / USEC_PER_SEC).seconds,
                .token = errand->mail->token,
        };
        return buffer_error(&name) < 0 ? buffer_error(&name)
                                       : message_pattern_fill(sheet->pattern, &reader, out);
}

/* From what was made for somebody else. Return: ERRAND_MAKE when there is nothing of the kind. */
static int repeat_reminder(Errand *errand)
{
        PatternKey key;
        usec_t due;
        if (!errand->patterns || !errand->out || errand->tells_parked)
                return ERRAND_MAKE;
        int r = make_key(errand, &key);
        const PatternSheet *sheet = r == 0 ? patterns_find(errand->patterns, &key) : NULL;
        if (!sheet)
                return r == 0 || r == STORE_E_NOT_FOUND ? ERRAND_MAKE : r;
        r = keep_quiet(errand, sheet->event_zone, sheet->start_usec, sheet->end_usec, &due);
        if (r != 0)
                return r;
        if (!pattern_holds(sheet, is_late(errand, due), errand->now))
                return ERRAND_MAKE;
        errand->sample = mail_sample_ref(sheet->sample);
        return fill_in(errand, sheet, errand->out);
}

static int make_reminder(Errand *errand, const ComposeOptions *options, Buffer *out)
{
        errand->options = options;
        errand->out = out;
        int r = repeat_reminder(errand);
        if (r != ERRAND_MAKE)
                return r;
        r = due_rebuild(errand->store, errand->config, errand->mail, errand->now, on_reminder, errand);
        return r == STORE_E_NOT_FOUND ? errand_close(errand, MAIL_CANCELLED,
                                                        "the event has moved or does not take place")
                                      : r;
}

static int on_notice(const Notice *notice, void *userdata)
{
        Errand *errand = userdata;
        ComposeOptions options = *errand->options;
        usec_t due;
        int r = keep_quiet(errand, event_zone(notice->event, errand->config->time_zone),
                        notice->now.start_usec, notice->now.end_usec, &due);
        options.in_reply_to = notice->first_id && notice->first_id[0] ? notice->first_id : NULL;
        return r == 0 && errand->out ? compose_notice(notice, &options, errand->out) : r;
}

static int make_notice(Errand *errand, const ComposeOptions *options, Buffer *out)
{
        errand->options = options;
        errand->out = out;
        int r = notice_rebuild(errand->store, errand->config, errand->mail, errand->now, on_notice, errand);
        return r == STORE_E_NOT_FOUND ? errand_close(errand, MAIL_CANCELLED,
                                                        "overtaken by another change of the event")
                                      : r;
}

static int make_agenda(Errand *errand, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(agenda_done) Agenda agenda = { .n = 0 };
        if (card_agenda(errand->contact).period == AGENDA_NONE)
                return errand_close(errand, MAIL_CANCELLED, "the contact wants no agenda any more");
        if (!out)
                return 0;
        int r = agenda_build(errand->store, errand->config, errand->mail->contact, errand->contact,
                        errand->mail->due, errand->now, &agenda);
        if (r == 0 && agenda.n == 0)
                return errand_close(errand, MAIL_SUPPRESSED, "there is nothing to tell");
        return r == 0 ? compose_agenda(&agenda, options, out) : r;
}

static int load_signup(Errand *errand)
{
        int r = signup_get(errand->store, errand->mail->token, errand->now, &errand->signup);
        if (r == STORE_E_NOT_FOUND)
                return errand_close(errand, MAIL_CANCELLED, "there is nothing to confirm any more");
        if (r == 0) {
                errand->address = errand->signup->address;
                errand->language = errand->signup->language;
        }
        return r;
}

/* Who is listed is told by this mail alone, to whoever reads it. */
static int look_up_listing(Errand *errand, bool *ret_is_listed, bool *ret_is_off)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        int64_t contact = 0;
        int r = signup_contact(errand->store, errand->signup->address, &contact);
        if (r != 0 || contact == 0)
                return r;
        r = signup_is_listed(errand->store, contact, errand->signup, ret_is_listed);
        if (r == 0)
                r = object_get_by_id(errand->store, contact, &record);
        if (r == 0)
                r = card_parse(record->text, record->len, &card, NULL);
        if (r == 0)
                *ret_is_off = card_reminders_off(card);
        return r;
}

static int load_target(const Errand *errand, Event **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_get(errand->store, errand->signup->target, &record);
        if (r == 0)
                r = event_parse(store_zones(errand->store), record->text, record->len, ret, NULL);
        return r > 0 ? STORE_E_NOT_FOUND : r;
}

static int make_confirm(Errand *errand, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(event_freep) Event *event = NULL;
        bool is_off = false;
        Confirm confirm = { .signup = errand->signup };
        int r = look_up_listing(errand, &confirm.is_listed, &is_off);
        if (r == 0 && is_off)
                return errand_close(
                                errand, MAIL_SUPPRESSED, "the contact's card says X-CONVENED-REMINDERS:OFF");
        if (r == 0 && errand->signup->scope == SUBSCRIBE_EVENT)
                r = load_target(errand, &event);
        if (r == STORE_E_NOT_FOUND)
                return errand_close(errand, MAIL_CANCELLED, "the event is gone");
        confirm.event = event;
        return r == 0 && out ? compose_confirm(&confirm, options, out) : r;
}

static const MailKind kinds[] = {
        { "reminder", load_reminded, make_reminder },
        { "change", load_listed, make_notice },
        { "cancel", load_listed, make_notice },
        { "agenda", load_listed, make_agenda },
        { "confirm", load_signup, make_confirm },
};

static const MailKind *find_kind(const char *name)
{
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
                if (strcmp(kinds[i].name, name) == 0)
                        return &kinds[i];
        return NULL;
}

int errand_begin(Store *store, const Config *config, Patterns *patterns, int64_t mail, usec_t now,
                Errand *ret)
{
        *ret = (Errand){ .store = store, .config = config, .patterns = patterns, .now = now };
        int r = ledger_get(store, mail, &ret->mail);
        if (r == 0)
                ret->kind = find_kind(ret->mail->kind);
        return r == 0 && !ret->kind ? STORE_E_NOT_FOUND : r;
}

void errand_done(Errand *errand)
{
        mail_record_free(errand->mail);
        object_record_free(errand->contact_record);
        card_free(errand->contact);
        signup_free(errand->signup);
        mail_sample_unref(errand->sample);
}

static int compose(Errand *errand, ComposeOptions *options, Buffer *out)
{
        CLEANUP(missed_done) Missed missed = { .n = 0 };
        int r = out && errand->contact ? missed_load(errand->store, errand->config, errand->mail->contact,
                                                         errand->now, &missed)
                                       : 0;
        options->missed = &missed;
        errand->tells_parked = missed.n > 0;
        return r == 0 ? errand->kind->compose(errand, options, out) : r;
}

int errand_check(Errand *errand, const char *message_id, Buffer *out)
{
        if (errand->now >= errand->mail->expires)
                return errand_close(errand, MAIL_EXPIRED, LEDGER_REASON_POINTLESS);
        int r = errand->kind->load(errand);
        if (r != 0)
                return r;
        ComposeOptions options = {
                .config = errand->config,
                .zones = store_zones(errand->store),
                .contact = errand->contact,
                .address = errand->address,
                .language = errand->language,
                .token = errand->mail->token,
                .message_id = message_id,
                .now = errand->now,
        };
        r = compose(errand, &options, errand->mail->bytes ? NULL : out);
        return r == -EINVAL ? errand_close(errand, MAIL_FAILED,
                                              "no mail could be made of it: is the sender's or the contact's address right?")
                            : r;
}
