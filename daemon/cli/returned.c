/* convene bounce and convene contact restore: count returned mail, and clear these counts. */

#include "outbox/returned.h"
#include "cli/caller-file.h"
#include "cli/command.h"
#include "cli/contact.h"
#include "cli/describe.h"
#include "cli/find.h"
#include "cli/output.h"
#include "cli/owner.h"
#include "letter/strings.h"
#include "mail/bounce.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The maximum time to wait for another writer. It is short: the mail server keeps the mail in its queue. */
enum { PATIENCE_SECONDS = 3 };

enum { REPORT_BYTES = 4096 };

const CliOption bounce_options[] = {
        { "recipient", "ADDRESS", HELP_BOUNCE_RECIPIENT },
        { NULL, NULL, 0 },
};

/*
 * Reads the message to its end, but keeps only its beginning. A mail server that could not write all of it
 * would report a failure.
 */
static int read_message(int fd, Buffer *out)
{
        char block[16384];
        ssize_t n;
        while ((n = read(fd, block, sizeof(block))) > 0 || (n < 0 && errno == EINTR)) {
                size_t room = out->max - out->len;
                if (n > 0)
                        buffer_append(out, block, (size_t)n < room ? (size_t)n : room);
        }
        return n < 0 ? -errno : buffer_error(out);
}

/* Opens a file with the rights of the caller, and reads it. */
static int read_file(const char *path, Buffer *out)
{
        if (strcmp(path, "-") == 0)
                return read_message(STDIN_FILENO, out);
        CLEANUP(cleanup_close) int fd = caller_file_open(path);
        return fd < 0 ? fd : read_message(fd, out);
}

static int print_report(const Cli *cli, const ReturnedReport *report)
{
        CLEANUP(buffer_done) Buffer what = BUFFER_INIT(REPORT_BYTES);
        buffer_puts(&what, cli->strings->reports[report->outcome]);
        if (report->status[0] || report->words[0])
                buffer_printf(&what, ": %s%s%s", report->status,
                                report->status[0] && report->words[0] ? " " : "", report->words);
        if (report->mail == 0)
                output_line(stdout, cli->strings->reports[report->outcome]);
        else
                cli_print(cli, cli->strings->returned_mail,
                                TEXT_ARGUMENTS({ "n", NULL, report->mail },
                                                { "contact", report->uid[0] ? report->uid : "-", 0 },
                                                { "what", buffer_text(&what), 0 }));
        return CLI_DONE;
}

int command_bounce(Cli *cli)
{
        CLEANUP(buffer_done) Buffer message = BUFFER_INIT(BOUNCE_MESSAGE_MAX);
        ReturnedReport report;
        const char *path = cli->n_words > 0 ? cli->words[0] : "-";
        int r = read_file(path, &message);
        if (r < 0) {
                cli_refuse(cli, path, r);
                return CLI_LATER;
        }
        store_set_patience(cli->store, PATIENCE_SECONDS * USEC_PER_SEC);
        r = owner_stay();
        if (r == 0)
                r = returned_take(cli->store, cli->config, buffer_text(&message), message.len,
                                cli_value(cli, "recipient", 0), cli->now, &report);
        if (r == 0 || r == RETURNED_E_NO_BOUNCE || r == RETURNED_E_UNKNOWN)
                return print_report(cli, &report);
        cli_refuse(cli, "bounce", r);
        return CLI_LATER;
}

static void print_why(const Cli *cli, const char *pattern, const ObjectRecord *contact, const char *why)
{
        cli_print(cli, pattern, TEXT_ARGUMENTS({ "name", contact->name, 0 }, { "why", why, 0 }));
}

static int print_cleared(Cli *cli, const ObjectRecord *contact, const SuppressionState *state)
{
        CLEANUP(buffer_done) Buffer why = BUFFER_INIT(REPORT_BYTES);
        int r = describe_bounces(cli, state, &why);
        if (r == 0)
                print_why(cli, why.len ? cli->strings->cleared : cli->strings->nothing_came_back, contact,
                                buffer_text(&why));
        return r;
}

/*
 * Prints the reason if the contact still gets no mail: clearing its bounces does not undo its own refusal.
 */
static int print_what_is_left(Cli *cli, const ObjectRecord *contact, const Card *card)
{
        MailReason why = MAIL_REASON_NONE;
        int r = describe_why_no_mail(cli, contact->id, card, &why);
        if (r == 0 && why)
                print_why(cli, cli->strings->still_no_mail, contact, letter_reason(cli->language, why));
        return r;
}

static int clear(Cli *cli, const ObjectRecord *contact, const Card *card, SuppressionState *ret)
{
        const char *address = card_email(card);
        int r = address ? suppression_state(cli->store, contact->id, address, ret) : 0;
        return r != 0 ? r : suppression_clear(cli->store, contact->id, cli->now);
}

static int restore(Cli *cli, const ObjectRecord *contact)
{
        CLEANUP(card_freep) Card *card = NULL;
        SuppressionState state = { 0 };
        int r = card_parse(contact->text, contact->len, &card, NULL);
        if (r == 0)
                r = cli_begin_write(cli);
        if (r == 0)
                r = cli_end_write(cli, clear(cli, contact, card, &state));
        if (r == 0)
                r = print_cleared(cli, contact, &state);
        return r != 0 ? r : print_what_is_left(cli, contact, card);
}

int contact_restore_action(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        int r = find_contact(cli, cli->words[1], &contact);
        if (r != CLI_DONE)
                return r;
        r = restore(cli, contact);
        return r != 0 ? cli_refuse(cli, contact->uid, r) : CLI_DONE;
}
