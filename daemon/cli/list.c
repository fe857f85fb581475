/* convene list and convene show. */

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "contact/card.h"
#include "store/object.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1024 * 1024 };

const CliOption list_options[] = {
        { "kind", "NAME", "only events of this kind" },
        { "from", "DATE", "only events that end on or after this day (2021-06-24)" },
        { "to", "DATE", "only events that start on or before this day" },
        { "search", "TEXT", "only what has this in its name, in capitals or not, ё as е" },
        { "undated", NULL, "only drafts: what has no date yet" },
        { "sites", NULL, "sites instead of events" },
        { "organisations", NULL, "organisations instead of events" },
        { "contacts", NULL, "people instead of events" },
        { "json", NULL, "as JSON, one object a line" },
        { NULL, NULL, NULL },
};

const CliOption show_options[] = {
        { "raw", NULL, "the text as it was given" },
        { NULL, NULL, NULL },
};

typedef struct Listing {
        Cli *cli;
        bool json;
        bool cards;
        CardKind card_kind;
        Buffer wanted; /* --search, folded */
        int n;
} Listing;

static void listing_done(Listing *listing)
{
        buffer_done(&listing->wanted);
}

static void print_event(Listing *listing, const ObjectRecord *record, const Event *event)
{
        CLEANUP(buffer_done) Buffer dates = BUFFER_INIT(LINE_MAX_BYTES);
        output_dates(listing->cli, event, &dates);
        printf("%-34s  %-20s  %s%s\n    %s\n", buffer_text(&dates), output_kind(listing->cli, event),
                        record->name, event_status(event) == EVENT_CANCELLED ? " [CANCELLED]" : "",
                        record->uid);
}

static void when_field(Buffer *out, const char *name, When when)
{
        char text[17];
        if (when.form == WHEN_NONE)
                return;
        when_format(&when, text);
        output_json_field(out, name, text);
}

static void print_event_json(const ObjectRecord *record, const Event *event)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        When start = event_start(event);
        buffer_putc(&line, '{');
        output_json_field(&line, "uid", record->uid);
        output_json_field(&line, "kind", event_category(event, 0));
        output_json_field(&line, "summary", record->name);
        when_field(&line, "start", start);
        when_field(&line, "end", event_end(event));
        if (start.form == WHEN_ZONED)
                output_json_field(&line, "tzid", zone_name(start.zone));
        output_json_field(&line, "status", record->status);
        output_json_field(&line, "location", event_text_property(event, "LOCATION"));
        output_json_field(&line, "parent", event_parent(event));
        output_json_field(&line, "date_basis", event_text_property(event, "X-CONVENED-DATE-BASIS"));
        output_json_field(&line, "collection", record->collection);
        buffer_putc(&line, '}');
        puts(buffer_text(&line));
}

static int list_event(Listing *listing, const ObjectRecord *record)
{
        CLEANUP(event_freep) Event *event = NULL;
        int r = event_parse(listing->cli->zones, record->text, record->len, &event, NULL);
        if (r < 0)
                return r;
        if (r != 0)
                fprintf(stderr, "convene: %s is damaged; see convene check\n", record->uid);
        else if (listing->json)
                print_event_json(record, event);
        else
                print_event(listing, record, event);
        return 0;
}

static void print_card_json(const ObjectRecord *record, const Card *card)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        buffer_putc(&line, '{');
        output_json_field(&line, "uid", record->uid);
        output_json_field(&line, "name", record->name);
        output_json_field(&line, "email", card_email(card));
        output_json_field(&line, "time_zone", card_zone_name(card));
        output_json_field(&line, "reminders", card_reminders_off(card) ? "off" : "on");
        output_json_field(&line, "collection", record->collection);
        buffer_putc(&line, '}');
        puts(buffer_text(&line));
}

static int list_card(Listing *listing, const ObjectRecord *record)
{
        CLEANUP(card_freep) Card *card = NULL;
        int r = card_parse(record->text, record->len, &card, NULL);
        if (r != 0)
                return r < 0 ? r : 0;
        if (card_kind(card) != listing->card_kind)
                return 0;
        if (listing->json)
                print_card_json(record, card);
        else
                printf("%s%s%s%s\n    %s\n", record->name, card_email(card) ? "  " : "",
                                card_email(card) ? card_email(card) : "",
                                card_reminders_off(card) ? "  [reminders off]" : "", record->uid);
        listing->n++;
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
        return listing->cards ? list_card(listing, record) : list_event(listing, record);
}

/* A day on the configuration's wall clock. */
static int parse_day(Cli *cli, const char *option, int days_later, usec_t *ret)
{
        const char *text = cli_value(cli, option, 0);
        CivilTime civil = { 0 };
        int end = 0;
        if (!text)
                return CLI_DONE;
        if (sscanf(text, "%4d-%2d-%2d%n", &civil.year, &civil.month, &civil.day, &end) != 3 || text[end] ||
                        !civil_valid(&civil))
                return cli_usage(cli, "--%s: '%s' is no day like 2021-06-24", option, text);
        civil = civil_from_days(civil_days(civil.year, civil.month, civil.day) + days_later);
        *ret = zone_to_instant(cli->config->time_zone, &civil) * USEC_PER_SEC;
        return CLI_DONE;
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
                return cli_usage(cli, "--kind: the configuration has no kind '%s'", filter->category);
        bool bounded = cli_flag(cli, "from") || cli_flag(cli, "to");
        filter->from = bounded ? INT64_MIN : 0;
        filter->to = bounded ? USEC_INFINITY : 0;
        /* What has no date is not between two. */
        if (bounded && !listing->cards)
                filter->kinds &= ~(1U << OBJECT_DRAFT);
        int r = parse_day(cli, "from", 0, &filter->from);
        return r != CLI_DONE ? r : parse_day(cli, "to", 1, &filter->to);
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
                return cli_usage(cli, "--search: '%s' is no text", search);
        r = object_each(cli->store, &filter, on_object, &listing);
        return r != 0 ? cli_refuse(cli, "list", r) : CLI_DONE;
}

/* The properties that a reader wants to see, with their titles. */
typedef struct ShownProperty {
        const char *name, *ru, *en;
} ShownProperty;

static const ShownProperty shown[] = {
        { "X-CONVENED-SUMMARY", "По-английски", "In English" },
        { "LOCATION", "Место", "Place" },
        { "X-CONVENED-LOCATION", "Место", "Place" },
        { "STATUS", "Статус", "Status" },
        { "X-CONVENED-DATE-BASIS", "Основание даты", "Date basis" },
        { "COMMENT", "Примечание", "Note" },
        { "X-CONVENED-ORGANIZER", "Организатор", "Organiser" },
        { "X-CONVENED-PERSON", "Участник", "Person" },
        { "X-CONVENED-SOURCE", "Источник", "Source" },
        { "URL", "Ссылка", "Link" },
        { "SOURCE", "Адрес источника", "Source address" },
        { "DESCRIPTION", "Описание", "Description" },
};

static void print_property(const Cli *cli, const Event *event, const ShownProperty *property)
{
        const char *title = strcmp(cli->language, "ru") == 0 ? property->ru : property->en;
        const ContentLine *line;
        for (size_t i = 0; (line = event_property_line(event, property->name, i)); i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
                content_unescape(&text, line->value, line->value_len);
                printf("%s: %s\n", title, buffer_text(&text));
        }
}

static int show_event(Cli *cli, const ObjectRecord *record)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(buffer_done) Buffer dates = BUFFER_INIT(LINE_MAX_BYTES);
        InputError error = { 0 };
        bool russian = strcmp(cli->language, "ru") == 0;
        int r = event_parse(cli->zones, record->text, record->len, &event, &error);
        if (r != 0) {
                fprintf(stderr, "convene: %s: %s\n", record->uid, r < 0 ? strerror(-r) : error.message);
                return CLI_REFUSED;
        }
        output_dates(cli, event, &dates);
        printf("%s\n%s: %s\n%s: %s\n", record->name, russian ? "Когда" : "When", buffer_text(&dates),
                        russian ? "Вид" : "Kind", output_kind(cli, event));
        if (event_parent(event))
                printf("%s: %s\n", russian ? "Часть" : "Part of", event_parent(event));
        for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
                print_property(cli, event, &shown[i]);
        printf("UID: %s\nSEQUENCE: %d\n", record->uid, record->sequence);
        return CLI_DONE;
}

int command_show(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_get(cli->store, cli->words[0], &record);
        if (r != 0)
                return cli_refuse(cli, cli->words[0], r);
        if (!cli_flag(cli, "raw") && record->kind != OBJECT_CARD)
                return show_event(cli, record);
        fwrite(record->text, 1, record->len, stdout);
        return CLI_DONE;
}
