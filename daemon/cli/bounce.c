/* convene bounce and convene contact: what comes back, and the way out of it. */

#include "outbox/returned.h"

#include "cli/command.h"
#include "cli/output.h"
#include "cli/owner.h"
#include "cli/words.h"
#include "mail/bounce.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* A mail server has a queue of its own to wait in. */
enum { PATIENCE_SECONDS = 3 };

const CliOption bounce_options[] = {
        { "recipient", "ADDRESS", "the address that it came to, where the message's header does not say" },
        { NULL, NULL, NULL },
};

const CliOption contact_options[] = {
        { NULL, NULL, NULL },
};

/* What stands behind the report is read all the same: a mail server that cannot write on takes that for a failure. */
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

/* Files are read as who called, the store is written as its owner. */
static int read_file(const char *path, Buffer *out)
{
        if (strcmp(path, "-") == 0)
                return read_message(STDIN_FILENO, out);
        owner_pause();
        CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        int error = errno;
        owner_resume();
        return fd < 0 ? -error : read_message(fd, out);
}

static int print_report(const Cli *cli, const ReturnedReport *report)
{
        const char *what = words_of(cli->language, WORDS_REASON, report->what);
        if (report->mail == 0)
                printf("%s\n", what);
        else
                printf("%s %lld, %s: %s%s%s%s%s\n", words_choose(cli->language, "письмо", "mail"),
                                (long long)report->mail, report->uid[0] ? report->uid : "-", what,
                                report->status[0] || report->words[0] ? ": " : "", report->status,
                                report->status[0] && report->words[0] ? " " : "", report->words);
        return CLI_DONE;
}

int command_bounce(Cli *cli)
{
        CLEANUP(buffer_done) Buffer message = BUFFER_INIT(BOUNCE_MESSAGE_MAX);
        ReturnedReport report;
        const char *path = cli->n_words > 0 ? cli->words[0] : "-";
        int r = read_file(path, &message);
        if (r < 0) {
                fprintf(stderr, "convene: %s: %s\n", path, strerror(-r));
                return CLI_LATER;
        }
        store_set_patience(cli->store, PATIENCE_SECONDS * USEC_PER_SEC);
        r = returned_take(cli->store, cli->config, buffer_text(&message), message.len,
                        cli_value(cli, "recipient", 0), cli->now, &report);
        if (r == 0 || r == RETURNED_E_NO_BOUNCE || r == RETURNED_E_UNKNOWN)
                return print_report(cli, &report);
        cli_refuse(cli, "bounce", r);
        return CLI_LATER;
}

static int print_cleared(Cli *cli, const ObjectRecord *contact, const SuppressionState *state)
{
        CLEANUP(buffer_done) Buffer why = BUFFER_INIT(4096);
        int r = output_bounces(cli, state, &why);
        if (r != 0)
                return r;
        if (why.len == 0)
                printf("%s: %s\n", contact->name,
                                words_choose(cli->language, "писем не возвращалось",
                                                "nothing had come back"));
        else
                printf("%s: %s: %s\n", contact->name, words_choose(cli->language, "снято", "cleared"),
                                buffer_text(&why));
        return 0;
}

/* An operator does not take back what the contact has said itself. */
static int print_what_is_left(Cli *cli, const ObjectRecord *contact, const Card *card)
{
        CLEANUP(buffer_done) Buffer why = BUFFER_INIT(4096);
        int r = output_why_no_mail(cli, contact->id, card, &why);
        if (r == 0 && why.len > 0)
                printf("%s: %s\n",
                                words_choose(cli->language, "Писем всё равно не получает",
                                                "Still gets no mail"),
                                words_of(cli->language, WORDS_REASON, buffer_text(&why)));
        return r;
}

static int restore(Cli *cli, const ObjectRecord *contact)
{
        CLEANUP(card_freep) Card *card = NULL;
        SuppressionState state = { 0 };
        int r = card_parse(contact->text, contact->len, &card, NULL);
        const char *address = r == 0 ? card_email(card) : NULL;
        if (r == 0 && address)
                r = suppression_state(cli->store, contact->id, address, &state);
        if (r == 0)
                r = suppression_clear(cli->store, contact->id, cli->now);
        if (r == 0)
                r = print_cleared(cli, contact, &state);
        return r != 0 ? r : print_what_is_left(cli, contact, card);
}

int command_contact(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        if (strcmp(cli->words[0], "restore") != 0)
                return cli_usage(cli, "'%s' is not restore", cli->words[0]);
        int r = find_contact(cli, cli->words[1], &contact);
        if (r != CLI_DONE)
                return r;
        r = restore(cli, contact);
        return r != 0 ? cli_refuse(cli, contact->uid, r) : CLI_DONE;
}
