/*
 * There are two passes. The first collects the AVAILABLE components of each UID. The second writes those of
 * one UID as VEVENTs into an object of its own and parses it. In messages, a line of that object is
 * replaced by the line of the VAVAILABILITY from which it comes.
 */

#include "calendar/availability.h"

#include "base/phrase.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { AVAILABLES_MAX = 500, HEAD_LINES = 1 };

#define HEAD "BEGIN:VCALENDAR\r\n"
#define TAIL "END:VCALENDAR\r\n"

/* One AVAILABLE: its lines without BEGIN and END. */
typedef struct Available {
        const char *text, *end;
        size_t line; /* of its BEGIN */
        size_t n_lines;
        const char *uid; /* NULL until it is read */
        bool is_done;
} Available;

typedef struct AvailableList {
        Available *items;
        size_t n, allocated;
        bool is_open;
} AvailableList;

static int refuse(InputError *error, size_t line, const char *where, const char *reason)
{
        input_error_set(error, line, where, "%s", phrase(reason));
        return EVENT_E_INVALID;
}

static int begin_block(Event *event, AvailableList *blocks, const ContentLine *line, InputError *error)
{
        if (blocks->n == AVAILABLES_MAX)
                return refuse(error, line->number, "AVAILABLE", "comes too often in one object");
        Available *items = list_grow(
                        &event->arena, blocks->items, blocks->n, &blocks->allocated, sizeof(*items));
        if (!items)
                return -ENOMEM;
        blocks->items = items;
        items[blocks->n++] = (Available){ .text = line->raw + line->raw_len, .line = line->number };
        blocks->is_open = true;
        return 0;
}

static int add_line(Event *event, AvailableList *blocks, const ContentLine *line, InputError *error)
{
        Available *block = blocks->is_open ? &blocks->items[blocks->n - 1] : NULL;
        if (line->depth == 2 && strcmp(line->name, "BEGIN") == 0 && strcmp(line->value, "AVAILABLE") == 0)
                return begin_block(event, blocks, line, error);
        if (block && line->depth == 2) {
                block->end = line->raw;
                block->n_lines = line->number - block->line - 1;
                blocks->is_open = false;
        }
        if (!block || line->depth != 3 || strcmp(line->name, "UID") != 0 || block->uid)
                return 0;
        block->uid = arena_copy(&event->arena, line->value, line->value_len);
        return block->uid ? 0 : -ENOMEM;
}

static int collect(Event *event, AvailableList *blocks, InputError *error)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(event->text, event->len, &CONTENT_LIMITS_OBJECT);
        ContentLine line;
        if (!reader)
                return -ENOMEM;
        for (;;) {
                int r = content_reader_next(reader, &line, error);
                if (r != 0)
                        return r == CONTENT_END ? 0 : r == CONTENT_E_INVALID ? EVENT_E_INVALID : r;
                r = add_line(event, blocks, &line, error);
                if (r != 0)
                        return r;
        }
}

static bool is_of(const Available *block, const Available *first)
{
        return !block->is_done && block->uid && strcmp(block->uid, first->uid) == 0;
}

static void write_series(const AvailableList *blocks, size_t first, Buffer *out)
{
        buffer_reset(out);
        buffer_puts(out, HEAD);
        for (size_t i = first; i < blocks->n; i++) {
                const Available *block = &blocks->items[i];
                if (!is_of(block, &blocks->items[first]))
                        continue;
                buffer_puts(out, "BEGIN:VEVENT\r\n");
                buffer_append(out, block->text, (size_t)(block->end - block->text));
                buffer_puts(out, "END:VEVENT\r\n");
        }
        buffer_puts(out, TAIL);
}

/* Returns the line of the VAVAILABILITY from which line @line of the series' text comes. */
static size_t trace_line(const AvailableList *blocks, size_t first, size_t line)
{
        size_t before = HEAD_LINES;
        for (size_t i = first; i < blocks->n; i++) {
                const Available *block = &blocks->items[i];
                if (!is_of(block, &blocks->items[first]))
                        continue;
                if (line <= before + block->n_lines + 2)
                        return block->line + (line > before ? line - before - 1 : 0);
                before += block->n_lines + 2;
        }
        return blocks->items[first].line;
}

static void set_done(AvailableList *blocks, size_t first)
{
        for (size_t i = blocks->n; i-- > first;)
                if (is_of(&blocks->items[i], &blocks->items[first]))
                        blocks->items[i].is_done = true;
}

static const char *hours_fault(const When *start, const When *end)
{
        if (start->form == WHEN_DATE || start->form == WHEN_FLOATING)
                return "must be in UTC or in a time zone";
        return when_instant(end, NULL) <= when_instant(start, NULL) ? "has no length" : NULL;
}

/* Checks what RFC 7953 requires in addition to RFC 5545. */
static int check_hours(const Event *series, InputError *error)
{
        for (size_t i = 0; i < series->n_components; i++) {
                const Component *component = &series->components[i];
                const char *fault = hours_fault(&component->start, &component->end);
                if (fault)
                        return component_refuse(component, "DTSTART", fault, error);
        }
        return 0;
}

static int add_series(Event *event, AvailableList *blocks, size_t first,
                int (*parse)(const Event *owner, const char *text, size_t len, Event **ret,
                                InputError *ret_error),
                InputError *error)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(2 * CONTENT_LIMITS_OBJECT.text_bytes);
        CLEANUP(event_freep) Event *series = NULL;
        write_series(blocks, first, &text);
        int r = buffer_error(&text);
        if (r == 0)
                r = parse(event, text.data, text.len, &series, error);
        if (r == 0)
                r = check_hours(series, error);
        if (r == EVENT_E_INVALID) {
                error->line = trace_line(blocks, first, error->line);
                if (strcmp(error->where, "VEVENT") == 0)
                        snprintf(error->where, sizeof(error->where), "AVAILABLE");
        }
        if (r != 0)
                return r;
        set_done(blocks, first);
        event->available[event->n_available++] = TAKE_PTR(series);
        return 0;
}

/* Refuses properties that belong in an AVAILABLE and not in the VAVAILABILITY itself. */
static int check_container(const Event *event, InputError *error)
{
        static const char *const names[] = { "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (line_list_find(&event->components[0].lines, names[i], 0))
                        return component_refuse(&event->components[0], names[i],
                                        "belongs to AVAILABLE, not to VAVAILABILITY", error);
        return 0;
}

int availability_check(Event *event,
                int (*parse)(const Event *owner, const char *text, size_t len, Event **ret,
                                InputError *ret_error),
                InputError *ret_error)
{
        AvailableList blocks = { 0 };
        int r = check_container(event, ret_error);
        if (r == 0)
                r = collect(event, &blocks, ret_error);
        if (r != 0)
                return r;
        event->available = calloc(blocks.n + 1, sizeof(*event->available));
        if (!event->available)
                return -ENOMEM;
        for (size_t i = 0; r == 0 && i < blocks.n; i++) {
                if (!blocks.items[i].uid)
                        r = refuse(ret_error, blocks.items[i].line, "AVAILABLE", "has no UID");
                else if (!blocks.items[i].is_done)
                        r = add_series(event, &blocks, i, parse, ret_error);
        }
        return r;
}
