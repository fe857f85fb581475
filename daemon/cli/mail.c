/* convene preview and convene outbox: what would go, and what became of what was to go. */

#include "base/json.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/words.h"
#include "contact/preference.h"
#include "remind/compose.h"
#include "remind/consent.h"
#include "remind/digest.h"
#include "remind/due.h"
#include "store/ledger.h"
#include "store/object.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAIL_MAX_BYTES = 1024 * 1024, OUTBOX_LIMIT = 100, PREVIEW_HOURS = 24, REASON_SIZE = 1024 };

const CliOption preview_options[] = {
        { "at", "TIME", "the moment to look from: 2021-06-23T18:00 (default: now)" },
        { "hours", "NUMBER", "what goes in that many hours after it (default 24)" },
        { "for", "CONTACT", "the contact, by UID or address" },
        { "raw", NULL, "the mails' bytes" },
        { NULL, NULL, NULL },
};

const CliOption outbox_options[] = {
        { "state", "NAME", "only this state: pending, unknown, sent, failed, parked, ..." },
        { "limit", "NUMBER", "at most so many, the newest (default 100)" },
        { "json", NULL, "as JSON, one object a line" },
        { NULL, NULL, NULL },
};

typedef struct Preview {
        Cli *cli;
        const ObjectRecord *contact;
        const Card *card;
        usec_t after, until;
        bool raw, nothing_goes;
        int n;
} Preview;

static void print_reason(const Preview *preview, const char *ru, const char *en, const char *reason)
{
        const char *language = preview->cli->language;
        /* With --raw the output is mails and nothing else. */
        fprintf(preview->raw ? stderr : stdout, "%s: %s\n\n", words_choose(language, ru, en),
                        words_of(language, WORDS_REASON, reason));
}

/* An event that the contact wants no mail about. */
static int is_muted(Preview *preview, const ObjectRecord *record, bool *ret)
{
        MailReason reason = MAIL_REASON_NONE;
        int r = preview->nothing_goes ? 0
                                      : consent_why_not(preview->cli->store, preview->contact->id,
                                                        preview->card, record->uid, &reason);
        *ret = reason != MAIL_REASON_NONE;
        if (r == 0 && reason)
                print_reason(preview, record->name, record->name, mail_reason_text(reason));
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
        int r = output_moment(preview->cli, moment, &when);
        if (r != 0)
                return r;
        if (!preview->raw)
                printf("── %s ──\n", buffer_text(&when));
        fwrite(buffer_text(text), 1, text->len, stdout);
        puts("");
        preview->n++;
        return 0;
}

static int on_reminder(const Reminder *reminder, void *userdata)
{
        Preview *preview = userdata;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(MAIL_MAX_BYTES);
        ComposeOptions options = options_at(preview, reminder->fire);
        bool muted = false;
        int r = is_muted(preview, reminder->record, &muted);
        if (r != 0 || muted)
                return r;
        r = preview->raw ? compose_reminder(reminder, &options, &text)
                         : compose_preview(reminder, &options, &text);
        return r == 0 ? print_mail(preview, reminder->fire, &text) : r;
}

static int print_digest(Preview *preview, usec_t moment)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(MAIL_MAX_BYTES);
        CLEANUP(digest_done) Digest digest = { .n = 0 };
        ComposeOptions options = options_at(preview, moment);
        int r = digest_build(preview->cli->store, preview->cli->config, preview->contact->id, preview->card,
                        moment, moment, &digest);
        if (r != 0 || digest.n == 0)
                return r;
        r = preview->raw ? compose_digest(&digest, &options, &text)
                         : compose_digest_preview(&digest, &options, &text);
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
        return due_each(preview->cli->store, preview->cli->config, record, preview->after, preview->until,
                        preview->contact->id, on_reminder, preview);
}

/* Why none of the reminders goes is said before them. */
static int print_why_nothing(Preview *preview)
{
        CLEANUP(buffer_done) Buffer why = BUFFER_INIT(MAIL_MAX_BYTES);
        int r = output_why_no_mail(preview->cli, preview->contact->id, preview->card, &why);
        preview->nothing_goes = why.len > 0;
        if (r == 0 && preview->nothing_goes)
                print_reason(preview, "Ничего не уйдёт", "Nothing would go", buffer_text(&why));
        return r;
}

static int preview_all(Preview *preview)
{
        Cli *cli = preview->cli;
        ObjectFilter events = { .kinds = 1 << OBJECT_EVENT, .from = preview->after, .to = USEC_INFINITY };
        int r = print_why_nothing(preview);
        if (r == 0)
                r = card_digest(preview->card).period != DIGEST_NONE
                                    ? print_digests(preview)
                                    : object_each(cli->store, &events, on_event, preview);
        if (r != 0)
                return cli_refuse(cli, "preview", r);
        if (preview->n == 0)
                fputs("convene: no mail would go then\n", stderr);
        return preview->n > 0 && !preview->nothing_goes ? CLI_DONE : CLI_REFUSED;
}

/* With a zone, or on the configuration's clock. */
static int parse_moment(const Cli *cli, const char *text, usec_t *ret)
{
        When when;
        if (time_parse_rfc3339(text, ret) == 0)
                return 0;
        if (output_parse_when(text, &when) < 0)
                return -EINVAL;
        *ret = when_instant(&when, cli->config->time_zone);
        return 0;
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
                return cli_usage(cli, "--for is missing");
        if (at && parse_moment(cli, at, &preview.after) < 0)
                return cli_usage(cli, "--at: '%s' is no time like 2021-06-23T18:00", at);
        if (n_hours < 1 || n_hours > 24 * 366 || (end && *end))
                return cli_usage(cli, "--hours: '%s' is no number from 1 to 8784", hours);
        int r = find_contact(cli, cli_value(cli, "for", 0), &contact);
        if (r != CLI_DONE)
                return r;
        r = card_parse(contact->text, contact->len, &card, NULL);
        if (r != 0)
                return cli_refuse(cli, contact->uid, r);
        /* What fires at the very moment belongs to it. */
        preview.after -= 1;
        preview.until = preview.after + n_hours * 3600 * USEC_PER_SEC;
        preview.contact = contact;
        preview.card = card;
        return preview_all(&preview);
}

typedef struct Outbox {
        Cli *cli;
        bool json;
} Outbox;

static int on_mail(const MailRecord *mail, void *userdata)
{
        Outbox *outbox = userdata;
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(MAIL_MAX_BYTES);
        int r = object_get_by_id(outbox->cli->store, mail->contact, &contact);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        char reason[REASON_SIZE];
        mail_reason_write(mail->reason, mail->reply, reason, sizeof(reason));
        const char *name = contact ? contact->uid : mail->contact ? "(gone)" : "(not listed)";
        if (!outbox->json) {
                r = output_moment(outbox->cli, mail->due, &line);
                printf("%6" PRId64 "  %-10s  %s  %s  %s  %s%s%s\n", mail->id, mail_state_name(mail->state),
                                buffer_text(&line), mail->rule[0] ? mail->rule : mail->kind, mail->uid, name,
                                reason[0] ? "\n        " : "", reason);
                return r;
        }
        char id[24], due[21];
        snprintf(id, sizeof(id), "%" PRId64, mail->id);
        time_format_rfc3339(mail->due, due);
        const char *fields[][2] = {
                { "id", id },
                { "kind", mail->kind },
                { "state", mail_state_name(mail->state) },
                { "due", due },
                { "rule", mail->rule },
                { "event", mail->uid },
                { "recurrence_id", mail->recurrence_id },
                { "start", mail->start },
                { "contact", name },
                { "message_id", mail->message_id },
                { "reason", reason },
        };
        buffer_putc(&line, '{');
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
                json_member(&line, fields[i][0], fields[i][1]);
        buffer_putc(&line, '}');
        puts(buffer_text(&line));
        return 0;
}

int command_outbox(Cli *cli)
{
        Outbox outbox = { .cli = cli, .json = cli_flag(cli, "json") };
        const char *wanted = cli_value(cli, "state", 0), *limit = cli_value(cli, "limit", 0);
        MailState wanted_state = (MailState)0;
        char *end = NULL;
        long n = limit ? strtol(limit, &end, 10) : OUTBOX_LIMIT;
        if (n < 1 || n > INT32_MAX || (end && *end))
                return cli_usage(cli, "--limit: '%s' is no number", limit);
        for (int state = MAIL_PENDING; wanted && state <= MAIL_PARKED; state++)
                if (strcasecmp(wanted, mail_state_name((MailState)state)) == 0)
                        wanted_state = (MailState)state;
        if (wanted && !wanted_state)
                return cli_usage(cli, "--state: there is no state '%s'", wanted);
        int r = ledger_each(cli->store, wanted_state, true, (int)n, on_mail, &outbox);
        return r != 0 ? cli_refuse(cli, "outbox", r) : CLI_DONE;
}
