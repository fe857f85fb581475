/* convene preview: shows the mails that would be sent to a contact. */

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/find.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/preview-reminders.h"
#include "contact/preference.h"
#include "letter/compose.h"
#include "letter/strings.h"
#include "remind/consent.h"
#include "remind/digest.h"
#include "remind/due.h"
#include "remind/notice.h"
#include "store/object.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { MAIL_MAX_BYTES = 1024 * 1024, PREVIEW_HOURS = 24 };

const CliOption preview_options[] = {
        { "at", "TIME", HELP_PREVIEW_AT },
        { "hours", "NUMBER", HELP_PREVIEW_HOURS },
        { "for", "CONTACT", HELP_PREVIEW_FOR },
        { "raw", NULL, HELP_PREVIEW_RAW },
        { NULL, NULL, 0 },
};

typedef struct Preview {
        Cli *cli;
        const ObjectRecord *contact;
        const Card *card;
        usec_t after, until;
        PreviewReminders reminders;
        bool raw, nothing_goes;
        int n;
} Preview;

/* Prints the reason why no mail is sent. @pattern: with {name} and {why} */
static void print_reason(const Preview *preview, const char *pattern, const char *name, MailReason reason)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(MAIL_MAX_BYTES);
        const Cli *cli = preview->cli;
        /* With --raw, standard output has nothing but mails. */
        FILE *stream = preview->raw ? stderr : stdout;
        text_message(&line, cli->language, pattern,
                        TEXT_ARGUMENTS({ "name", name, 0 },
                                        { "why", letter_reason(cli->language, reason), 0 }));
        output_line(stream, buffer_text(&line));
        fputc('\n', stream);
}

/*
 * Whether the contact gets no mail about this event; if so, prints the reason. @ret: false if it gets no
 * mail at all: then the mails are shown below that reason
 */
static int is_muted(Preview *preview, const ObjectRecord *record, bool *ret)
{
        MailReason reason = MAIL_REASON_NONE;
        int r = preview->nothing_goes ? 0
                                      : consent_why_not(preview->cli->store, preview->contact->id,
                                                        preview->card, record->uid, &reason);
        *ret = reason != MAIL_REASON_NONE;
        if (r == 0 && reason)
                print_reason(preview, "{name}: {why}", record->name, reason);
        return r;
}

static ComposeOptions options_at(const Preview *preview, usec_t moment)
{
        return (ComposeOptions){
                .letter = {
                        .config = preview->cli->config,
                        .zones = preview->cli->zones,
                        .contact = preview->card,
                        .token = "TOKEN",
                        .message_id = "preview@example.org",
                        .now = moment,
                },
        };
}

static int print_mail(Preview *preview, usec_t moment, const Buffer *text)
{
        CLEANUP(buffer_done) Buffer when = BUFFER_INIT(MAIL_MAX_BYTES);
        int r = describe_moment(preview->cli, moment, &when);
        if (r != 0)
                return r;
        if (preview->raw) {
                fwrite(buffer_text(text), 1, text->len, stdout);
        } else {
                printf("── ");
                output_text(stdout, buffer_text(&when));
                puts(" ──");
                output_text(stdout, buffer_text(text));
        }
        puts("");
        preview->n++;
        return 0;
}

static int on_reminder(const Reminder *reminder, void *userdata)
{
        Preview *preview = userdata;
        bool muted = false;
        int r = is_muted(preview, reminder->record, &muted);
        return r != 0 || muted ? r : preview_reminders_add(&preview->reminders, reminder);
}

static ComposeOptions options_of(usec_t moment, void *userdata)
{
        return options_at(userdata, moment);
}

static int on_mail(usec_t moment, const Buffer *text, void *userdata)
{
        return print_mail(userdata, moment, text);
}

static int on_notice(const Notice *notice, void *userdata)
{
        Preview *preview = userdata;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(MAIL_MAX_BYTES);
        ComposeOptions options = options_at(preview, notice->at);
        const NoticeText said = notice_text(notice);
        bool muted = false;
        int r = is_muted(preview, notice->record, &muted);
        if (r != 0 || muted)
                return r;
        r = preview->raw ? compose_notice(&said, &options, &text)
                         : compose_notice_preview(&said, &options, &text);
        return r == 0 ? print_mail(preview, notice->at, &text) : r;
}

static int on_event_notice(const ObjectRecord *record, void *userdata)
{
        Preview *preview = userdata;
        const Cli *cli = preview->cli;
        return notice_each(
                        cli->store, cli->config, record, preview->contact->id, cli->now, on_notice, preview);
}

static int print_digest(Preview *preview, usec_t moment)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(MAIL_MAX_BYTES);
        CLEANUP(digest_done) Digest digest = { .n_sources = 0 };
        ComposeOptions options = options_at(preview, moment);
        int r = digest_build(preview->cli->store, preview->cli->config, preview->contact->id, preview->card,
                        moment, moment, &digest);
        if (r != 0 || digest.text.n == 0)
                return r;
        r = preview->raw ? compose_digest(&digest.text, &options, &text, NULL)
                         : compose_digest_preview(&digest.text, &options, &text);
        return r == 0 ? print_mail(preview, moment, &text) : r;
}

static int print_digests(Preview *preview)
{
        DigestWish wish = card_digest(preview->card);
        const Zone *zone = preview->cli->config->time_zone, *own;
        const char *name = card_zone_name(preview->card);
        if (name && zone_table_get(preview->cli->zones, name, &own) == 0)
                zone = own;
        int r = 0;
        for (usec_t moment = preview->after;
                        r == 0 && (moment = digest_moment_after(&wish, zone, moment)) <= preview->until;)
                r = print_digest(preview, moment);
        return r;
}

static int on_event(const ObjectRecord *record, void *userdata)
{
        Preview *preview = userdata;
        return due_each(preview->cli->store, preview->cli->config, record, preview->after, preview->after,
                        preview->until, preview->contact->id, on_reminder, preview);
}

static int print_reminders(Preview *preview)
{
        const PreviewMails mails = {
                .cli = preview->cli,
                .contact = preview->contact->id,
                .card = preview->card,
                .raw = preview->raw,
                .options = options_of,
                .on_mail = on_mail,
                .userdata = preview,
        };
        ObjectFilter events = { .kinds = 1 << OBJECT_EVENT, .from = preview->after, .to = USEC_INFINITY };
        int r = object_each(preview->cli->store, &events, on_event, preview);
        if (r == 0)
                r = preview_reminders_each(&preview->reminders, &mails);
        preview_reminders_done(&preview->reminders);
        return r;
}

/* If the contact gets no mail at all, prints the reason, before the mails. */
static int print_why_nothing(Preview *preview)
{
        MailReason why = MAIL_REASON_NONE;
        int r = describe_why_no_mail(preview->cli, preview->contact->id, preview->card, &why);
        preview->nothing_goes = why != MAIL_REASON_NONE;
        if (r == 0 && why)
                print_reason(preview, preview->cli->strings->nothing_goes, "", why);
        return r;
}

static int preview_all(Preview *preview)
{
        Cli *cli = preview->cli;
        ObjectFilter changed = {
                .kinds = 1 << OBJECT_EVENT | 1 << OBJECT_DRAFT, .from = cli->now, .to = USEC_INFINITY
        };
        int r = print_why_nothing(preview);
        /* A notice is due now, so there is none for another time. */
        if (r == 0 && !cli_flag(cli, "at"))
                r = object_each(cli->store, &changed, on_event_notice, preview);
        if (r == 0)
                r = card_digest(preview->card).period != DIGEST_NONE ? print_digests(preview)
                                                                     : print_reminders(preview);
        if (r != 0)
                return cli_refuse(cli, "preview", r);
        if (preview->n == 0)
                cli_error(cli, cli->strings->no_mail_then, NULL);
        return preview->n > 0 && !preview->nothing_goes ? CLI_DONE : CLI_REFUSED;
}

int command_preview(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        Preview preview = { .cli = cli, .after = cli->now, .raw = cli_flag(cli, "raw") };
        const char *at = cli_value(cli, "at", 0), *hours = cli_value(cli, "hours", 0);
        char *end = NULL;
        long n_hours = hours ? strtol(hours, &end, 10) : PREVIEW_HOURS;
        if (!cli_flag(cli, "for"))
                return cli_usage(cli, cli->usage->missing, TEXT_ARGUMENTS({ "what", "--for", 0 }));
        if (at && input_moment(cli, at, cli->config->time_zone, &preview.after) < 0)
                return cli_usage_value(cli, cli->strings->bad_moment, at);
        if (n_hours < 1 || n_hours > 24 * 366 || (end && *end))
                return cli_usage_value(cli, cli->strings->bad_hours, hours);
        int r = find_contact(cli, cli_value(cli, "for", 0), &contact);
        if (r != CLI_DONE)
                return r;
        r = card_parse(contact->text, contact->len, &card, NULL);
        if (r != 0)
                return cli_refuse(cli, contact->uid, r);
        /* A mail that is due exactly at that time is included. */
        preview.after -= 1;
        preview.until = preview.after + n_hours * 3600 * USEC_PER_SEC;
        preview.contact = contact;
        preview.card = card;
        return preview_all(&preview);
}
