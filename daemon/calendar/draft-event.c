#include "calendar/draft-event.h"

#include "base/contentline.h"
#include "base/phrase.h"
#include "base/time.h"
#include "calendar/edit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DAY_SIZE = 32, PROPERTIES_MAX = 8 };

/* The lines of a VJOURNAL that say when the event is. */
typedef struct DraftLines {
        Buffer draft;         /* the text, as a draft without a date */
        Buffer params, start; /* of its DTSTART */
        char proposed_start[DAY_SIZE], proposed_end[DAY_SIZE];
        char zone[64];
        bool has_start, is_unpublished, is_proposed;
} DraftLines;

static void lines_init(DraftLines *lines)
{
        *lines = (DraftLines){ .draft = BUFFER_INIT(DRAFT_EVENT_MAX_BYTES),
                .params = BUFFER_INIT(DRAFT_EVENT_MAX_BYTES),
                .start = BUFFER_INIT(DRAFT_EVENT_MAX_BYTES) };
}

static void lines_done(DraftLines *lines)
{
        buffer_done(&lines->draft);
        buffer_done(&lines->params);
        buffer_done(&lines->start);
}

static void keep_text(const ContentLine *line, char *ret, size_t size)
{
        snprintf(ret, size, "%s", line->value);
}

static void take_start(DraftLines *lines, const ContentLine *line)
{
        for (size_t i = 0; i < line->n_params; i++)
                content_write_param(&lines->params, line->params[i].name, line->params[i].value);
        buffer_append(&lines->start, line->value, line->value_len);
        lines->has_start = true;
}

/* Takes a property. Return: whether it stays in the draft. */
static bool take_property(DraftLines *lines, const ContentLine *line)
{
        if (strcmp(line->name, "X-CONVENED-PROPOSED-START") == 0)
                keep_text(line, lines->proposed_start, sizeof(lines->proposed_start));
        else if (strcmp(line->name, "X-CONVENED-PROPOSED-END") == 0)
                keep_text(line, lines->proposed_end, sizeof(lines->proposed_end));
        else if (strcmp(line->name, "X-CONVENED-TZID") == 0)
                keep_text(line, lines->zone, sizeof(lines->zone));
        else if (strcmp(line->name, "X-CONVENED-DRAFT-DIGEST") == 0)
                lines->is_proposed = true;
        else if (strcmp(line->name, "STATUS") == 0)
                lines->is_unpublished = strcasecmp(line->value, "DRAFT") == 0 ||
                                        strcasecmp(line->value, "CANCELLED") == 0;
        else if (strcmp(line->name, "DTSTART") == 0 && !lines->has_start)
                take_start(lines, line);
        return strcmp(line->name, "STATUS") != 0 && strcmp(line->name, "DTSTART") != 0;
}

static void take_line(DraftLines *lines, const ContentLine *line, bool *in_journal)
{
        bool begins = strcmp(line->name, "BEGIN") == 0, ends = strcmp(line->name, "END") == 0;
        if (line->depth == 1 && (begins || ends))
                *in_journal = begins && strcmp(line->value, "VJOURNAL") == 0;
        bool is_property = *in_journal && line->depth == 2 && !begins && !ends;
        if (!is_property || take_property(lines, line))
                buffer_append(&lines->draft, line->raw, line->raw_len);
        if (*in_journal && begins && line->depth == 1)
                buffer_puts(&lines->draft, "STATUS:DRAFT\r\n");
}

static int read_lines(const char *text, size_t len, DraftLines *lines, InputError *ret_error)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_OBJECT);
        bool in_journal = false;
        ContentLine line;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0 && (r = content_reader_next(reader, &line, ret_error)) == 0)
                take_line(lines, &line, &in_journal);
        return r == CONTENT_END ? buffer_error(&lines->draft) : r == CONTENT_E_INVALID ? EVENT_E_INVALID : r;
}

bool draft_event_is_due(const char *text, size_t len)
{
        CLEANUP(lines_done) DraftLines lines;
        lines_init(&lines);
        return memmem(text, len, "VJOURNAL", strlen("VJOURNAL")) &&
               read_lines(text, len, &lines, NULL) == 0 && !lines.is_unpublished;
}

/*
 * Makes a value of a day as `convene draft` writes it, 2027-01-05 or 2027-01-05T10:00.
 * @after: days after it; only without a time
 */
static bool make_day(const char *proposed, int after, bool *ret_is_date, char ret[static DAY_SIZE])
{
        int year, month, day, hour, minute;
        int n = sscanf(proposed, "%4d-%2d-%2dT%2d:%2d", &year, &month, &day, &hour, &minute);
        *ret_is_date = n == 3;
        if (n != 3 && n != 5)
                return false;
        CivilTime civil = civil_from_days(civil_days(year, month, day) + (n == 3 ? after : 0));
        int len = snprintf(ret, DAY_SIZE, "%04d%02d%02d", civil.year % 10000, civil.month, civil.day);
        if (n == 5)
                snprintf(ret + len, DAY_SIZE - (size_t)len, "T%02d%02d00", hour % 24, minute % 60);
        return true;
}

typedef struct Days {
        char start[DAY_SIZE], end[DAY_SIZE], params[96];
        bool has_start, has_end;
} Days;

static Days proposed_days(const DraftLines *lines)
{
        Days days = { .start = "" };
        bool is_date, ends_by_date;
        days.has_start = make_day(lines->proposed_start, 0, &is_date, days.start);
        days.has_end = days.has_start && make_day(lines->proposed_end, 1, &ends_by_date, days.end) &&
                       is_date == ends_by_date;
        if (days.has_start && is_date)
                strcpy(days.params, ";VALUE=DATE");
        else if (lines->zone[0])
                snprintf(days.params, sizeof(days.params), ";TZID=%s", lines->zone);
        return days;
}

static int write_event(
                ZoneTable *zones, const DraftLines *lines, usec_t now, Buffer *out, InputError *ret_error)
{
        CLEANUP(event_freep) Event *draft = NULL;
        EditProperty properties[PROPERTIES_MAX + 1] = { { .name = "X-CONVENED-PROPOSED-START" },
                { .name = "X-CONVENED-PROPOSED-END" } };
        size_t n = 2;
        const Days days = proposed_days(lines);
        int r = event_parse(zones, buffer_text(&lines->draft), lines->draft.len, &draft, ret_error);
        if (r != 0)
                return r;
        if (!lines->has_start && !days.has_start) {
                input_error_set(ret_error, 1, "VEVENT", "%s", phrase("has no DTSTART"));
                return EVENT_E_INVALID;
        }
        properties[n++] = (EditProperty){ .name = "DTSTART",
                .params = lines->has_start ? buffer_text(&lines->params) : days.params,
                .value = lines->has_start ? buffer_text(&lines->start) : days.start };
        if (!lines->has_start && days.has_end)
                properties[n++] =
                                (EditProperty){ .name = "DTEND", .params = days.params, .value = days.end };
        if (lines->is_proposed && event_class(draft) == EVENT_CONFIDENTIAL)
                properties[n++] = (EditProperty){ .name = "CLASS" };
        edit_event(draft, properties, now, out);
        return buffer_error(out);
}

int draft_event_write(ZoneTable *zones, const char *text, size_t len, usec_t now, Buffer *out,
                InputError *ret_error)
{
        CLEANUP(lines_done) DraftLines lines;
        lines_init(&lines);
        int r = read_lines(text, len, &lines, ret_error);
        return r != 0 ? r : write_event(zones, &lines, now, out, ret_error);
}
