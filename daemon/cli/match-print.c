#include "cli/match-print.h"

#include "base/json.h"
#include "base/text-dates.h"
#include "cli/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 64 * 1024, JSON_MAX_BYTES = 64 * 1024 * 1024 };

/* Columns of a terminal. */
enum { TIME_COLUMN = 30, PLACE_COLUMN = 14, PEOPLE_COLUMN = 64 };

/* Appends "Thu 2026-06-25 10:00-10:30". */
static int add_time(const MatchPrint *print, TextDates *dates, const TimetableRow *row, Buffer *line)
{
        CivilTime start = zone_to_civil(print->zone, row->start / USEC_PER_SEC);
        CivilTime end = zone_to_civil(print->zone, row->end / USEC_PER_SEC);
        int r = text_dates_write(dates, line, TEXT_DATE_WEEKDAY_SHORT, &start);
        buffer_printf(line, " %04d-%02d-%02d %02d:%02d-%02d:%02d", start.year, start.month, start.day,
                        start.hour, start.minute, end.hour, end.minute);
        return r;
}

static int print_heading(const MatchPrint *print, TextDates *dates, const SheetEntry *entry, bool is_first)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        int r = 0;
        if (!is_first)
                fputs(cli_flag(print->cli, "pages") ? "\f" : "\n", stdout);
        if (entry->heading)
                buffer_puts(&line, entry->heading);
        else
                r = add_time(print, dates, entry->row, &line);
        output_line(stdout, buffer_text(&line));
        return r;
}

static int print_entry(const MatchPrint *print, TextDates *dates, const SheetEntry *entry)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        const TimetableRow *row = entry->row;
        const CliStrings *strings = print->cli->strings;
        size_t column = 2;
        int r = 0;
        buffer_puts(&line, "  ");
        if (print->by != SHEETS_BY_HOUR) {
                r = add_time(print, dates, row, &line);
                column = TIME_COLUMN;
                output_column(&line, column);
        }
        if (print->by != SHEETS_BY_TABLE) {
                buffer_puts(&line, row->place);
                output_column(&line, column + PLACE_COLUMN);
        }
        if (entry->other)
                buffer_puts(&line, entry->other);
        else
                buffer_printf(&line, "%s - %s", row->names[0], row->names[1]);
        if (row->state == TIMETABLE_BOOKED) {
                output_column(&line, PEOPLE_COLUMN);
                buffer_puts(&line, strings->meet_states[row->meeting - MEETING_HELD]);
        }
        output_line(stdout, buffer_text(&line));
        return r;
}

static void print_open_wishes(const MatchPrint *print)
{
        const Cli *cli = print->cli;
        const Timetable *timetable = print->timetable;
        bool is_first = true;
        for (size_t i = 0; i < timetable->n; i++) {
                CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
                const TimetableRow *row = &timetable->rows[i];
                if (row->host[0])
                        continue;
                if (is_first)
                        puts("");
                if (is_first)
                        cli_print(cli, "{title}:", TEXT_ARGUMENTS({ "title", cli->strings->match_open, 0 }));
                is_first = false;
                buffer_printf(&line, "  %d  %s - %s: %s", row->priority, row->names[0], row->names[1],
                                cli->strings->match_states[row->state]);
                output_line(stdout, buffer_text(&line));
        }
}

static void print_numbers(const MatchPrint *print)
{
        const Timetable *timetable = print->timetable;
        puts("");
        cli_print(print->cli, print->cli->strings->match_granted,
                        TEXT_ARGUMENTS({ "granted", NULL, (int64_t)timetable->n_granted },
                                        { "n", NULL, (int64_t)timetable->n_wishes }));
}

int match_print(const MatchPrint *print)
{
        CLEANUP(text_dates_freep) TextDates *dates = NULL;
        CLEANUP(cleanup_free) SheetEntry *entries = NULL;
        size_t n = 0;
        int r = sheets_list(print->timetable, print->by, print->cli->strings->match_no_place, &entries, &n);
        if (r == 0)
                r = text_dates_new(print->cli->language, &dates);
        for (size_t i = 0; r == 0 && i < n; i++) {
                if (sheets_begin(&entries[i], i > 0 ? &entries[i - 1] : NULL))
                        r = print_heading(print, dates, &entries[i], i == 0);
                if (r == 0)
                        r = print_entry(print, dates, &entries[i]);
        }
        if (r == 0 && print->by == SHEETS_BY_HOUR) {
                print_open_wishes(print);
                print_numbers(print);
        }
        return r;
}

static const char *const state_names[TIMETABLE_STATES_N] = {
        [TIMETABLE_PROPOSED] = "proposed",
        [TIMETABLE_BOOKED] = "booked",
        [TIMETABLE_ENDED] = "ended",
        [TIMETABLE_UNKNOWN] = "unknown",
        [TIMETABLE_NO_OFFER] = "no-offer",
        [TIMETABLE_NO_TIME] = "no-time",
        [TIMETABLE_FULL] = "full",
};

static void add_meeting(const TimetableRow *row, Buffer *out)
{
        char start[21], end[21];
        time_format_rfc3339(row->start, start);
        time_format_rfc3339(row->end, end);
        json_member(out, "start", start);
        json_member(out, "end", end);
        json_member(out, "place", row->place[0] ? row->place : NULL);
        json_member(out, "host", row->host);
        json_member(out, "host_name", row->names[0]);
        json_member(out, "visitor", row->visitor[0] ? row->visitor : NULL);
        json_member(out, "visitor_name", row->names[1]);
        json_member(out, "offer", row->offer);
        if (row->state != TIMETABLE_BOOKED)
                return;
        json_member(out, "uid", row->uid);
        json_member(out, "meeting", meeting_state_name(row->meeting));
}

static void add_row(const TimetableRow *row, Buffer *out)
{
        buffer_puts(out, out->data[out->len - 1] == '[' ? "{" : ", {");
        json_member(out, "state", state_names[row->state]);
        if (row->from[0]) {
                json_member(out, "from", row->from);
                json_member(out, "to", row->to);
                buffer_printf(out, ", \"priority\": %d, \"mutual\": %s", row->priority,
                                row->is_mutual ? "true" : "false");
        }
        if (row->host[0])
                add_meeting(row, out);
        buffer_putc(out, '}');
}

int match_print_json(const MatchPrint *print)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(JSON_MAX_BYTES);
        const Timetable *timetable = print->timetable;
        buffer_putc(&out, '{');
        json_member(&out, "event", print->event);
        json_member(&out, "tzid", zone_name(print->zone));
        buffer_printf(&out, ", \"wishes\": %zu, \"granted\": %zu, \"value\": %lld, \"bound\": %lld",
                        timetable->n_wishes, timetable->n_granted, (long long)timetable->value,
                        (long long)timetable->bound);
        buffer_puts(&out, ", \"rows\": [");
        for (size_t i = 0; i < timetable->n; i++)
                add_row(&timetable->rows[i], &out);
        buffer_puts(&out, "]}");
        puts(buffer_text(&out));
        return buffer_error(&out);
}
