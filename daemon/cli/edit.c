/* convene add, date, cancel, delete: write events. */

#include "calendar/edit.h"
#include "cli/command.h"
#include "cli/edit-transaction.h"
#include "cli/event-options.h"
#include "cli/find.h"
#include "cli/input.h"
#include "cli/parent-check.h"
#include "cli/parts.h"
#include "store/object.h"

#include <stdio.h>
#include <string.h>

enum { OBJECT_MAX_BYTES = 1024 * 1024, PROPERTIES_MAX = 256, UID_BYTES = 256, WHEN_BYTES = 128 };

#define UID_DOMAIN "convened"

/* The options of `convene add` whose values become properties unchanged; only --kind is put in capitals. */
typedef struct AddProperty {
        const char *option;
        const char *name;
        const char *params;
        bool text;
} AddProperty;

static const AddProperty add_properties[] = {
        { "summary", "SUMMARY", NULL, true },
        { "description", "DESCRIPTION", NULL, true },
        { "location", "LOCATION", NULL, true },
        { "kind", "CATEGORIES", NULL, true },
        { "contact", "CONTACT", NULL, true },
        { "comment", "COMMENT", NULL, true },
        { "resources", "RESOURCES", NULL, true },
        { "basis", "X-CONVENED-DATE-BASIS", NULL, true },
        { "url", "URL", NULL, false },
        { "parent", "RELATED-TO", ";RELTYPE=PARENT", true },
        { "status", "STATUS", NULL, false },
        { "class", "CLASS", NULL, false },
        { "transparency", "TRANSP", NULL, false },
        { "priority", "PRIORITY", NULL, false },
        { "geo", "GEO", NULL, false },
        { "repeat", "RRULE", NULL, false },
        { "duration", "DURATION", NULL, false },
};

const CliOption add_options[] = {
        { "summary", "TEXT", HELP_ADD_SUMMARY },
        { "start", "WHEN", HELP_ADD_START },
        { "end", "WHEN", HELP_ADD_END },
        { "duration", "DURATION", HELP_ADD_DURATION },
        { "zone", "ZONE", HELP_ADD_ZONE },
        { "kind", "NAME", HELP_ADD_KIND },
        { "location", "TEXT", HELP_ADD_LOCATION },
        { "geo", "LAT;LON", HELP_ADD_GEO },
        { "description", "TEXT", HELP_ADD_DESCRIPTION },
        { "url", "URL", HELP_ADD_URL },
        { "contact", "TEXT", HELP_ADD_CONTACT },
        { "parent", "UID", HELP_ADD_PARENT },
        { "basis", "NAME", HELP_BASIS },
        { "comment", "TEXT", HELP_ADD_COMMENT },
        { "status", "NAME", HELP_ADD_STATUS },
        { "class", "NAME", HELP_ADD_CLASS },
        { "transparency", "NAME", HELP_ADD_TRANSPARENCY },
        { "priority", "NUMBER", HELP_ADD_PRIORITY },
        { "resources", "TEXT", HELP_ADD_RESOURCES },
        { "repeat", "RULE", HELP_ADD_REPEAT },
        EVENT_OPTIONS,
        { "uid", "UID", HELP_ADD_UID },
        { "calendar", "NAME", HELP_ADD_CALENDAR },
        { NULL, NULL, 0 },
};

const CliOption cancel_options[] = {
        { "with-parts", NULL, HELP_CANCEL_PARTS },
        { "notify", "yes|no|all", HELP_NOTIFY },
        { NULL, NULL, 0 },
};
const CliOption date_options[] = {
        { "zone", "ZONE", HELP_DATE_ZONE },
        { "basis", "NAME", HELP_BASIS },
        { "comment", "TEXT", HELP_DATE_COMMENT },
        { "with-parts", NULL, HELP_DATE_PARTS },
        { "notify", "yes|no|all", HELP_NOTIFY },
        { NULL, NULL, 0 },
};

/* The properties of the new text, with the memory for the values of the dates. */
typedef struct Draft {
        EditProperty properties[PROPERTIES_MAX];
        size_t n;
        char start[WHEN_BYTES], end[WHEN_BYTES], params[WHEN_PARAMS_SIZE], category[WHEN_BYTES];
} Draft;

static bool has_property(const Draft *draft, const char *name, const char *value)
{
        for (size_t i = 0; i < draft->n; i++)
                if (draft->properties[i].value && strcmp(draft->properties[i].name, name) == 0 &&
                                strcmp(draft->properties[i].value, value) == 0)
                        return true;
        return false;
}

/* Adds a property, unless it is there already with the same value: an option may repeat a value. */
static void put(Draft *draft, const char *name, const char *params, const char *value, bool text)
{
        if (draft->n + 1 < PROPERTIES_MAX && !(value && has_property(draft, name, value)))
                draft->properties[draft->n++] = (EditProperty){ name, params, value, text, EDIT_NAME };
}

static int put_dates(Cli *cli, Draft *draft, const char *start, const char *end, const char *zone)
{
        When first, last;
        if (input_when(cli, start, &first) < 0)
                return cli_usage_value(cli, cli->strings->bad_date, start);
        if (end && input_end(cli, end, &first, &last) < 0)
                return cli_usage(cli, cli->strings->bad_end,
                                TEXT_ARGUMENTS({ "value", end, 0 }, { "start", start, 0 }));
        const Zone *known;
        if (zone_table_get(cli->zones, zone, &known) != 0)
                return cli_usage_value(cli, cli->strings->bad_zone, zone);
        bool whole_days = first.form == WHEN_DATE;
        When written = first;
        written.form = whole_days ? WHEN_DATE : WHEN_ZONED;
        written.zone = known;
        int r = when_params(&written, draft->params);
        if (r != 0)
                return cli_refuse(cli, zone_name(known), r);
        when_format(&first, draft->start);
        put(draft, "DTSTART", draft->params, draft->start, false);
        if (end) {
                /* People name the last day, but DTEND is the day after it (RFC 5545, 3.6.1). */
                if (whole_days)
                        last.civil = civil_from_days(
                                        civil_days(last.civil.year, last.civil.month, last.civil.day) + 1);
                when_format(&last, draft->end);
                put(draft, "DTEND", draft->params, draft->end, false);
        }
        if (whole_days)
                put(draft, "X-CONVENED-TZID", NULL, zone_name(known), true);
        return CLI_DONE;
}

static int put_options(Cli *cli, Draft *draft)
{
        for (size_t i = 0; i < sizeof(add_properties) / sizeof(add_properties[0]); i++) {
                const AddProperty *property = &add_properties[i];
                const char *value;
                for (int k = 0; (value = cli_value(cli, property->option, k)); k++) {
                        if (strcmp(property->option, "kind") == 0) {
                                if (!config_kind(cli->config, value))
                                        return cli_usage_kind(cli, "--kind", value);
                                snprintf(draft->category, sizeof(draft->category), "%s", value);
                                for (char *c = draft->category; *c; c++)
                                        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
                                value = draft->category;
                        }
                        put(draft, property->name, property->params, value, property->text);
                }
        }
        return CLI_DONE;
}

static int check_parent(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *parent = NULL;
        const char *uid = cli_value(cli, "parent", 0);
        int r = uid ? object_find(cli->store, uid, &parent) : 0;
        return r == STORE_E_NOT_FOUND ? find_refuse(cli, NULL, uid)
               : r != 0               ? cli_refuse(cli, uid, r)
                                      : CLI_DONE;
}

static int choose_uid(Cli *cli, char *ret, size_t size)
{
        const char *given = cli_value(cli, "uid", 0);
        CLEANUP(object_record_freep) ObjectRecord *known = NULL;
        if (!given)
                return edit_make_uid(UID_DOMAIN, ret, size) == 0 ? CLI_DONE : CLI_REFUSED;
        if (strlen(given) >= size)
                return cli_usage(cli, cli->strings->too_long, TEXT_ARGUMENTS({ "name", "--uid", 0 }));
        snprintf(ret, size, "%s", given);
        int r = object_find(cli->store, given, &known);
        if (r == 0)
                return cli_usage_value(cli, cli->strings->uid_taken, given);
        return r == STORE_E_NOT_FOUND ? CLI_DONE : cli_refuse(cli, given, r);
}

/* Adds the titles, speakers and files. Their texts belong to @options. */
static int put_event_options(Cli *cli, Draft *draft, EventOptions *options)
{
        int code = event_options_read(cli, NULL, options);
        for (size_t i = 0; code == CLI_DONE && i < options->n && draft->n + 1 < PROPERTIES_MAX; i++)
                draft->properties[draft->n++] = options->properties[i];
        return code;
}

/* Checks the parent and the UID, and stores a new event, in an open transaction. */
static int keep_new(Cli *cli, const Draft *draft, const char *calendar, char *uid, size_t size)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        int code = check_parent(cli);
        if (code == CLI_DONE)
                code = choose_uid(cli, uid, size);
        if (code != CLI_DONE)
                return code;
        edit_compose(uid, draft->properties, cli->now, &text);
        int r = calendar ? collection_ensure(cli->store, calendar, false, cli->config->time_zone_name) : 0;
        return r != 0 ? cli_refuse(cli, calendar, r)
                      : edit_transaction_keep(cli, calendar ? calendar : COLLECTION_EVENTS, &text);
}

/* Checks the options as far as this needs no store, and makes the properties. */
static int read_draft(Cli *cli, Draft *draft, EventOptions *options)
{
        const char *start = cli_value(cli, "start", 0), *zone = cli_value(cli, "zone", 0);
        const char *class = cli_value(cli, "class", 0), *summary = cli_value(cli, "summary", 0);
        if (summary ? !summary[0] : !event_options_has_title(cli))
                return cli_usage(cli, cli->usage->missing, TEXT_ARGUMENTS({ "what", "--summary", 0 }));
        int code = class ? edit_transaction_check_class(cli, class) : CLI_DONE;
        if (code == CLI_DONE)
                code = put_options(cli, draft);
        if (code == CLI_DONE)
                code = put_event_options(cli, draft, options);
        if (code == CLI_DONE && start)
                code = put_dates(cli, draft, start, cli_value(cli, "end", 0),
                                zone ? zone : cli->config->time_zone_name);
        return code;
}

int command_add(Cli *cli)
{
        CLEANUP(event_options_done) EventOptions options = { .n = 0 };
        Draft draft = { .n = 0 };
        char uid[UID_BYTES];
        int code = read_draft(cli, &draft, &options);
        if (code == CLI_DONE)
                code = edit_transaction_begin(cli);
        if (code != CLI_DONE)
                return code;
        code = edit_transaction_end(
                        cli, keep_new(cli, &draft, cli_value(cli, "calendar", 0), uid, sizeof(uid)));
        if (code == CLI_DONE)
                puts(uid);
        return code;
}

/* Finds the zone of a date: the zone of --zone, otherwise the event's, otherwise the configuration's. */
static int zone_for(Cli *cli, char *ret, size_t size)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        const char *named = cli_value(cli, "zone", 0);
        if (named) {
                snprintf(ret, size, "%s", named);
                return CLI_DONE;
        }
        int r = find_event(cli, cli->words[0], &record, &event);
        if (r == CLI_DONE)
                snprintf(ret, size, "%s", zone_name(event_zone(event, cli->config->time_zone)));
        return r;
}

/* Replaces the reason for the earlier date. All other notes are kept. */
static void put_reason(Draft *draft, const char *reason)
{
        put(draft, "COMMENT", ";X-CONVENED-ABOUT=DATE", reason[0] ? reason : NULL, true);
        draft->properties[draft->n - 1].scope = EDIT_PARAMS;
}

/* Refuses an offer, which has neither a date nor a status. */
static int refuse_offer(Cli *cli, const Event *event, void *userdata)
{
        (void)userdata;
        if (!event_is_availability(event))
                return CLI_DONE;
        cli_error(cli, cli->strings->no_event_but_offer, TEXT_ARGUMENTS({ "name", cli->words[0], 0 }));
        return CLI_REFUSED;
}

static int read_date(Cli *cli, Draft *draft)
{
        char zone[WHEN_BYTES];
        int code = zone_for(cli, zone, sizeof(zone));
        if (code == CLI_DONE)
                code = put_dates(cli, draft, cli->words[1], cli->n_words > 2 ? cli->words[2] : NULL, zone);
        if (code != CLI_DONE)
                return code;
        put(draft, "DURATION", NULL, NULL, false);
        /* The event now has a date, so it is no longer on an unknown day of its parent. */
        put(draft, "X-CONVENED-DATE-PRECISION", NULL, NULL, false);
        if (cli->n_words < 3)
                put(draft, "DTEND", NULL, NULL, false);
        if (cli_flag(cli, "basis"))
                put(draft, "X-CONVENED-DATE-BASIS", NULL, cli_value(cli, "basis", 0), true);
        if (cli_flag(cli, "comment"))
                put_reason(draft, cli_value(cli, "comment", 0));
        return CLI_DONE;
}

/* A parent event before and after its move, and its parts. */
typedef struct ParentMove {
        const Cli *cli;
        Event *before, *after;
        Parts parts;
        PartShift shift;
} ParentMove;

static void parent_move_done(ParentMove *move)
{
        event_free(move->before);
        event_free(move->after);
        parts_done(&move->parts);
}

static bool was_within(const Part *part, const void *userdata)
{
        const ParentMove *move = userdata;
        return parent_check_within(move->cli, part->event, move->before);
}

static bool is_outside(const Part *part, const void *userdata)
{
        const ParentMove *move = userdata;
        return !parent_check_within(move->cli, part->event, move->after);
}

static int load(Cli *cli, Event **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        return find_event_or_offer(cli, cli->words[0], &record, ret);
}

/* Moves the event, in an open transaction; with --with-parts, also the parts that were within it. */
static int move_parent(Cli *cli, const Draft *draft, ParentMove *move)
{
        const char *uid = cli->words[0];
        int code = load(cli, &move->before);
        if (code == CLI_DONE)
                code = edit_transaction_apply(cli, uid, draft->properties, refuse_offer, NULL);
        if (code == CLI_DONE)
                code = load(cli, &move->after);
        if (code != CLI_DONE)
                return code;
        int r = parts_find(cli->store, uid, &move->parts);
        if (r != 0)
                return cli_refuse(cli, uid, r);
        When from = event_start(move->before), to = event_start(move->after);
        move->shift = parts_shift(&from, &to);
        parts_keep(&move->parts, was_within, move);
        return cli_flag(cli, "with-parts") ? parts_move(cli, &move->parts, &move->shift) : CLI_DONE;
}

int command_date(Cli *cli)
{
        CLEANUP(parent_move_done) ParentMove move = { .cli = cli };
        Draft draft = { .n = 0 };
        int code = read_date(cli, &draft);
        if (code == CLI_DONE)
                code = edit_transaction_begin(cli);
        if (code != CLI_DONE)
                return code;
        code = edit_transaction_end(cli, move_parent(cli, &draft, &move));
        if (code != CLI_DONE)
                return code;
        int r = parent_check_parts(cli, cli->words[0]);
        parts_keep(&move.parts, is_outside, &move);
        if (r == 0 && !cli_flag(cli, "with-parts"))
                r = parts_tell_left(cli, &move.parts, &move.shift);
        return r != 0 ? cli_refuse(cli, cli->words[0], r) : CLI_DONE;
}

static int refuse_draft(Cli *cli, const Event *event, void *userdata)
{
        if (!event_is_draft(event))
                return refuse_offer(cli, event, userdata);
        cli_error(cli, cli->strings->draft_not_cancelled, TEXT_ARGUMENTS({ "name", cli->words[0], 0 }));
        return CLI_REFUSED;
}

/* Whether a part has a date and is not cancelled. */
static bool takes_place(const Part *part, const void *userdata)
{
        (void)userdata;
        return !event_is_draft(part->event) && event_status(part->event) != EVENT_CANCELLED;
}

static int cancel(Cli *cli, Parts *parts)
{
        const EditProperty cancelled[] = { { .name = "STATUS", .value = "CANCELLED" }, { 0 } };
        int code = edit_transaction_apply(cli, cli->words[0], cancelled, refuse_draft, NULL);
        int r = code == CLI_DONE ? parts_find(cli->store, cli->words[0], parts) : 0;
        if (r != 0)
                return cli_refuse(cli, cli->words[0], r);
        parts_keep(parts, takes_place, NULL);
        for (size_t i = 0; code == CLI_DONE && cli_flag(cli, "with-parts") && i < parts->n; i++) {
                code = edit_transaction_apply(cli, parts->items[i].uid, cancelled, NULL, NULL);
                if (code == CLI_DONE)
                        parts_tell_changed(cli, &parts->items[i]);
        }
        return code;
}

int command_cancel(Cli *cli)
{
        CLEANUP(parts_done) Parts parts = { .n = 0 };
        int code = edit_transaction_begin(cli);
        if (code != CLI_DONE)
                return code;
        code = edit_transaction_end(cli, cancel(cli, &parts));
        if (code == CLI_DONE && !cli_flag(cli, "with-parts"))
                parts_tell(cli, cli->strings->parts_take_place, &parts);
        return code;
}
