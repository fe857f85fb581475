/*
 * convene why: shows why a contact did, will or will not get mails: its listings and refusals, and its rows
 * in the ledger; for one event, also the reminders to come.
 */

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/find.h"
#include "cli/outbox.h"
#include "cli/output.h"
#include "cli/show.h"
#include "contact/preference.h"
#include "letter/strings.h"
#include "remind/consent.h"
#include "remind/due.h"
#include "remind/reader.h"
#include "store/ledger.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 64 * 1024, ROWS_MAX = 20, REMINDERS_MAX = 10, LATER = 1 };

/* Reminders that have no row are also named if they were due within this time before now. */
#define LOOK_BACK (60 * USEC_PER_DAY)

const CliOption why_options[] = { { NULL, NULL, 0 } };

typedef struct Why {
        Cli *cli;
        const ObjectRecord *contact;
        const Card *card;
        const ObjectRecord *record; /* of the event */
        const Event *event;
        usec_t horizon;
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

/* Finds why the contact gets no reminder of the event. */
static int find_reason(const Why *why, MailReason *ret)
{
        PublishAudience audience = PUBLISH_PUBLIC;
        const Cli *cli = why->cli;
        int r = consent_why_not(cli->store, why->contact->id, why->card, why->record->uid, ret);
        if (r != 0 || *ret)
                return r;
        r = audience_of(cli->store, why->contact->id, why->record->id, &audience);
        bool is_over = event_is_draft(why->event) || event_status(why->event) == EVENT_CANCELLED;
        *ret = !publish_is_visible(audience, event_class(why->event)) ? MAIL_REASON_NOT_PUBLIC
               : card_digest(why->card).period != DIGEST_NONE         ? MAIL_REASON_DIGEST
               : is_over                                              ? MAIL_REASON_EVENT_MOVED
               : why->record->end <= cli->now                         ? MAIL_REASON_POINTLESS
                                                                      : MAIL_REASON_NONE;
        return r;
}

static int on_reminder(const Reminder *reminder, void *userdata)
{
        Why *why = userdata;
        const CliStrings *strings = why->cli->strings;
        char rule[LEAD_TEXT_SIZE];
        int64_t id = 0;
        MailState state;
        if (reminder->occurrence->end_usec <= why->cli->now)
                return 0;
        int r = ledger_find(why->cli->store, reminder->key, &id, &state);
        if (r != 0 || id != 0)
                return r;
        if (why->n_reminders++ == REMINDERS_MAX)
                return LATER;
        lead_format(&reminder->lead, rule);
        bool is_wanted = due_is_wanted(reminder, why->horizon, why->cli->now);
        const char *pattern = reminder->fire > why->cli->now ? strings->why_to_come
                              : is_wanted                    ? strings->why_due
                                                             : strings->why_before_start;
        return print_moment(why, pattern, reminder->fire, rule);
}

static int load_horizon(Why *why)
{
        CLEANUP(cleanup_free) char *text = NULL;
        int r = store_meta_get(why->cli->store, META_FIRST_START, &text);
        why->horizon = text ? strtoll(text, NULL, 10) : 0;
        return r;
}

static int print_event(Why *why)
{
        Cli *cli = why->cli;
        MailReason reason = MAIL_REASON_NONE;
        output_line(stdout, why->record->name[0] ? why->record->name : why->record->uid);
        int r = find_reason(why, &reason);
        if (r != 0)
                return r;
        if (reason) {
                bool is_over = reason == MAIL_REASON_POINTLESS;
                const char *words = is_over ? cli->strings->why_over : letter_reason(cli->language, reason);
                cli_print(cli, cli->strings->nothing_goes, TEXT_ARGUMENTS({ "why", words, 0 }));
                return 0;
        }
        r = load_horizon(why);
        if (r == 0)
                r = due_each(cli->store, cli->config, why->record, cli->now - LOOK_BACK, USEC_INFINITY,
                                why->contact->id, on_reminder, why);
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
