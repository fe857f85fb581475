/* convene log: who changed what and when. */

#include "base/json.h"
#include "base/line-diff.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/find.h"
#include "cli/input.h"
#include "cli/output.h"
#include "store/history.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 2 * 1024 * 1024, LOG_LIMIT = 100 };

const CliOption log_options[] = {
        { "diff", NULL, HELP_LOG_DIFF },
        { "deleted", NULL, HELP_LOG_DELETED },
        { "limit", "NUMBER", HELP_LOG_LIMIT },
        { "json", NULL, HELP_JSON },
        { NULL, NULL, 0 },
};

typedef struct Log {
        Cli *cli;
        bool json, diff;
        int n;
} Log;

/* Names for programs, in the order of the enums. */
static const char *const action_names[HISTORY_N_ACTIONS] = { "", "created", "changed", "deleted", "moved",
        "removed" };
static const char *const way_names[HISTORY_N_WAYS] = { "", "daemon", "command", "import", "dav", "office",
        "reader", "mailbox" };
static const char *const cause_names[] = { "edit", "undo", "restore" };

static int print_json(const HistoryEntry *entry)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        char id[24], step[24], at[21];
        snprintf(id, sizeof(id), "%" PRId64, entry->id);
        snprintf(step, sizeof(step), "%" PRId64, entry->step);
        time_format_rfc3339(entry->at, at);
        const char *fields[][2] = {
                { "version", id },
                { "step", step },
                { "at", at },
                { "action", action_names[entry->action < HISTORY_N_ACTIONS ? entry->action : 0] },
                { "way", way_names[entry->way < HISTORY_N_WAYS ? entry->way : 0] },
                { "author", entry->author },
                { "cause", cause_names[entry->cause <= HISTORY_RESTORE ? entry->cause : 0] },
                { "uid", entry->uid },
                { "collection", entry->collection },
                { "name", entry->name },
        };
        buffer_putc(&line, '{');
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
                json_member(&line, fields[i][0], fields[i][1]);
        buffer_putc(&line, '}');
        puts(buffer_text(&line));
        return buffer_error(&line);
}

static int print_difference(const LineDifference *difference, void *userdata)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        (void)userdata;
        buffer_printf(&line, "        %c %s%s%s", difference->sign, difference->component,
                        difference->component[0] ? "  " : "", difference->line);
        output_line(stdout, buffer_text(&line));
        return buffer_error(&line);
}

/* The text before a creation, and after a deletion, is empty. */
static int print_diff(const Log *log, const HistoryEntry *entry)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        CLEANUP(cleanup_free) char *after = NULL;
        size_t len = 0;
        int r = history_get(log->cli->store, entry->id, &row);
        if (r == 0)
                r = history_text_after(log->cli->store, entry->id, &after, &len);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        if (entry->action == HISTORY_MOVED || entry->action == HISTORY_REMOVED)
                return 0;
        return line_diff(row.text ? row.text : "", row.len, after ? after : "", len, print_difference, NULL);
}

static int print_line(const Log *log, const HistoryEntry *entry)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        const CliStrings *strings = log->cli->strings;
        const char *way = strings->log_ways[entry->way < HISTORY_N_WAYS ? entry->way : 0];
        const char *action = strings->log_actions[entry->action < HISTORY_N_ACTIONS ? entry->action : 0];
        buffer_printf(&line, "%6" PRId64 "  ", entry->id);
        int r = describe_moment(log->cli, entry->at, &line);
        buffer_printf(&line, "  %s", action);
        if (entry->cause == HISTORY_UNDO || entry->cause == HISTORY_RESTORE)
                buffer_printf(&line, " (%s)", strings->log_causes[entry->cause]);
        buffer_printf(&line, "  %s%s%s", way, entry->author[0] ? ": " : "", entry->author);
        output_line(stdout, buffer_text(&line));
        buffer_reset(&line);
        buffer_printf(&line, "        %s%s%s", entry->uid, entry->name[0] ? "  " : "", entry->name);
        output_line(stdout, buffer_text(&line));
        return r != 0 ? r : buffer_error(&line);
}

static int on_entry(const HistoryEntry *entry, void *userdata)
{
        Log *log = userdata;
        log->n++;
        int r = log->json ? print_json(entry) : print_line(log, entry);
        return r == 0 && log->diff ? print_diff(log, entry) : r;
}

/* An object that was stored before there was a history may have none. */
static int tell_nothing(Cli *cli, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int code = uid && !cli_flag(cli, "deleted") ? find_object(cli, uid, &record) : CLI_DONE;
        if (code == CLI_DONE && !cli_flag(cli, "json"))
                cli_error(cli, cli->strings->nothing_found, NULL);
        return code;
}

int command_log(Cli *cli)
{
        Log log = { .cli = cli, .json = cli_flag(cli, "json"), .diff = cli_flag(cli, "diff") };
        HistoryFilter filter = { .uid = cli->n_words > 0 ? cli->words[0] : NULL,
                .only_deleted = cli_flag(cli, "deleted") };
        int code = input_limit_option(cli, LOG_LIMIT, &filter.limit);
        if (code != CLI_DONE)
                return code;
        if (log.json && log.diff)
                return cli_usage(cli, cli->strings->log_diff_json, NULL);
        int r = history_each(cli->store, &filter, on_entry, &log);
        if (r != 0)
                return cli_refuse(cli, "log", r);
        return log.n == 0 ? tell_nothing(cli, filter.uid) : CLI_DONE;
}
