/* convene occurrence: moves or cancels one occurrence of a series; all others stay. */

#include "calendar/edit-occurrence.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/edit-transaction.h"
#include "cli/find.h"
#include "cli/input.h"
#include "cli/parts.h"

#include <stdio.h>
#include <string.h>

enum { OBJECT_MAX_BYTES = 1024 * 1024, DATES_BYTES = 1024, PROPERTIES_MAX = 4 };

const CliOption occurrence_options[] = {
        { "with-parts", NULL, HELP_OCCURRENCE_PARTS },
        { "notify", "yes|no|all", HELP_NOTIFY },
        { NULL, NULL, 0 },
};

/* A move or a cancellation, with the memory for the properties. */
typedef struct Change {
        bool moves;
        When at;         /* the day or the start of the occurrence before the change */
        When start, end; /* of a move; the end is WHEN_NONE if the length stays */
        EditProperty properties[PROPERTIES_MAX];
        char start_value[17], end_value[17], params[WHEN_PARAMS_SIZE];
        usec_t from, to;  /* start and exclusive end of the occurrence before the change */
        const Zone *zone; /* of the configuration */
        PartShift shift;
        Parts parts; /* those that were within the occurrence */
} Change;

static void change_done(Change *change)
{
        parts_done(&change->parts);
}

static int read_action(Cli *cli, Change *change)
{
        static const char *const actions[] = { "move", "cancel", NULL };
        change->moves = strcmp(cli->words[2], actions[0]) == 0;
        if (!change->moves && strcmp(cli->words[2], actions[1]) != 0)
                return cli_usage_action(cli, cli->words[2], actions);
        if (change->moves && cli->n_words < 4)
                return cli_usage(cli, cli->usage->missing, TEXT_ARGUMENTS({ "what", "START", 0 }));
        if (!change->moves && cli->n_words > 3)
                return cli_usage(cli, cli->usage->too_much, TEXT_ARGUMENTS({ "word", cli->words[3], 0 }));
        return CLI_DONE;
}

static int read_change(Cli *cli, Change *change)
{
        int r = read_action(cli, change);
        if (r != CLI_DONE)
                return r;
        const char *const *words = (const char *const *)cli->words;
        if (input_when(cli, words[1], &change->at) < 0)
                return cli_usage_value(cli, cli->strings->bad_date, words[1]);
        if (change->moves && input_when(cli, words[3], &change->start) < 0)
                return cli_usage_value(cli, cli->strings->bad_date, words[3]);
        if (cli->n_words > 4 && input_end(cli, words[4], &change->start, &change->end) < 0)
                return cli_usage(cli, cli->strings->bad_end,
                                TEXT_ARGUMENTS({ "value", words[4], 0 }, { "start", words[3], 0 }));
        return CLI_DONE;
}

static int refuse(const Cli *cli, const char *pattern)
{
        cli_error(cli, pattern, TEXT_ARGUMENTS({ "name", cli->words[0], 0 }, { "value", cli->words[1], 0 }));
        return CLI_REFUSED;
}

/*
 * Gives the new times the form and zone of the series. Without a new end, the occurrence keeps its length.
 */
static int complete_times(Cli *cli, Change *change, const Occurrence *occurrence)
{
        bool whole_days = occurrence->start.form == WHEN_DATE;
        int64_t length = civil_seconds(&occurrence->end.civil) - civil_seconds(&occurrence->start.civil);
        if ((change->start.form == WHEN_DATE) != whole_days)
                return refuse(cli, whole_days ? cli->strings->occurrence_of_days
                                              : cli->strings->occurrence_of_times);
        When end = change->end;
        change->end = occurrence->start;
        if (end.form == WHEN_NONE)
                change->end.civil = civil_from_seconds(civil_seconds(&change->start.civil) + length);
        else if (whole_days)
                change->end.civil = civil_from_seconds(civil_seconds(&end.civil) + 86400);
        else
                change->end.civil = end.civil;
        CivilTime start = change->start.civil;
        change->start = occurrence->start;
        change->start.civil = start;
        return CLI_DONE;
}

static int put_times(Cli *cli, Change *change, EditProperty *properties)
{
        const When *start = &change->start;
        when_format(start, change->start_value);
        when_format(&change->end, change->end_value);
        int r = when_params(start, change->params);
        if (r != 0)
                return cli_refuse(cli, zone_name(start->zone), r);
        const char *params = change->params[0] ? change->params : NULL;
        properties[0] = (EditProperty){ .name = "DTSTART", .params = params, .value = change->start_value };
        properties[1] = (EditProperty){ .name = "DTEND", .params = params, .value = change->end_value };
        return CLI_DONE;
}

/* Fills in the properties of the override. A cancelled occurrence that is moved takes place again. */
static int complete(Cli *cli, Change *change, const Event *event, const Occurrence *occurrence)
{
        const char *status = event_text_property(event, "STATUS");
        if (change->moves) {
                int r = complete_times(cli, change, occurrence);
                if (r != CLI_DONE)
                        return r;
        } else {
                change->start = occurrence->start;
                change->end = occurrence->end;
        }
        int r = put_times(cli, change, change->properties);
        if (r != CLI_DONE)
                return r;
        change->properties[2] =
                        (EditProperty){ .name = "STATUS", .value = change->moves ? status : "CANCELLED" };
        return CLI_DONE;
}

static int find(Cli *cli, const Change *change, const Event *event, Occurrence *ret)
{
        int n = 0;
        if (!event_is_recurring(event) || !event_has_series(event))
                return refuse(cli, cli->strings->no_series);
        int r = edit_occurrence_find(event, cli->config->time_zone, &change->at, ret, &n);
        if (r < 0)
                return cli_refuse(cli, cli->words[0], r);
        return n == 1 ? CLI_DONE
                      : refuse(cli, n ? cli->strings->several_occurrences : cli->strings->no_occurrence);
}

/*
 * Whether a part takes place within the time that the occurrence had before the change. A date without a
 * zone is read in the configured zone.
 */
static bool is_within(const Part *part, const void *userdata)
{
        const Change *change = userdata;
        usec_t from = 0, to = 0;
        return !event_is_draft(part->event) && event_status(part->event) != EVENT_CANCELLED &&
               event_span(part->event, change->zone, &from, &to) == 0 && from >= change->from &&
               to <= change->to;
}

static int find_parts(Cli *cli, Change *change, const Occurrence *occurrence)
{
        int r = parts_find(cli->store, cli->words[0], &change->parts);
        change->zone = cli->config->time_zone;
        change->from = occurrence->start_usec;
        change->to = occurrence->end_usec;
        change->shift = parts_shift(&occurrence->start, &change->start);
        parts_keep(&change->parts, is_within, change);
        return r;
}

/* Moves or cancels the occurrence's parts together with the occurrence. */
static int keep_parts(Cli *cli, const Change *change)
{
        const EditProperty cancelled[] = { { .name = "STATUS", .value = "CANCELLED" }, { 0 } };
        int code = CLI_DONE;
        if (change->moves)
                return parts_move(cli, &change->parts, &change->shift);
        for (size_t i = 0; code == CLI_DONE && i < change->parts.n; i++) {
                code = edit_transaction_apply(cli, change->parts.items[i].uid, cancelled, NULL, NULL);
                if (code == CLI_DONE)
                        parts_tell_changed(cli, &change->parts.items[i]);
        }
        return code;
}

static int keep_occurrence(Cli *cli, const Change *change, const ObjectRecord *record, const Event *event,
                const Occurrence *occurrence)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        InputError error = { 0 };
        int r = edit_occurrence(event, occurrence, change->properties, cli->now, &text, &error);
        if (r == EVENT_E_RANGE)
                return refuse(cli, cli->strings->occurrence_of_range);
        if (r == EVENT_E_INVALID) {
                cli_refuse_input(cli, error.where, r, &error);
                return CLI_USAGE;
        }
        return r != 0 ? cli_refuse(cli, cli->words[0], r)
                      : edit_transaction_keep(cli, record->collection, &text);
}

static int keep(Cli *cli, Change *change, const ObjectRecord *record, const Event *event)
{
        Occurrence occurrence = { 0 };
        int code = find(cli, change, event, &occurrence);
        if (code == CLI_DONE)
                code = complete(cli, change, event, &occurrence);
        if (code == CLI_DONE)
                code = keep_occurrence(cli, change, record, event, &occurrence);
        int r = code == CLI_DONE ? find_parts(cli, change, &occurrence) : 0;
        if (r != 0)
                return cli_refuse(cli, cli->words[0], r);
        return code == CLI_DONE && cli_flag(cli, "with-parts") ? keep_parts(cli, change) : code;
}

int command_occurrence(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(change_done) Change change = { .moves = false };
        int code = read_change(cli, &change);
        if (code == CLI_DONE)
                code = edit_transaction_begin(cli);
        if (code != CLI_DONE)
                return code;
        code = find_event(cli, cli->words[0], &record, &event);
        if (code == CLI_DONE)
                code = keep(cli, &change, record, event);
        code = edit_transaction_end(cli, code);
        if (code != CLI_DONE || cli_flag(cli, "with-parts"))
                return code;
        if (!change.moves)
                parts_tell(cli, cli->strings->parts_take_place, &change.parts);
        int r = change.moves ? parts_tell_left(cli, &change.parts, &change.shift) : 0;
        return r != 0 ? cli_refuse(cli, cli->words[0], r) : CLI_DONE;
}
