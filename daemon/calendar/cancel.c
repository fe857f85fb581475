#include "calendar/cancel.h"

#include "base/contentline.h"
#include "calendar/line-map.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

typedef struct Cancel {
        Buffer *out, *lines;
        Buffer start; /* the DTSTART to add to the open VEVENT */
        bool is_event, has_start, adds;
} Cancel;

/*
 * Writes the DTSTART that an instance gets from its RECURRENCE-ID. A midnight is a day: Exchange writes it
 * for a day of an all-day series.
 */
static void write_start(Cancel *cancel, const ContentLine *id)
{
        enum { DAY_DIGITS = 8 };
        if (id->value_len > DAY_DIGITS && strncasecmp(id->value + DAY_DIGITS, "T000000", 7) == 0) {
                buffer_reset(&cancel->start);
                buffer_printf(&cancel->start, "DTSTART;VALUE=DATE:%.*s\r\n", DAY_DIGITS, id->value);
                return;
        }
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes);
        buffer_puts(&line, "DTSTART");
        for (size_t i = 0; i < id->n_params; i++)
                if (strcmp(id->params[i].name, "RANGE") != 0)
                        content_write_param(&line, id->params[i].name, id->params[i].value);
        buffer_printf(&line, ":%s", id->value);
        buffer_reset(&cancel->start);
        content_fold(&cancel->start, buffer_text(&line), line.len);
}

static void begin_event(Cancel *cancel, const ContentLine *line)
{
        cancel->is_event = strcmp(line->value, "VEVENT") == 0;
        cancel->has_start = false;
        buffer_reset(&cancel->start);
        buffer_puts(&cancel->start, "DTSTART:19700101T000000Z\r\n");
}

static void take(const ContentLine *line, void *userdata)
{
        Cancel *cancel = userdata;
        bool is_end = line->depth == 1 && strcmp(line->name, "END") == 0;
        if (line->depth == 1 && strcmp(line->name, "BEGIN") == 0)
                begin_event(cancel, line);
        else if (line->depth == 2 && strcmp(line->name, "RECURRENCE-ID") == 0)
                write_start(cancel, line);
        else if (line->depth == 2 && strcmp(line->name, "DTSTART") == 0)
                cancel->has_start = true;
        if (is_end && cancel->is_event && !cancel->has_start) {
                buffer_append(cancel->out, cancel->start.data, cancel->start.len);
                line_map_add(cancel->lines, cancel->start.data, cancel->start.len, 0);
                cancel->adds = true;
        }
}

bool cancel_add_starts(const char *text, size_t len, Buffer *out, Buffer *lines)
{
        Cancel cancel = {
                .out = out, .lines = lines, .start = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes * 2)
        };
        bool is_whole = line_map_copy(text, len, take, &cancel, out, lines);
        buffer_done(&cancel.start);
        return is_whole && cancel.adds;
}
