#include "calendar/merge-cancel.h"

#include "calendar/component-build.h"

#include <stdio.h>
#include <string.h>

static bool has(const Component *component, const char *name)
{
        return line_list_find(&component->lines, name, 0);
}

/* Whether the source says a property of the series, or one that each version or instance has of its own. */
static bool is_own_property(const char *name)
{
        static const char *const names[] = { "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
                "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "STATUS", "DTSTART", "DTEND", "DURATION" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (strcmp(names[i], name) == 0)
                        return true;
        return false;
}

/* Whether the message says no other time than the instance's RECURRENCE-ID. */
static bool lacks_time(const Component *given, const Zone *zone)
{
        return !has(given, "DTEND") && !has(given, "DURATION") &&
               when_instant(&given->start, zone) == when_instant(&given->recurrence_id, zone);
}

/* Whether the start of the kept instance replaces that of the message. */
static bool takes_start(const Component *given, const Component *source, const Zone *zone)
{
        return source && source->is_override && lacks_time(given, zone) &&
               (source->start.form == WHEN_DATE) == (given->start.form == WHEN_DATE);
}

/*
 * Returns the start of an instance that an override describes: the original start, moved by as much time of
 * the clock as the override's start is moved from its RECURRENCE-ID.
 */
static When kept_start(const Component *given, const Component *source, const Zone *zone)
{
        When place = source->recurrence_id, start = source->start;
        when_set_instant(&place, when_clock(&place, zone),
                        when_instant(&given->recurrence_id, zone) / USEC_PER_SEC);
        int64_t behind = civil_seconds(&place.civil) - civil_seconds(&source->recurrence_id.civil);
        start.civil = civil_from_seconds(civil_seconds(&start.civil) + behind);
        return start;
}

static void write_time(Buffer *out, const char *name, const When *when)
{
        char value[17], params[WHEN_PARAMS_SIZE];
        when_format(when, value);
        int r = when_params(when, params);
        if (r == 0)
                component_build_line(&(BuildProperty){ name, params, value, false }, out);
        else if (out->error == 0)
                out->error = r;
}

static void write_lines(Buffer *out, const LineList *lines, const char *name)
{
        for (size_t i = 0; i < lines->n; i++)
                if (lines->items[i].depth == 2 && strcmp(lines->items[i].name, name) == 0)
                        buffer_append(out, lines->items[i].raw, lines->items[i].raw_len);
}

/* Writes the time of the kept instance, as far as the message lacks it. */
static void complete_time(const Component *given, const Component *source, const Zone *zone, Buffer *out)
{
        bool takes = takes_start(given, source, zone);
        When start = takes ? kept_start(given, source, zone) : given->start;
        if (takes)
                write_time(out, "DTSTART", &start);
        if (has(given, "DTEND") || has(given, "DURATION") ||
                        (source->start.form == WHEN_DATE) != (start.form == WHEN_DATE))
                return;
        write_lines(out, &source->lines, "DURATION");
        if (has(source, "DTEND")) {
                When end = component_end(source, &start, zone);
                write_time(out, "DTEND", &end);
        }
}

static void complete(const Component *given, const Component *source, const Zone *zone, Buffer *out)
{
        if (!source)
                return;
        complete_time(given, source, zone, out);
        for (size_t i = 0; i < source->lines.n; i++) {
                const ContentLine *line = &source->lines.items[i];
                if (line->depth == 2 && !is_own_property(line->name) && !has(given, line->name))
                        buffer_append(out, line->raw, line->raw_len);
        }
}

void merge_write_cancelled(const Component *given, const Component *source, const Zone *zone,
                const ContentLine *line, Buffer *out)
{
        bool is_left_out = line->depth == 2 &&
                           (strcmp(line->name, "STATUS") == 0 ||
                                           (strcmp(line->name, "DTSTART") == 0 &&
                                                           takes_start(given, source, zone)));
        if (!is_left_out)
                buffer_append(out, line->raw, line->raw_len);
        if (line->depth != 1 || strcmp(line->name, "BEGIN") != 0)
                return;
        buffer_puts(out, "STATUS:CANCELLED\r\n");
        complete(given, source, zone, out);
}
