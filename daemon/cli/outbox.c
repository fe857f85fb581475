/* convene outbox: lists the mails of the ledger, and lets them be tried again. */

#include "base/json.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/retry.h"
#include "store/ledger.h"
#include "store/object.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1024 * 1024, OUTBOX_LIMIT = 100, MOMENT_COLUMN = 21, REASON_SIZE = 1024 };

const CliOption outbox_options[] = {
        { "state", "NAME", HELP_OUTBOX_STATE },
        { "limit", "NUMBER", HELP_OUTBOX_LIMIT },
        { "json", NULL, HELP_JSON },
        { NULL, NULL, 0 },
};

typedef struct Outbox {
        Cli *cli;
        bool json;
} Outbox;

static void print_reason(const Cli *cli, const MailRecord *mail)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        const char *reason = cli_reason(cli->strings, mail->reason);
        buffer_printf(&line, "        %s%s%s", reason, reason[0] && mail->reply[0] ? ": " : "", mail->reply);
        output_line(stdout, buffer_text(&line));
}

static int print_mail(const Cli *cli, const MailRecord *mail, const char *contact)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        bool is_known = mail->state >= MAIL_PENDING && mail->state <= MAIL_PARKED;
        buffer_printf(&line, "%6" PRId64 "  %s", mail->id,
                        is_known ? cli->strings->states[mail->state - MAIL_PENDING]
                                 : mail_state_name(mail->state));
        output_column(&line, MOMENT_COLUMN);
        int r = describe_moment(cli, mail->due, &line);
        buffer_printf(&line, "  %s  %s  %s", mail->rule[0] ? mail->rule : mail->kind, mail->uid, contact);
        output_line(stdout, buffer_text(&line));
        if (mail->reason || mail->reply[0])
                print_reason(cli, mail);
        return r;
}

static int print_mail_json(const MailRecord *mail, const char *contact)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        char id[24], due[21], reason[REASON_SIZE];
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
                { "recurrence_id", mail->recurrence_id },
                { "start", mail->start },
                { "contact", contact },
                { "message_id", mail->message_id },
                { "reason", reason },
        };
        buffer_putc(&line, '{');
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
                json_member(&line, fields[i][0], fields[i][1]);
        buffer_putc(&line, '}');
        puts(buffer_text(&line));
        return buffer_error(&line);
}

static int on_mail(const MailRecord *mail, void *userdata)
{
        const Outbox *outbox = userdata;
        const CliStrings *strings = outbox->cli->strings;
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        int r = object_get_by_id(outbox->cli->store, mail->contact, &contact);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        const char *name = contact         ? contact->uid
                           : mail->contact ? strings->contact_gone
                                           : strings->contact_unlisted;
        return outbox->json ? print_mail_json(mail, name) : print_mail(outbox->cli, mail, name);
}

static const char *state_name(size_t index, const void *userdata)
{
        (void)userdata;
        MailState state = (MailState)(MAIL_PENDING + index);
        return state <= MAIL_PARKED ? mail_state_name(state) : NULL;
}

static int list_mails(Cli *cli)
{
        Outbox outbox = { .cli = cli, .json = cli_flag(cli, "json") };
        const char *wanted = cli_value(cli, "state", 0), *limit = cli_value(cli, "limit", 0);
        MailState wanted_state = (MailState)0;
        char *end = NULL;
        long n = limit ? strtol(limit, &end, 10) : OUTBOX_LIMIT;
        if (n < 1 || n > INT32_MAX || (end && *end))
                return cli_usage_option(cli, cli->strings->bad_number, "limit", limit);
        for (int state = MAIL_PENDING; wanted && state <= MAIL_PARKED; state++)
                if (strcasecmp(wanted, mail_state_name((MailState)state)) == 0)
                        wanted_state = (MailState)state;
        if (wanted && !wanted_state)
                return cli_usage_unknown(cli, cli->strings->bad_state,
                                &(CliChoice){ "--state", wanted, state_name, NULL });
        /* JSON is for programs and therefore not translated. */
        if (outbox.json)
                cli_speak(cli, (Language)LANGUAGE_FALLBACK);
        int r = ledger_each(cli->store, wanted_state, true, (int)n, on_mail, &outbox);
        return r != 0 ? cli_refuse(cli, "outbox", r) : CLI_DONE;
}

int command_outbox(Cli *cli)
{
        if (cli->n_words == 0)
                return list_mails(cli);
        if (strcmp(cli->words[0], "retry") != 0)
                return cli_usage_value(cli, cli->strings->bad_outbox_action, cli->words[0]);
        return cli_retry(cli, cli->n_words > 1 ? cli->words[1] : NULL);
}
