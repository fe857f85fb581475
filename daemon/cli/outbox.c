/* convene outbox: lists the mails of the ledger, and lets them be tried again. */

#include "cli/outbox.h"

#include "base/json.h"
#include "base/text.h"
#include "cli/describe.h"
#include "cli/find.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/retry.h"
#include "letter/strings.h"
#include "store/ledger.h"
#include "store/object.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1024 * 1024, OUTBOX_LIMIT = 100, MOMENT_COLUMN = 21, REASON_SIZE = 1024 };

const CliOption outbox_options[] = {
        { "state", "NAME", HELP_OUTBOX_STATE },
        { "contact", "CONTACT", HELP_OUTBOX_CONTACT },
        { "event", "UID", HELP_OUTBOX_EVENT },
        { "day", "DATE", HELP_OUTBOX_DAY },
        { "limit", "NUMBER", HELP_OUTBOX_LIMIT },
        { "json", NULL, HELP_JSON },
        { NULL, NULL, 0 },
};

typedef struct Outbox {
        Cli *cli;
        bool json;
        int n;
} Outbox;

/*
 * The names of a row. If the event is gone, `event` is "". If the contact is gone or unreadable,
 * `contact_uid` is "", and `contact` says so.
 */
typedef struct Names {
        const char *event, *contact, *contact_uid;
} Names;

static void print_reason(const Cli *cli, const MailRecord *mail)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        const char *reason = letter_reason(cli->language, mail->reason);
        buffer_printf(&line, "        %s%s%s", reason, reason[0] && mail->reply[0] ? ": " : "", mail->reply);
        output_line(stdout, buffer_text(&line));
}

/* Prints the number of the row that leads the mail of this row. */
static void print_bundle(const Cli *cli, const MailRecord *mail)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        char id[24];
        snprintf(id, sizeof(id), "%" PRId64, mail->bundle);
        buffer_puts(&line, "        ");
        text_message(&line, cli->language, cli->strings->in_one_mail, TEXT_ARGUMENTS({ "id", id, 0 }));
        output_line(stdout, buffer_text(&line));
}

static int print_row(const Cli *cli, const MailRecord *mail, const Names *names)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES), uids = BUFFER_INIT(LINE_MAX_BYTES);
        bool is_known = mail->state >= MAIL_PENDING && mail->state <= MAIL_PARKED;
        buffer_printf(&line, "%6" PRId64 "  %s", mail->id,
                        is_known ? cli->strings->states[mail->state - MAIL_PENDING]
                                 : mail_state_name(mail->state));
        output_column(&line, MOMENT_COLUMN);
        int r = describe_moment(cli, mail->due, &line);
        buffer_printf(&line, "  %s", mail->rule[0] ? mail->rule : mail->kind);
        if (names->event[0])
                buffer_printf(&line, "  %s", names->event);
        buffer_printf(&line, "  %s", names->contact);
        output_line(stdout, buffer_text(&line));
        buffer_printf(&uids, "        %s%s%s", mail->uid, mail->uid[0] ? "  " : "", names->contact_uid);
        if (mail->uid[0] || names->contact_uid[0])
                output_line(stdout, buffer_text(&uids));
        if (mail->bundle > 0 && mail->bundle != mail->id)
                print_bundle(cli, mail);
        if (mail->reason || mail->reply[0])
                print_reason(cli, mail);
        return r;
}

static int print_row_json(const Cli *cli, const MailRecord *mail, const Names *names)
{
        (void)cli;
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        char id[24], bundle[24] = "", due[21], reason[REASON_SIZE];
        if (mail->bundle > 0)
                snprintf(bundle, sizeof(bundle), "%" PRId64, mail->bundle);
        mail_reason_write(mail->reason, mail->reply, reason, sizeof(reason));
        snprintf(id, sizeof(id), "%" PRId64, mail->id);
        time_format_rfc3339(mail->due, due);
        const char *fields[][2] = {
                { "id", id },
                { "kind", mail->kind },
                { "state", mail_state_name(mail->state) },
                { "due", due },
                { "rule", mail->rule },
                { "event", mail->uid },
                { "event_name", names->event },
                { "recurrence_id", mail->recurrence_id },
                { "start", mail->start },
                { "contact", names->contact_uid[0] ? names->contact_uid : names->contact },
                { "contact_name", names->contact },
                { "message_id", mail->message_id },
                { "bundle", bundle },
                { "reason", reason },
        };
        buffer_putc(&line, '{');
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
                json_member(&line, fields[i][0], fields[i][1]);
        buffer_putc(&line, '}');
        puts(buffer_text(&line));
        return buffer_error(&line);
}

/* @ret: NULL if the object is gone, or if it cannot be read */
static int get_object(Cli *cli, int64_t id, ObjectRecord **ret, bool *ret_damaged)
{
        int r = id ? object_get_by_id(cli->store, id, ret) : 0;
        *ret_damaged = r == DB_E_CORRUPT;
        return r == STORE_E_NOT_FOUND || r == DB_E_CORRUPT ? 0 : r;
}

/* Reads the names of a row, and calls @print with them. */
static int with_names(Cli *cli, const MailRecord *mail,
                int (*print)(const Cli *cli, const MailRecord *mail, const Names *names))
{
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL, *event = NULL;
        bool is_damaged = false;
        int r = get_object(cli, mail->object, &event, &is_damaged);
        is_damaged = false;
        if (r == 0)
                r = get_object(cli, mail->contact, &contact, &is_damaged);
        if (r != 0)
                return r;
        const char *nobody = is_damaged      ? cli->strings->contact_damaged
                             : mail->contact ? cli->strings->contact_gone
                                             : cli->strings->contact_unlisted;
        const Names names = {
                .event = event ? event->name : "",
                .contact = contact ? contact->name : nobody,
                .contact_uid = contact ? contact->uid : "",
        };
        return print(cli, mail, &names);
}

int outbox_print(Cli *cli, const MailRecord *mail)
{
        return with_names(cli, mail, print_row);
}

static int on_mail(const MailRecord *mail, void *userdata)
{
        Outbox *outbox = userdata;
        outbox->n++;
        return with_names(outbox->cli, mail, outbox->json ? print_row_json : print_row);
}

static const char *state_name(size_t index, const void *userdata)
{
        (void)userdata;
        MailState state = (MailState)(MAIL_PENDING + index);
        return state <= MAIL_PARKED ? mail_state_name(state) : NULL;
}

static int read_state(Cli *cli, MailState *ret)
{
        const char *wanted = cli_value(cli, "state", 0), *name;
        for (size_t i = 0; wanted && (name = state_name(i, NULL)); i++)
                if (strcasecmp(wanted, name) == 0)
                        *ret = (MailState)(MAIL_PENDING + i);
        return !wanted || *ret ? CLI_DONE
                               : cli_usage_unknown(cli, cli->strings->bad_state,
                                                 &(CliChoice){ "--state", wanted, state_name, NULL });
}

static int read_contact(Cli *cli, int64_t *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        const char *word = cli_value(cli, "contact", 0);
        int code = word ? find_contact(cli, word, &contact) : CLI_DONE;
        if (contact)
                *ret = contact->id;
        return code;
}

/* Reads --day, in the time zone of the configuration. */
static int read_day(Cli *cli, LedgerSearch *search)
{
        int code = input_day_option(cli, "day", 0, &search->from);
        return code == CLI_DONE ? input_day_option(cli, "day", 1, &search->to) : code;
}

/* Reports that no row was found; if the UID names no stored event, reports this instead. */
static int tell_nothing(Cli *cli, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = uid ? object_find(cli->store, uid, &record) : 0;
        if (r == STORE_E_NOT_FOUND)
                return find_refuse(cli, NULL, uid);
        if (r != 0)
                return cli_refuse(cli, uid, r);
        if (!cli_flag(cli, "json"))
                cli_error(cli, cli->strings->nothing_found, NULL);
        return CLI_DONE;
}

int command_outbox(Cli *cli)
{
        Outbox outbox = { .cli = cli, .json = cli_flag(cli, "json") };
        LedgerSearch search = { .uid = cli_value(cli, "event", 0) };
        int limit = 0, code = input_limit_option(cli, OUTBOX_LIMIT, &limit);
        if (code == CLI_DONE)
                code = read_state(cli, &search.state);
        if (code == CLI_DONE)
                code = read_contact(cli, &search.contact);
        if (code == CLI_DONE)
                code = read_day(cli, &search);
        if (code != CLI_DONE)
                return code;
        /* JSON is for programs and therefore not translated. */
        if (outbox.json)
                cli_speak(cli, (Language)LANGUAGE_FALLBACK);
        int r = ledger_search(cli->store, &search, limit, on_mail, &outbox);
        if (r != 0)
                return cli_refuse(cli, "outbox", r);
        return outbox.n == 0 ? tell_nothing(cli, search.uid) : CLI_DONE;
}

static int retry(Cli *cli)
{
        return cli_retry(cli, cli->n_words > 1 ? cli->words[1] : NULL);
}

const CliAction outbox_actions[] = {
        { "retry", "", 0, 1, retry },
        { NULL, NULL, 0, 0, NULL },
};
