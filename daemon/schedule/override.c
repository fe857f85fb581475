#include "schedule/override.h"

#include "calendar/object-times.h"
#include "calendar/value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LINE_SIZE = 1200, DAY_SECONDS = 24 * 3600 };

/* Writes a property with the time of the instance. */
static int set_time(Arena *arena, ItipComponent *component, const char *name, const ContentLine *date,
                const char *value)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_SIZE);
        static const char *const kept[] = { "TZID", "VALUE" };
        buffer_puts(&line, name);
        for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
                if (content_line_param(date, kept[i]))
                        content_write_param(&line, kept[i], content_line_param(date, kept[i]));
        buffer_printf(&line, ":%s", value);
        return buffer_error(&line) ? buffer_error(&line)
                                   : itip_set(arena, component, name, buffer_text(&line));
}

/* Replaces the end of the master by a DURATION, because the instance has another start. */
static int set_duration(Arena *arena, const ItipObject *object, const ItipComponent *master,
                ItipComponent *component)
{
        char line[64];
        When start, end;
        const ItipLine *first = itip_line(master, "DTSTART", NULL);
        const char *name = strcmp(master->name, "VTODO") == 0 ? "DUE" : "DTEND";
        const ItipLine *last = itip_line(master, name, NULL);
        if (!first || !last)
                return 0;
        if (!itip_when(object, &first->content, first->content.value, &start) ||
                        !itip_when(object, &last->content, last->content.value, &end))
                return 0;
        int64_t seconds = (when_instant(&end, NULL) - when_instant(&start, NULL)) / USEC_PER_SEC;
        if (seconds <= 0)
                return itip_set(arena, component, name, NULL);
        if (start.form == WHEN_DATE)
                snprintf(line, sizeof(line), "DURATION:P%" PRId64 "D", seconds / DAY_SECONDS);
        else
                snprintf(line, sizeof(line), "DURATION:PT%" PRId64 "S", seconds);
        int r = itip_set(arena, component, name, NULL);
        return r != 0 ? r : itip_set(arena, component, "DURATION", line);
}

int override_make(Arena *arena, const ItipObject *object, const ItipComponent *master,
                const ContentLine *date, const char *value, ItipComponent **ret)
{
        static const char *const of_series[] = { "RRULE", "RDATE", "EXDATE", "EXRULE" };
        char instance[32];
        ItipComponent *component = itip_copy(arena, master);
        itip_instance(object, date, value, instance);
        const char *key = arena_copy(arena, instance, strlen(instance));
        if (!component || !key)
                return -ENOMEM;
        component->instance = key;
        component->inner = master->inner;
        component->inner_len = master->inner_len;
        int r = set_duration(arena, object, master, component);
        if (r == 0)
                r = set_time(arena, component, "DTSTART", date, value);
        if (r == 0)
                r = set_time(arena, component, "RECURRENCE-ID", date, value);
        for (size_t i = 0; r == 0 && i < sizeof(of_series) / sizeof(of_series[0]); i++)
                r = itip_set(arena, component, of_series[i], NULL);
        if (r == 0)
                *ret = component;
        return r;
}

/* ---- The time of an instance ---- */

/* In seconds. A date without an end takes a day, another time takes none (RFC 5545, 3.6.1). */
typedef struct Span {
        int64_t start, length;
} Span;

static bool read_span(const ItipObject *object, const ItipComponent *component, Span *ret)
{
        When start, end;
        Duration duration;
        const ItipLine *first = itip_line(component, "DTSTART", NULL);
        const ItipLine *last =
                        itip_line(component, strcmp(component->name, "VTODO") == 0 ? "DUE" : "DTEND", NULL);
        const ItipLine *length = itip_line(component, "DURATION", NULL);
        if (!first || !itip_when(object, &first->content, first->content.value, &start) ||
                        (last && !itip_when(object, &last->content, last->content.value, &end)) ||
                        (length && value_parse_duration(length->content.value, &duration) < 0))
                return false;
        ret->start = when_instant(&start, NULL) / USEC_PER_SEC;
        ret->length = last     ? when_instant(&end, NULL) / USEC_PER_SEC - ret->start
                      : length ? duration_seconds(&duration)
                               : (start.form == WHEN_DATE ? DAY_SECONDS : 0);
        return true;
}

bool override_is_at_time(const ItipObject *object, const ItipComponent *override,
                const ItipObject *master_object, const ItipComponent *master)
{
        Span own, of_series;
        When instance;
        const ItipLine *date = itip_line(override, "RECURRENCE-ID", NULL);
        if (!date || !itip_when(object, &date->content, date->content.value, &instance) ||
                        !read_span(object, override, &own) || !read_span(master_object, master, &of_series))
                return true;
        return own.start == when_instant(&instance, NULL) / USEC_PER_SEC && own.length == of_series.length;
}

/* ---- The instances of a series ---- */

typedef struct InstanceSearch {
        usec_t start;
        bool found;
} InstanceSearch;

static int on_instance(const ObjectInstance *instance, void *userdata)
{
        InstanceSearch *search = userdata;
        search->found = search->found || instance->start == search->start;
        return 0;
}

/* Whether the rules of a series make an instance. The rules of tasks are not expanded. */
static int has_instance(
                const ItipObject *object, const ItipComponent *master, const ItipLine *date, bool *ret)
{
        CLEANUP(object_times_freep) ObjectTimes *times = NULL;
        const Zone *zone = NULL;
        const char *name = itip_value(master, "X-CONVENED-TZID");
        When when;
        *ret = false;
        if (!itip_line(master, "RRULE", NULL) && !itip_line(master, "RDATE", NULL))
                return 0;
        *ret = strcmp(master->name, "VEVENT") != 0;
        if (*ret || !itip_when(object, &date->content, date->content.value, &when))
                return 0;
        if (name[0] && zone_table_get(object->zones, name, &zone) != 0)
                zone = NULL;
        InstanceSearch search = { .start = when_instant(&when, zone) };
        const TimeRange range = { search.start, search.start + USEC_PER_SEC };
        int r = object_times_new(object->zones, object->tree, NULL, &times);
        if (r == 0)
                r = object_times_each_event(times, &range, on_instance, &search);
        *ret = search.found;
        return r;
}

int override_of(Arena *arena, const ItipObject *object, const ItipComponent *given, ItipComponent **ret)
{
        const ItipComponent *master = itip_find(object->components, "");
        const ItipLine *date = itip_line(given, "RECURRENCE-ID", NULL);
        bool found = false;
        *ret = itip_find(object->components, given->instance);
        if (*ret || !master || !date || itip_has_date(object, master, "EXDATE", given->instance))
                return 0;
        int r = has_instance(object, master, date, &found);
        return r == 0 && found ? override_make(arena, object, master, &date->content, date->content.value,
                                                 ret)
                               : r;
}
