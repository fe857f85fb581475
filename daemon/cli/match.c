/* convene match: makes a timetable of the meetings that the participants of an event wish for. */

#include "meet/match.h"
#include "cli/command.h"
#include "cli/find.h"
#include "cli/import-source.h"
#include "cli/match-print.h"
#include "cli/wish-file.h"
#include "meet/slot.h"

#include <string.h>

const CliOption match_options[] = {
        { "wishes", "FILE", HELP_MATCH_WISHES },
        { "keep", NULL, HELP_MATCH_KEEP },
        { "book", NULL, HELP_MATCH_BOOK },
        { "by", "hour|table|participant", HELP_MATCH_BY },
        { "pages", NULL, HELP_MATCH_PAGES },
        { "json", NULL, HELP_JSON },
        { NULL, NULL, 0 },
};

typedef struct Matching {
        Cli *cli;
        const char *event; /* UID */
        const Zone *zone;  /* of the event; the times are printed in it */
        TimetableSheets by;
        ImportSource file; /* of --wishes */
        WishList wishes;
        Timetable timetable;
} Matching;

static void matching_done(Matching *matching)
{
        timetable_done(&matching->timetable);
        wish_list_done(&matching->wishes);
        import_source_done(&matching->file);
}

static int read_by(Cli *cli, TimetableSheets *ret)
{
        static const char *const names[] = { [SHEETS_BY_HOUR] = "hour",
                [SHEETS_BY_TABLE] = "table",
                [SHEETS_BY_PARTICIPANT] = "participant" };
        const char *text = cli_value(cli, "by", 0);
        *ret = SHEETS_BY_HOUR;
        if (!text)
                return CLI_DONE;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                if (strcmp(names[i], text) != 0)
                        continue;
                *ret = (TimetableSheets)i;
                return CLI_DONE;
        }
        return cli_usage_option(cli, cli->strings->bad_by, "by", text);
}

/*
 * Reads the wishes from the file of --wishes, and stores them with --keep. Without a file, reads the
 * stored wishes.
 */
static int read_wishes(Matching *matching)
{
        Cli *cli = matching->cli;
        const char *path = cli_value(cli, "wishes", 0);
        int r = 0;
        if (path) {
                int code = wish_file_parse(cli, path, matching->file.text, &matching->wishes);
                if (code != CLI_DONE)
                        return code;
                if (cli_flag(cli, "keep"))
                        r = wishes_write(cli->store, matching->event, &matching->wishes, cli->now);
        } else {
                r = wishes_read(cli->store, matching->event, &matching->wishes);
        }
        return r != 0 ? cli_refuse(cli, path ? path : matching->event, r) : CLI_DONE;
}

static int refuse_row(Cli *cli, const TimetableRow *row)
{
        cli_error(cli, cli->strings->match_not_booked,
                        TEXT_ARGUMENTS({ "host", row->names[0], 0 }, { "visitor", row->names[1], 0 }));
        return CLI_REFUSED;
}

static int make(Matching *matching)
{
        Cli *cli = matching->cli;
        const BookingWork work = { cli->store, cli->config, cli->now };
        const TimetableRow *failed = NULL;
        int r = timetable_make(&work, matching->event, &matching->wishes, &matching->timetable);
        if (r == MATCH_E_TOO_LARGE || r == SLOT_E_TOO_MANY)
                return cli_usage(cli, cli->strings->too_many_slots, NULL);
        if (r == 0 && cli_flag(cli, "book"))
                r = timetable_book(&work, &matching->timetable, &failed);
        if (failed)
                return refuse_row(cli, failed);
        return r != 0 ? cli_refuse(cli, matching->event, r) : CLI_DONE;
}

/*
 * Makes and books the timetable in one transaction, so that its times are still free when they are booked.
 */
static int make_in_transaction(Matching *matching)
{
        Cli *cli = matching->cli;
        bool writes = cli_flag(cli, "book") || cli_flag(cli, "keep");
        int r = writes ? cli_begin_write(cli) : store_begin_read(cli->store);
        if (r != 0)
                return cli_refuse(cli, matching->event, r);
        int code = read_wishes(matching);
        if (code == CLI_DONE)
                code = make(matching);
        if (code != CLI_DONE || !writes) {
                store_rollback(cli->store);
                return code;
        }
        r = cli_end_write(cli, 0);
        return r != 0 ? cli_refuse(cli, matching->event, r) : CLI_DONE;
}

/* Reads the file before the store is locked: a pipe may block for any time. */
static int read_file(Matching *matching)
{
        const char *path = cli_value(matching->cli, "wishes", 0);
        if (!path)
                return CLI_DONE;
        import_source_read(path, &matching->file);
        return matching->file.result < 0 ? cli_refuse(matching->cli, path, matching->file.result) : CLI_DONE;
}

int command_match(Cli *cli)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(matching_done) Matching matching = { .cli = cli, .event = cli->words[0] };
        int code = read_by(cli, &matching.by);
        if (code == CLI_DONE)
                code = find_event(cli, cli->words[0], &record, &event);
        if (code != CLI_DONE)
                return code;
        matching.zone = event_zone(event, cli->config->time_zone);
        code = read_file(&matching);
        if (code == CLI_DONE)
                code = make_in_transaction(&matching);
        if (code != CLI_DONE)
                return code;
        const MatchPrint print = { cli, matching.event, matching.zone, &matching.timetable, matching.by };
        int r = cli_flag(cli, "json") ? match_print_json(&print) : match_print(&print);
        return r != 0 ? cli_refuse(cli, matching.event, r) : CLI_DONE;
}
