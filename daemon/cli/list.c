/* convene list: lists events, drafts or cards, one per row. */

#include "base/json.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/input.h"
#include "cli/list-events.h"
#include "cli/loss.h"
#include "cli/output.h"
#include "contact/card.h"
#include "letter/strings.h"
#include "store/object.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1024 * 1024 };

/* Columns of a terminal. */
enum { ADDRESS_COLUMN = 32, REASON_COLUMN = 64 };

const CliOption list_options[] = {
        { "kind", "NAME", HELP_LIST_KIND },
        { "from", "DATE", HELP_LIST_FROM },
        { "to", "DATE", HELP_LIST_TO },
        { "search", "TEXT", HELP_LIST_SEARCH },
        { "undated", NULL, HELP_LIST_UNDATED },
        { "sites", NULL, HELP_LIST_SITES },
        { "organisations", NULL, HELP_LIST_ORGANISATIONS },
        { "contacts", NULL, HELP_LIST_CONTACTS },
        { "json", NULL, HELP_JSON },
        { NULL, NULL, 0 },
};

typedef struct Listing {
        Cli *cli;
        bool json;
        bool cards;
        CardKind card_kind;
        size_t n_cards; /* printed */
        Buffer wanted;  /* --search, folded */
        ListEvents events;
        size_t n_damaged; /* lost objects and damaged cards */
} Listing;

static void listing_done(Listing *listing)
{
        buffer_done(&listing->wanted);
        list_events_done(&listing->events);
}

/* Whether mail is sent to a person. */
typedef struct Standing {
        MailReason why; /* why no mail is sent; MAIL_REASON_NONE if it is sent */
        Buffer bounces; /* empty if there are none */
} Standing;

static void standing_done(Standing *standing)
{
        buffer_done(&standing->bounces);
}

static int load_standing(const Listing *listing, const ObjectRecord *record, const Card *card, Standing *ret)
{
        SuppressionState state = { 0 };
        int r = describe_why_no_mail(listing->cli, record->id, card, &ret->why);
        if (r == 0 && card_email(card))
                r = suppression_state(listing->cli->store, record->id, card_email(card), &state);
        return r != 0 ? r : describe_bounces(listing->cli, &state, &ret->bounces);
}

static void print_card_json(const ObjectRecord *record, const Card *card, const Standing *standing)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        buffer_putc(&line, '{');
        json_member(&line, "uid", record->uid);
        json_member(&line, "name", record->name);
        json_member(&line, "email", card_email(card));
        json_member(&line, "time_zone", card_zone_name(card));
        json_member(&line, "reminders", card_reminders_off(card) ? "off" : "on");
        if (card_kind(card) == CARD_INDIVIDUAL) {
                json_member(&line, "no_mail_because",
                                standing->why ? mail_reason_text(standing->why) : NULL);
                json_member(&line, "came_back",
                                standing->bounces.len ? buffer_text(&standing->bounces) : NULL);
        }
        json_member(&line, "collection", record->collection);
        buffer_putc(&line, '}');
        puts(buffer_text(&line));
}

static void print_card(const Listing *listing, const ObjectRecord *record, const Card *card,
                const Standing *standing)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        const CliStrings *strings = listing->cli->strings;
        const char *address = card_email(card);
        buffer_puts(&line, record->name);
        if (address) {
                output_column(&line, ADDRESS_COLUMN);
                buffer_puts(&line, address);
        }
        if (card_kind(card) == CARD_INDIVIDUAL && standing->why) {
                output_column(&line, REASON_COLUMN);
                buffer_printf(&line, "[%s: %s]", strings->listed_no_mail,
                                letter_reason(listing->cli->language, standing->why));
        }
        if (card_kind(card) == CARD_INDIVIDUAL && standing->bounces.len) {
                output_line(stdout, buffer_text(&line));
                buffer_reset(&line);
                buffer_printf(&line, "    %s: %s", strings->listed_came_back,
                                buffer_text(&standing->bounces));
        }
        output_row(buffer_text(&line), record->uid);
}

static int report_damaged(Listing *listing, const ObjectRecord *record)
{
        listing->n_damaged++;
        loss_report_damaged(listing->cli, record);
        return 0;
}

/* Reports a card that is readable, although the rows that say whether it gets mail are not. */
static int note_unknown(Listing *listing, const ObjectRecord *record, Standing *standing)
{
        standing->why = MAIL_REASON_DAMAGED;
        buffer_reset(&standing->bounces);
        return report_damaged(listing, record);
}

static int list_card(Listing *listing, const ObjectRecord *record)
{
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(standing_done)
        Standing standing = { .bounces = BUFFER_INIT(LINE_MAX_BYTES) };
        int r = card_parse(record->text, record->len, &card, NULL);
        if (r != 0)
                return r < 0 ? r : report_damaged(listing, record);
        if (card_kind(card) != listing->card_kind)
                return 0;
        r = load_standing(listing, record, card, &standing);
        if (r == DB_E_CORRUPT)
                r = note_unknown(listing, record, &standing);
        if (r != 0)
                return r;
        listing->n_cards++;
        if (listing->json)
                print_card_json(record, card, &standing);
        else
                print_card(listing, record, card, &standing);
        return 0;
}

static int is_wanted(const Listing *listing, const ObjectRecord *record, bool *ret)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LINE_MAX_BYTES);
        int r = listing->wanted.len ? text_fold(&name, record->name) : 0;
        *ret = strstr(buffer_text(&name), buffer_text(&listing->wanted)) != NULL;
        return r;
}

static int on_object(const ObjectRecord *record, void *userdata)
{
        Listing *listing = userdata;
        bool wanted;
        int r = is_wanted(listing, record, &wanted);
        if (r < 0 || !wanted)
                return r;
        return listing->cards ? list_card(listing, record) : list_events_add(&listing->events, record);
}

static int on_loss(const ObjectLoss *loss, void *userdata)
{
        Listing *listing = userdata;
        listing->n_damaged++;
        loss_report(listing->cli, loss);
        return 0;
}

typedef struct CardOption {
        const char *name;
        CardKind kind;
} CardOption;

static const CardOption card_options[] = {
        { "sites", CARD_LOCATION },
        { "organisations", CARD_ORG },
        { "contacts", CARD_INDIVIDUAL },
};

static int choose(Cli *cli, Listing *listing, ObjectFilter *filter)
{
        for (size_t i = 0; i < sizeof(card_options) / sizeof(card_options[0]); i++)
                if (cli_flag(cli, card_options[i].name)) {
                        listing->cards = true;
                        listing->card_kind = card_options[i].kind;
                }
        filter->kinds = listing->cards             ? 1U << OBJECT_CARD
                        : cli_flag(cli, "undated") ? 1U << OBJECT_DRAFT
                                                   : 1U << OBJECT_EVENT | 1U << OBJECT_DRAFT;
        filter->category = cli_value(cli, "kind", 0);
        if (filter->category && !config_kind(cli->config, filter->category))
                return cli_usage_kind(cli, "--kind", filter->category);
        bool bounded = cli_flag(cli, "from") || cli_flag(cli, "to");
        filter->from = bounded ? INT64_MIN : 0;
        filter->to = bounded ? USEC_INFINITY : 0;
        /* Drafts have no date, so a list between two dates has none. */
        if (bounded && !listing->cards)
                filter->kinds &= ~(1U << OBJECT_DRAFT);
        int r = input_day_option(cli, "from", 0, &filter->from);
        if (r == CLI_DONE)
                r = input_day_option(cli, "to", 1, &filter->to);
        return r == CLI_DONE && bounded && filter->to <= filter->from
                               ? cli_usage(cli, cli->usage->to_before_from, NULL)
                               : r;
}

/* Reads all objects in one transaction, so that a deletion at the same time is not reported as a loss. */
static int read_all(Listing *listing, const ObjectFilter *filter)
{
        Store *store = listing->cli->store;
        int r = store_begin_read(store);
        if (r == 0)
                r = object_each_readable(store, filter, on_object, on_loss, listing);
        store_rollback(store);
        return r;
}

int command_list(Cli *cli)
{
        CLEANUP(listing_done)
        Listing listing = {
                .cli = cli, .json = cli_flag(cli, "json"), .wanted = BUFFER_INIT(LINE_MAX_BYTES)
        };
        ObjectFilter filter = { 0 };
        const char *search = cli_value(cli, "search", 0);
        int r = choose(cli, &listing, &filter);
        if (r != CLI_DONE)
                return r;
        if (search && text_fold(&listing.wanted, search) < 0)
                return cli_usage_value(cli, cli->strings->bad_search, search);
        /* JSON is for programs and therefore not translated. */
        if (listing.json)
                cli_speak(cli, (Language)LANGUAGE_FALLBACK);
        listing.events = (ListEvents){
                .cli = cli, .json = listing.json, .from = filter.from, .to = filter.to
        };
        r = read_all(&listing, &filter);
        if (r == 0)
                list_events_print(&listing.events);
        if (r != 0)
                return cli_refuse(cli, "list", r);
        size_t n_damaged = listing.n_damaged + listing.events.n_damaged;
        if (listing.n_cards + listing.events.n_printed + n_damaged == 0 && !listing.json)
                cli_error(cli, cli->strings->nothing_found, NULL);
        return n_damaged > 0 ? CLI_PARTLY : CLI_DONE;
}
