/*
 * convene why: shows why a contact did, will or will not get mails: its listings and refusals, and its rows
 * in the ledger; for one event, also the reminders to come.
 */

#include "remind/why.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/find.h"
#include "cli/outbox.h"
#include "cli/output.h"
#include "cli/show.h"
#include "letter/strings.h"
#include "store/ledger.h"

#include <string.h>

enum { LINE_BYTES = 64 * 1024, ROWS_MAX = 20, REMINDERS_MAX = 10, LATER = 1 };

const CliOption why_options[] = { { NULL, NULL, 0 } };

typedef struct Why {
        Cli *cli;
        const ObjectRecord *contact;
        const Card *card;
        const ObjectRecord *record; /* of the event */
        const Event *event;
        int n_reminders;
} Why;

/* Prints a pattern with {date} and {rule}. */
static int print_moment(const Why *why, const char *pattern, usec_t time, const char *rule)
{
        CLEANUP(buffer_done) Buffer date = BUFFER_INIT(LINE_BYTES);
        int r = describe_moment(why->cli, time, &date);
        if (r == 0)
                cli_print(why->cli, pattern,
                                TEXT_ARGUMENTS({ "date", buffer_text(&date), 0 }, { "rule", rule, 0 }));
        return r;
}

static int on_row(const MailRecord *mail, void *userdata)
{
        const Why *why = userdata;
        int r = outbox_print(why->cli, mail);
        return r == 0 && mail->state == MAIL_SENT
                               ? print_moment(why, why->cli->strings->why_sent, mail->updated, "")
                               : r;
}

static int print_rows(Why *why)
{
        const LedgerSearch search = { .contact = why->contact->id,
                .uid = why->record ? why->record->uid : NULL };
        return ledger_search(why->cli->store, &search, ROWS_MAX, on_row, why);
}

static int on_reminder(const Reminder *reminder, WhyState state, void *userdata)
{
        Why *why = userdata;
        const CliStrings *strings = why->cli->strings;
        const char *const patterns[] = {
                [WHY_TO_COME] = strings->why_to_come,
                [WHY_DUE] = strings->why_due,
                [WHY_BEFORE_START] = strings->why_before_start,
        };
        char rule[LEAD_TEXT_SIZE];
        if (why->n_reminders++ == REMINDERS_MAX)
                return LATER;
        lead_format(&reminder->lead, rule);
        return print_moment(why, patterns[state], reminder->fire, rule);
}

static int print_event(Why *why)
{
        Cli *cli = why->cli;
        MailReason reason = MAIL_REASON_NONE;
        output_line(stdout, why->record->name[0] ? why->record->name : why->record->uid);
        const WhyQuestion question = { .store = cli->store,
                .config = cli->config,
                .contact = why->contact,
                .card = why->card,
                .record = why->record,
                .event = why->event,
                .now = cli->now };
        int r = why_not(&question, &reason);
        if (r != 0)
                return r;
        if (reason) {
                bool is_over = reason == MAIL_REASON_POINTLESS;
                const char *words = is_over ? cli->strings->why_over : letter_reason(cli->language, reason);
                cli_print(cli, cli->strings->nothing_goes, TEXT_ARGUMENTS({ "why", words, 0 }));
                return 0;
        }
        r = why_reminders_each(&question, on_reminder, why);
        if (r == 0 && why->n_reminders == 0)
                cli_print(cli, cli->strings->why_nothing_to_come, NULL);
        return r == LATER ? 0 : r;
}

static int print(Why *why)
{
        output_line(stdout, why->contact->name);
        int r = show_mail(why->cli, why->contact->id, why->card);
        if (r == 0 && why->record)
                r = print_event(why);
        if (r == 0)
                r = print_rows(why);
        return r != 0 ? cli_refuse(why->cli, "why", r) : CLI_DONE;
}

int command_why(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        int r = find_contact(cli, cli->words[0], &contact);
        if (r == CLI_DONE && cli->n_words > 1)
                r = find_event(cli, cli->words[1], &record, &event);
        if (r != CLI_DONE)
                return r;
        r = card_parse(contact->text, contact->len, &card, NULL);
        if (r != 0)
                return cli_refuse(cli, contact->uid, r);
        Why why = { .cli = cli, .contact = contact, .card = card, .record = record, .event = event };
        return print(&why);
}
