#include "office/match-sheets.h"

#include "base/html.h"
#include "base/url.h"
#include "office/layout.h"
#include "office/meeting-parts.h"
#include "office/write.h"
#include "web/page.h"

#include <string.h>

struct MatchSheets {
        const char *name; /* in the query */
        TimetableSheets by;
        OfficeWord title;
};

static const MatchSheets all[] = {
        { "hour", SHEETS_BY_HOUR, OFFICE_WORD(match_by_hour) },
        { "table", SHEETS_BY_TABLE, OFFICE_WORD(match_by_table) },
        { "participant", SHEETS_BY_PARTICIPANT, OFFICE_WORD(match_by_participant) },
};

enum { N_SHEETS = sizeof(all) / sizeof(all[0]) };

const MatchSheets *match_sheets_find(const char *name)
{
        for (size_t i = 0; i < N_SHEETS; i++)
                if (strcmp(all[i].name, name) == 0)
                        return &all[i];
        return NULL;
}

void match_sheets_write_links(OfficeCall *call, const char *event)
{
        buffer_printf(&call->out, "<p class=\"noprint\">%s", call->strings->match_sheets);
        for (size_t i = 0; i < N_SHEETS; i++) {
                buffer_printf(&call->out, "%s <a href=\"/office/match?by=%s&amp;event=", i > 0 ? " ·" : "",
                                all[i].name);
                url_escape(&call->out, event);
                buffer_printf(&call->out, "\">%s</a>", office_word(call->strings, all[i].title));
        }
        buffer_puts(&call->out, "</p>\n");
}

static void write_column(OfficeCall *call, const char *title)
{
        buffer_printf(&call->out, "<th scope=\"col\">%s</th>", title);
}

/* The time is the heading of a sheet by hour, and the place that of a sheet of a table. */
static void begin_sheet(OfficeCall *call, const Zone *zone, TimetableSheets by, const SheetEntry *entry)
{
        const OfficeStrings *strings = call->strings;
        const When start = when_of_instant(zone, entry->row->start);
        const When end = when_of_instant(zone, entry->row->end);
        buffer_printf(&call->out, "<section class=\"sheet%s\"><h3>", by == SHEETS_BY_HOUR ? "" : " alone");
        if (entry->heading)
                page_write_text(&call->out, &call->view, entry->heading);
        else
                write_span(call, &start, &end);
        buffer_puts(&call->out, "</h3>\n<table class=\"rows\"><thead><tr>");
        if (by != SHEETS_BY_HOUR)
                write_column(call, strings->when);
        if (by != SHEETS_BY_TABLE)
                write_column(call, strings->place);
        write_column(call, strings->match_people);
        write_column(call, strings->state);
        buffer_puts(&call->out, "</tr></thead>\n<tbody>\n");
}

static void end_sheet(OfficeCall *call)
{
        buffer_puts(&call->out, "</tbody></table></section>\n");
}

static void write_entry(OfficeCall *call, const Zone *zone, TimetableSheets by, const SheetEntry *entry)
{
        const TimetableRow *row = entry->row;
        const When start = when_of_instant(zone, row->start), end = when_of_instant(zone, row->end);
        buffer_puts(&call->out, "<tr>");
        if (by != SHEETS_BY_HOUR) {
                buffer_puts(&call->out, "<td class=\"when\">");
                write_span(call, &start, &end);
                buffer_puts(&call->out, "</td>");
        }
        if (by != SHEETS_BY_TABLE) {
                buffer_puts(&call->out, "<td>");
                html_escape(&call->out, row->place);
                buffer_puts(&call->out, "</td>");
        }
        buffer_puts(&call->out, "<th scope=\"row\">");
        page_write_text(&call->out, &call->view, entry->other ? entry->other : row->names[0]);
        buffer_puts(&call->out, entry->other ? "" : " – ");
        page_write_text(&call->out, &call->view, entry->other ? "" : row->names[1]);
        buffer_printf(&call->out, "</th><td>%s</td></tr>\n",
                        row->state == TIMETABLE_BOOKED ? meeting_parts_state(call, row->meeting)
                                                       : call->strings->match_proposed);
}

int match_sheets_write(OfficeCall *call, const char *title, const Zone *zone, const Timetable *timetable,
                const MatchSheets *sheets)
{
        CLEANUP(cleanup_free) SheetEntry *entries = NULL;
        size_t n = 0;
        int r = sheets_list(timetable, sheets->by, call->strings->match_no_place, &entries, &n);
        buffer_puts(&call->out, "<h2>");
        page_write_text(&call->out, &call->view, title);
        buffer_puts(&call->out, "</h2>\n");
        for (size_t i = 0; r == 0 && i < n; i++) {
                if (sheets_begin(&entries[i], i > 0 ? &entries[i - 1] : NULL)) {
                        if (i > 0)
                                end_sheet(call);
                        begin_sheet(call, zone, sheets->by, &entries[i]);
                }
                write_entry(call, zone, sheets->by, &entries[i]);
        }
        if (r == 0 && n > 0)
                end_sheet(call);
        else if (r == 0)
                buffer_printf(&call->out, "<p class=\"nothing\">%s</p>\n", call->strings->match_no_meetings);
        return r;
}
