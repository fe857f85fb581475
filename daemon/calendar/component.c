#include "calendar/component.h"

#include "base/phrase.h"

#include <errno.h>
#include <string.h>

const char *component_name(const Component *component)
{
        return component->is_availability ? "VAVAILABILITY" : component->is_draft ? "VJOURNAL" : "VEVENT";
}

EventClass event_class_of(const char *value)
{
        if (strcasecmp(value, "PUBLIC") == 0)
                return EVENT_PUBLIC;
        return strcasecmp(value, "CONFIDENTIAL") == 0 ? EVENT_CONFIDENTIAL : EVENT_PRIVATE;
}

/* The first letter is compared first: most names differ in it, and a page looks up thousands of names. */
const ContentLine *line_list_find(const LineList *lines, const char *name, size_t index)
{
        for (size_t i = 0; i < lines->n; i++)
                if (lines->items[i].name[0] == name[0] && strcmp(lines->items[i].name, name) == 0 &&
                                index-- == 0)
                        return &lines->items[i];
        return NULL;
}

void content_line_unfold(const ContentLine *line, Buffer *out)
{
        const char *at = line->raw, *end = at + line->raw_len;
        buffer_reset(out);
        while (at < end) {
                const char *line_feed = memchr(at, '\n', (size_t)(end - at));
                const char *stop = line_feed ? line_feed : end;
                size_t len = (size_t)(stop - at);
                if (line_feed && len > 0 && at[len - 1] == '\r')
                        len--;
                buffer_append(out, at, len);
                at = line_feed ? line_feed + 2 : end; /* past the blank that continues the line */
        }
}

void *list_grow(Arena *arena, void *items, size_t n, size_t *allocated, size_t size)
{
        if (n < *allocated)
                return items;
        size_t more = *allocated ? *allocated * 2 : 16;
        void *grown = arena_allocate(arena, more * size);
        if (!grown)
                return NULL;
        if (n > 0)
                memcpy(grown, items, n * size);
        *allocated = more;
        return grown;
}

static int copy_line(Arena *arena, const ContentLine *from, ContentLine *ret)
{
        *ret = *from;
        ContentParam *params =
                        from->n_params ? arena_allocate(arena, from->n_params * sizeof(*params)) : NULL;
        ret->name = arena_copy(arena, from->name, strlen(from->name));
        ret->group = NULL;
        ret->value = arena_copy(arena, from->value, from->value_len);
        ret->params = params;
        if (!ret->name || !ret->value || (from->n_params && !params))
                return -ENOMEM;
        for (size_t i = 0; i < from->n_params; i++) {
                params[i] = from->params[i];
                params[i].name = arena_copy(arena, from->params[i].name, strlen(from->params[i].name));
                params[i].value = arena_copy(arena, from->params[i].value, strlen(from->params[i].value));
                if (!params[i].name || !params[i].value)
                        return -ENOMEM;
        }
        return 0;
}

int line_list_add(LineList *lines, Arena *arena, const ContentLine *line)
{
        ContentLine *items = list_grow(arena, lines->items, lines->n, &lines->allocated, sizeof(*items));
        if (!items)
                return -ENOMEM;
        lines->items = items;
        return copy_line(arena, line, &lines->items[lines->n++]);
}

int when_list_add(WhenList *list, Arena *arena, const When *when)
{
        When *items = list_grow(arena, list->items, list->n, &list->allocated, sizeof(*items));
        if (!items)
                return -ENOMEM;
        list->items = items;
        list->items[list->n++] = *when;
        return 0;
}

int component_compare_versions(const Component *a, const Component *b)
{
        if (a->sequence != b->sequence)
                return a->sequence < b->sequence ? -1 : 1;
        if (a->stamp != b->stamp)
                return a->stamp < b->stamp ? -1 : 1;
        return (a->modified > b->modified) - (a->modified < b->modified);
}

int component_refuse(
                const Component *component, const char *property, const char *reason, InputError *ret_error)
{
        const ContentLine *line = property ? line_list_find(&component->lines, property, 0) : NULL;
        input_error_set(ret_error, line ? line->number : component->line,
                        property ? property : component_name(component), "%s", phrase(reason));
        return EVENT_E_INVALID;
}

static int64_t day_of(const When *when)
{
        return civil_days(when->civil.year, when->civil.month, when->civil.day);
}

/* Adds a duration to a start. Its days follow the wall clock; its hours are exact (RFC 5545, 3.3.6). */
static void set_nominal_end(When *end, const Duration *duration, const When *start, const Zone *zone)
{
        int64_t local = civil_seconds(&start->civil) + duration->days * SEC_PER_DAY;
        bool on_clock = start->form == WHEN_DATE || !zone || duration->seconds == 0;
        end->civil = civil_from_seconds(on_clock ? local + duration->seconds : local);
        if (!on_clock)
                when_set_instant(end, zone, zone_to_instant(zone, &end->civil) + duration->seconds);
}

/* Returns the end of an all-day instance, which lasts one day if there is no DTEND (RFC 5545, 3.6.1). */
static CivilTime end_day(const Component *component, const When *start)
{
        bool given = component->end.form != WHEN_NONE;
        return civil_from_days(
                        day_of(start) + (given ? day_of(&component->end) - day_of(&component->start) : 1));
}

/* Adds the exact length from DTSTART to DTEND to the start of an instance (RFC 5545, 3.8.5.3). */
static void set_exact_end(When *end, const Component *component, const When *start, const Zone *zone,
                const Zone *fallback)
{
        usec_t length = when_instant(&component->end, fallback) - when_instant(&component->start, fallback);
        when_set_instant(end, zone, when_instant(start, fallback) / USEC_PER_SEC + length / USEC_PER_SEC);
}

When component_end(const Component *component, const When *start, const Zone *fallback)
{
        When end = *start;
        const Zone *zone = when_clock(start, fallback);
        if (component->end_is_nominal)
                set_nominal_end(&end, &component->duration, start, zone);
        else if (start->form == WHEN_DATE)
                end.civil = end_day(component, start);
        else if (component->end.form != WHEN_NONE)
                set_exact_end(&end, component, start, zone, fallback);
        return end;
}
