/* convene announce: a text of the office to those who are listed. */

#include "remind/announce.h"
#include "base/json.h"
#include "base/text-dates.h"
#include "cli/command.h"
#include "cli/find.h"
#include "cli/input.h"
#include "cli/output.h"
#include "letter/compose-announcement.h"
#include "letter/strings.h"

#include <stdlib.h>
#include <string.h>

enum {
        LINE_BYTES = 64 * 1024,
        PREVIEW_BYTES = 1024 * 1024,
        CONTACTS_MAX = CLI_VALUES_MAX,
        LISTED_MAX = 100,
        USEFUL_DAYS = 7
};

const CliOption announce_options[] = {
        { "event", "UID", HELP_ANNOUNCE_EVENT },
        { "kind", "KIND", HELP_ANNOUNCE_KIND },
        { "calendar", "NAME", HELP_ANNOUNCE_CALENDAR },
        { "contact", "CONTACT", HELP_ANNOUNCE_CONTACT },
        { "all", NULL, HELP_ANNOUNCE_ALL },
        { "subject-LANG", "TEXT", HELP_ANNOUNCE_SUBJECT },
        { "text-LANG", "TEXT", HELP_ANNOUNCE_TEXT },
        { "at", "TIME", HELP_ANNOUNCE_AT },
        { "dry-run", NULL, HELP_ANNOUNCE_DRY_RUN },
        { "json", NULL, HELP_JSON },
        { NULL, NULL, 0 },
};

typedef struct Announce {
        Cli *cli;
        Announcement announcement;
        int64_t chosen[CONTACTS_MAX];
        size_t n_chosen;
        AnnounceRecipients recipients;
} Announce;

static void announce_done(Announce *announce)
{
        announce_recipients_done(&announce->recipients);
}

static int refuse(Cli *cli, const char *pattern)
{
        return cli_usage(cli, pattern, NULL);
}

/* Reads the texts: a language has a subject and a text, or neither. */
static int read_texts(Announce *announce)
{
        Cli *cli = announce->cli;
        Announcement *announcement = &announce->announcement;
        for (int i = 0; i < LANGUAGES_N; i++) {
                char subject[32], text[32];
                snprintf(subject, sizeof(subject), "subject-%s", language_tag((Language)i));
                snprintf(text, sizeof(text), "text-%s", language_tag((Language)i));
                const char *given = cli_value(cli, subject, 0), *body = cli_value(cli, text, 0);
                if (!given && !body)
                        continue;
                if (!given || !given[0] || !body || !body[0])
                        return refuse(cli, cli->strings->announce_no_text);
                announcement->texts[announcement->n_texts++] =
                                (AnnouncementText){ language_tag((Language)i), given, body };
        }
        return announcement->n_texts > 0 ? CLI_DONE : refuse(cli, cli->strings->announce_no_text);
}

static int read_contacts(Announce *announce)
{
        Cli *cli = announce->cli;
        const char *word;
        int r = CLI_DONE;
        for (int i = 0; r == CLI_DONE && i < CONTACTS_MAX && (word = cli_value(cli, "contact", i)); i++) {
                CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
                r = find_contact(cli, word, &contact);
                if (r == CLI_DONE)
                        announce->chosen[announce->n_chosen++] = contact->id;
        }
        return r;
}

/* Reads to whom the announcement goes: just one of the options that say so. */
static int read_scope(Announce *announce)
{
        static const struct {
                const char *option;
                AnnouncementScope scope;
        } scopes[] = { { "event", ANNOUNCE_EVENT }, { "kind", ANNOUNCE_KIND },
                { "calendar", ANNOUNCE_CALENDAR }, { "all", ANNOUNCE_ALL }, { "contact", ANNOUNCE_CHOSEN } };
        Cli *cli = announce->cli;
        int n = 0;
        announce->announcement.target = "";
        for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
                const char *value = cli_value(cli, scopes[i].option, 0);
                if (!value)
                        continue;
                n++;
                announce->announcement.scope = scopes[i].scope;
                if (scopes[i].scope != ANNOUNCE_ALL && scopes[i].scope != ANNOUNCE_CHOSEN)
                        announce->announcement.target = value;
        }
        if (n != 1)
                return refuse(cli, cli->strings->announce_no_scope);
        const char *kind = cli_value(cli, "kind", 0);
        if (kind && !config_kind(cli->config, kind))
                return cli_usage_kind(cli, "--kind", kind);
        return read_contacts(announce);
}

/* An announcement about an event is useful until it ends, any other for some days. */
static int read_times(Announce *announce)
{
        Cli *cli = announce->cli;
        Announcement *announcement = &announce->announcement;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        const char *at = cli_value(cli, "at", 0);
        announcement->at = cli->now;
        if (at && input_moment(cli, at, cli->config->time_zone, &announcement->at) < 0)
                return cli_usage_value(cli, cli->strings->bad_moment, at);
        announcement->expires = announcement->at + USEFUL_DAYS * USEC_PER_DAY;
        if (announcement->scope != ANNOUNCE_EVENT)
                return CLI_DONE;
        int r = find_event(cli, announcement->target, &record, &event);
        if (r == CLI_DONE && record->end > announcement->at && record->end < announcement->expires)
                announcement->expires = record->end;
        return r;
}

static void print_recipients(const Announce *announce)
{
        const Cli *cli = announce->cli;
        const AnnounceRecipients *recipients = &announce->recipients;
        cli_print(cli, cli->strings->announce_recipients,
                        TEXT_ARGUMENTS({ "n", NULL, (int64_t)recipients->n }));
        for (size_t i = 0; i < announce->announcement.n_texts; i++) {
                const AnnouncementText *text = &announce->announcement.texts[i];
                cli_print(cli, cli->strings->announce_language,
                                TEXT_ARGUMENTS({ "language", text->language, 0 },
                                                { "n", NULL, (int64_t)recipients->n_texts[i] },
                                                { "subject", text->subject, 0 }));
        }
        for (int i = 1; i < MAIL_N_REASONS; i++)
                if (recipients->n_reasons[i] > 0)
                        cli_print(cli, cli->strings->announce_not,
                                        TEXT_ARGUMENTS({ "n", NULL, (int64_t)recipients->n_reasons[i] },
                                                        { "why", letter_reason(cli->language, (MailReason)i),
                                                                        0 }));
}

/* Prints each text as its mail says it, with the footer. */
static int print_texts(const Announce *announce)
{
        const Cli *cli = announce->cli;
        int r = 0;
        for (size_t i = 0; r == 0 && i < announce->announcement.n_texts; i++) {
                const AnnouncementText *text = &announce->announcement.texts[i];
                CLEANUP(buffer_done) Buffer mail = BUFFER_INIT(PREVIEW_BYTES);
                const LetterOptions options = {
                        .config = cli->config,
                        .zones = cli->zones,
                        .address = "preview@example.org",
                        .language = text->language,
                        .token = "TOKEN",
                        .message_id = "preview@example.org",
                        .now = announce->announcement.at,
                };
                r = compose_announcement_text(text, &options, &mail);
                if (r == 0)
                        printf("── %s ──\n", text->language);
                if (r == 0)
                        output_text(stdout, buffer_text(&mail));
        }
        return r;
}

/* Prints the recipients, and the texts with --dry-run or else the UID. */
static int print_plain(const Announce *announce, const char *uid)
{
        print_recipients(announce);
        if (!uid[0])
                return print_texts(announce);
        output_line(stdout, uid);
        return 0;
}

static void print_json(const Announce *announce, const char *uid)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_BYTES);
        bool any = false;
        buffer_puts(&line, "{");
        json_member(&line, "uid", uid);
        buffer_printf(&line, ", \"recipients\": %zu, \"without\": {", announce->recipients.n);
        for (int i = 1; i < MAIL_N_REASONS; i++)
                if (announce->recipients.n_reasons[i] > 0) {
                        buffer_printf(&line, "%s\"%s\": %zu", any ? ", " : "",
                                        mail_reason_name((MailReason)i), announce->recipients.n_reasons[i]);
                        any = true;
                }
        buffer_puts(&line, "}}");
        puts(buffer_text(&line));
}

static int find(Announce *announce)
{
        announce_recipients_done(&announce->recipients);
        return announce_find(announce->cli->store, &announce->announcement, NULL, announce->chosen,
                        announce->n_chosen, &announce->recipients);
}

/* Finds the recipients before other writers have to wait. @ret: the change number at which they are found */
static int find_first(Announce *announce, int64_t *ret)
{
        Store *store = announce->cli->store;
        int r = store_begin_read(store);
        if (r == 0)
                r = store_sequence(store, ret);
        if (r == 0)
                r = find(announce);
        store_rollback(store);
        return r;
}

/*
 * Sends to the recipients who were counted; they are found again after another change of an object. Listings
 * and opt-outs raise no number, and consent is asked again when the mail is made.
 */
static int send_to(Announce *announce, char ret_uid[static TOKEN_SIZE])
{
        Cli *cli = announce->cli;
        int64_t seen = 0, sequence = 0;
        int r = find_first(announce, &seen);
        if (r != 0 || cli_flag(cli, "dry-run"))
                return r;
        r = cli_begin_write(cli);
        if (r != 0)
                return r;
        r = store_sequence(cli->store, &sequence);
        if (r == 0 && sequence != seen)
                r = find(announce);
        if (r == 0)
                r = announce_send(cli->store, &announce->announcement, &announce->recipients, cli->now,
                                ret_uid);
        if (r == 0)
                return store_commit(cli->store);
        store_rollback(cli->store);
        return r;
}

int command_announce(Cli *cli)
{
        CLEANUP(announce_done) Announce announce = { .cli = cli, .announcement.author = "" };
        char uid[TOKEN_SIZE] = "";
        int r = read_scope(&announce);
        if (r == CLI_DONE)
                r = read_texts(&announce);
        if (r == CLI_DONE)
                r = read_times(&announce);
        if (r != CLI_DONE)
                return r;
        r = send_to(&announce, uid);
        if (r != 0)
                return cli_refuse(cli, announce.announcement.target, r);
        if (cli_flag(cli, "json"))
                print_json(&announce, uid);
        else
                r = print_plain(&announce, uid);
        return r == 0 ? CLI_DONE : cli_refuse(cli, announce.announcement.target, r);
}

static int print_announcement(const Announcement *announcement, void *userdata)
{
        const Cli *cli = userdata;
        int64_t counts[MAIL_PARKED + 1], n = 0;
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_BYTES);
        char at[17];
        int r = announcement_counts(cli->store, announcement->uid, counts);
        for (int i = MAIL_PENDING; r == 0 && i <= MAIL_PARKED; i++)
                if (counts[i] > 0) {
                        buffer_printf(&line, "%s%s: %lld", line.len ? ", " : "",
                                        mail_state_name((MailState)i), (long long)counts[i]);
                        n += counts[i];
                }
        time_format_utc(announcement->at, at);
        cli_print(cli, cli->strings->announce_row,
                        TEXT_ARGUMENTS({ "at", at, 0 }, { "n", NULL, n },
                                        { "subject",
                                                        announcement->n_texts
                                                                        ? announcement->texts[0].subject
                                                                        : "",
                                                        0 },
                                        { "what",
                                                        announcement->stopped
                                                                        ? cli->strings->announce_stopped
                                                                        : buffer_text(&line),
                                                        0 }));
        output_line(stdout, announcement->uid);
        return r;
}

static int list_action(Cli *cli)
{
        int r = announcement_each(cli->store, LISTED_MAX, print_announcement, cli);
        return r == 0 ? CLI_DONE : cli_refuse(cli, "announce", r);
}

static int stop_action(Cli *cli)
{
        int64_t n = 0;
        int r = cli_begin_write(cli);
        if (r == 0)
                r = cli_end_write(cli, announcement_stop(cli->store, cli->words[1], cli->now, &n));
        if (r != 0)
                return cli_refuse(cli, cli->words[1], r);
        cli_print(cli, cli->strings->announce_stop, TEXT_ARGUMENTS({ "n", NULL, n }));
        return CLI_DONE;
}

const CliAction announce_actions[] = {
        { "list", "", 0, 0, list_action },
        { "stop", "UID", 1, 1, stop_action },
        { NULL, NULL, 0, 0, NULL },
};
