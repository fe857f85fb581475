/* convene mail: sends a test mail, and shows the dialogue with the mail server. */

#include "cli/command.h"
#include "cli/output.h"
#include "contact/address.h"
#include "mail/bare-address.h"
#include "mail/message.h"
#include "mail/smtp.h"
#include "outbox/connection.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_MAX_BYTES = 65536, LINE_MAX_BYTES = 4096, ID_SIZE = 384, SENDER_SIZE = 320 };

const CliOption mail_options[] = {
        { NULL, NULL, 0 },
};

static void on_dialogue(SmtpSide side, const char *line, void *userdata)
{
        static const char marks[] = { [SMTP_NOTE] = '*', [SMTP_CLIENT] = '>', [SMTP_SERVER] = '<' };
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
        (void)userdata;
        buffer_printf(&text, "%c %s", marks[side], line);
        output_line(stdout, buffer_text(&text));
        fflush(stdout);
}

static int compose(Cli *cli, const char *sender, const char *to, Buffer *out)
{
        char token[TOKEN_SIZE], id[ID_SIZE];
        const char *at = strchr(sender, '@');
        int r = token_make(token);
        if (r < 0)
                return r;
        snprintf(id, sizeof(id), "test.%s@%s", token, at ? at + 1 : "localhost");
        const Message message = {
                .from = cli->config->mail.from,
                .reply_to = cli->config->mail.reply_to[0] ? cli->config->mail.reply_to : NULL,
                .to = to,
                .subject = cli->strings->test_subject,
                .message_id = id,
                .date = cli->now,
                .language = cli->language,
                .text = cli->strings->test_text,
        };
        return message_compose(&message, out);
}

static void submit(Smtp *smtp)
{
        struct pollfd sockets[SMTP_SOCKETS_MAX];
        while (smtp_stage(smtp) != SMTP_DONE) {
                usec_t until, now = clock_monotonic();
                size_t n = smtp_poll(smtp, sockets, &until);
                poll(sockets, n, until <= now ? 0 : (int)((until - now) / USEC_PER_MSEC + 1));
                if (smtp_go_on(smtp, sockets, n) == SMTP_AT_COMMIT)
                        smtp_commit(smtp);
        }
}

static int send_test(Cli *cli, const char *to, SmtpOutcome *ret)
{
        CLEANUP(smtp_freep) Smtp *smtp = NULL;
        CLEANUP(buffer_done) Buffer bytes = BUFFER_INIT(MESSAGE_MAX_BYTES);
        char sender[SENDER_SIZE], recipient[ADDRESS_WIRE_SIZE];
        int r = bare_address(cli->config->mail.from, sender, sizeof(sender));
        if (r == 0)
                r = address_to_wire(to, recipient);
        if (r == 0)
                r = compose(cli, sender, to, &bytes);
        if (r == 0)
                r = smtp_global_init();
        if (r == 0)
                r = connection_smtp_new(cli->config, on_dialogue, NULL, &smtp);
        const SmtpMail mail = { sender, recipient, bytes.data, bytes.len };
        if (r == 0)
                r = smtp_begin(smtp, &mail);
        if (r != 0)
                return r;
        submit(smtp);
        *ret = *smtp_outcome(smtp);
        return 0;
}

static int test(Cli *cli)
{
        SmtpOutcome outcome;
        const char *to = cli->words[1];
        if (!card_email_valid(to))
                return cli_usage_value(cli, cli->strings->bad_address, to);
        int r = send_test(cli, to, &outcome);
        if (r != 0)
                return cli_refuse(cli, "mail", r);
        if (outcome.verdict == SMTP_SENT) {
                cli_print(cli, cli->strings->test_sent, NULL);
                return CLI_DONE;
        }
        cli_error(cli, cli->strings->test_failed, TEXT_ARGUMENTS({ "why", outcome.reply, 0 }));
        return CLI_REFUSED;
}

const CliAction mail_actions[] = {
        { "test", "ADDRESS", 1, 1, test },
        { NULL, NULL, 0, 0, NULL },
};
