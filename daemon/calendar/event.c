#include "calendar/event.h"

#include "calendar/event-data.h"

#include <errno.h>
#include <string.h>

enum { OVERRIDES_MAX = 2000 };

/* What is open while the lines are read. */
typedef struct Collecting {
        Event *event;
        Component *component; /* NULL outside of one */
        Alarm *alarm;
        const char *zone_text; /* the BEGIN:VTIMEZONE that is open */
        size_t zone_line;
        size_t n_calendars;
        InputError *error;
} Collecting;

static int refuse(InputError *error, size_t line, const char *where, const char *what)
{
        input_error_set(error, line, where, "%s", what);
        return EVENT_E_INVALID;
}

/* Room for one more item in an arena's array; the old array is left to the arena. */
static void *grow(Arena *arena, void *items, size_t n, size_t *allocated, size_t size)
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

static int add_line(Arena *arena, ContentLine **lines, size_t *n, size_t *allocated, const ContentLine *line)
{
        *lines = grow(arena, *lines, *n, allocated, sizeof(**lines));
        if (!*lines)
                return -ENOMEM;
        int r = copy_line(arena, line, &(*lines)[*n]);
        (*n)++;
        return r;
}

static int begin_component(Collecting *c, const ContentLine *line)
{
        Event *event = c->event;
        if (event->n_components == OVERRIDES_MAX)
                return refuse(c->error, line->number, line->value, "has too many overrides");
        Component *components = grow(&event->arena, event->components, event->n_components,
                        &event->components_allocated, sizeof(*components));
        if (!components)
                return -ENOMEM;
        event->components = components;
        c->component = &components[event->n_components++];
        *c->component = (Component){ .name = strcmp(line->value, "VEVENT") == 0 ? "VEVENT" : "VJOURNAL",
                .line = line->number };
        return 0;
}

static int begin_alarm(Collecting *c, const ContentLine *line)
{
        Alarm *alarm = arena_allocate(&c->event->arena, sizeof(*alarm));
        if (!alarm)
                return -ENOMEM;
        alarm->line = line->number;
        if (c->component->last_alarm)
                c->component->last_alarm->next = alarm;
        else
                c->component->alarms = alarm;
        c->component->last_alarm = c->alarm = alarm;
        return 0;
}

static int on_begin(Collecting *c, const ContentLine *line)
{
        if (line->depth == 0) {
                if (strcmp(line->value, "VCALENDAR") != 0 || c->n_calendars++ > 0)
                        return refuse(c->error, line->number, line->value,
                                        "one VCALENDAR is expected, and nothing else");
                return 0;
        }
        if (line->depth == 1 && (strcmp(line->value, "VEVENT") == 0 || strcmp(line->value, "VJOURNAL") == 0))
                return begin_component(c, line);
        if (line->depth == 1 && strcmp(line->value, "VTIMEZONE") == 0) {
                c->zone_text = line->raw;
                c->zone_line = line->number;
                return 0;
        }
        if (line->depth == 1)
                return refuse(c->error, line->number, line->value,
                                "is not kept here: only VEVENT, and VJOURNAL with STATUS:DRAFT, are");
        if (line->depth == 2 && c->component && strcmp(line->value, "VALARM") == 0)
                return begin_alarm(c, line);
        return 0;
}

static int end_zone(Collecting *c, const ContentLine *line)
{
        OwnZone *own = arena_allocate(&c->event->arena, sizeof(*own));
        if (!own)
                return -ENOMEM;
        int r = zone_from_vtimezone(
                        c->zone_text, (size_t)(line->raw + line->raw_len - c->zone_text), &own->zone);
        if (r == ZONE_E_INVALID)
                return refuse(c->error, c->zone_line, "VTIMEZONE", "is no time zone that makes sense");
        if (r != 0)
                return r;
        own->next = c->event->own_zones;
        c->event->own_zones = own;
        c->zone_text = NULL;
        return 0;
}

static int on_end(Collecting *c, const ContentLine *line)
{
        if (line->depth == 1 && c->zone_text)
                return end_zone(c, line);
        if (line->depth == 1)
                c->component = NULL;
        if (line->depth == 2)
                c->alarm = NULL;
        return 0;
}

static int on_line(Collecting *c, const ContentLine *line)
{
        if (strcmp(line->name, "BEGIN") == 0)
                return on_begin(c, line);
        if (strcmp(line->name, "END") == 0)
                return on_end(c, line);
        if (line->depth == 0)
                return refuse(c->error, line->number, line->name, "stands outside of the VCALENDAR");
        if (c->alarm && line->depth == 3)
                return add_line(&c->event->arena, &c->alarm->lines, &c->alarm->n_lines,
                                &c->alarm->lines_allocated, line);
        if (c->component && line->depth == 2)
                return add_line(&c->event->arena, &c->component->lines, &c->component->n_lines,
                                &c->component->lines_allocated, line);
        return 0;
}

static int collect(Event *event, InputError *error)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(event->text, event->len, &CONTENT_LIMITS_OBJECT);
        Collecting collecting = { .event = event, .error = error };
        ContentLine line;
        if (!reader)
                return -ENOMEM;
        for (;;) {
                int r = content_reader_next(reader, &line, error);
                if (r == CONTENT_END)
                        break;
                if (r != 0)
                        return r == CONTENT_E_INVALID ? EVENT_E_INVALID : r;
                r = on_line(&collecting, &line);
                if (r != 0)
                        return r;
        }
        if (event->n_components == 0)
                return refuse(error, 1, "VCALENDAR", "has no VEVENT and no VJOURNAL");
        return 0;
}

int event_parse(ZoneTable *zones, const char *text, size_t len, Event **ret, InputError *ret_error)
{
        CLEANUP(event_freep) Event *event = calloc(1, sizeof(*event));
        if (!event)
                return -ENOMEM;
        event->zones = zones;
        event->text = arena_copy(&event->arena, text, len);
        event->len = len;
        if (!event->text)
                return -ENOMEM;
        InputError unused;
        InputError *error = ret_error ? ret_error : &unused;
        int r = collect(event, error);
        if (r == 0)
                r = event_check(event, error);
        if (r == 0)
                *ret = TAKE_PTR(event);
        return r;
}

Event *event_free(Event *event)
{
        if (!event)
                return NULL;
        for (OwnZone *own = event->own_zones; own; own = own->next)
                zone_unref(own->zone);
        arena_done(&event->arena);
        free(event);
        return NULL;
}

/* By the first letter first: most names differ in it, and a page asks for thousands of them. */
const ContentLine *event_find_line(const ContentLine *lines, size_t n, const char *name, size_t index)
{
        for (size_t i = 0; i < n; i++)
                if (lines[i].name[0] == name[0] && strcmp(lines[i].name, name) == 0 && index-- == 0)
                        return &lines[i];
        return NULL;
}

const char *event_unescape(Event *event, const char *value, size_t len)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(len);
        content_unescape(&text, value, len);
        return buffer_error(&text) ? NULL : arena_copy(&event->arena, buffer_text(&text), text.len);
}

const char *event_text(const Event *event, size_t *ret_len)
{
        *ret_len = event->len;
        return event->text;
}

const char *event_uid(const Event *event)
{
        return event->components[0].uid;
}

int event_sequence(const Event *event)
{
        return event->components[0].sequence;
}

bool event_is_draft(const Event *event)
{
        return event->components[0].name[1] == 'J';
}

EventStatus event_status(const Event *event)
{
        return event->components[0].status;
}

EventClass event_class(const Event *event)
{
        return event->components[0].class;
}

usec_t event_stamp(const Event *event)
{
        usec_t newest = 0;
        for (size_t i = 0; i < event->n_components; i++)
                if (event->components[i].stamp > newest)
                        newest = event->components[i].stamp;
        return newest;
}

When event_start(const Event *event)
{
        return event->components[0].start;
}

When event_end(const Event *event)
{
        return event->components[0].end;
}

bool event_is_recurring(const Event *event)
{
        return event->has_rule || event->rdates.n > 0 || event->n_components > 1;
}

const Zone *event_zone(const Event *event, const Zone *fallback)
{
        const Component *master = &event->components[0];
        const ContentLine *own = event_find_line(master->lines, master->n_lines, "X-CONVENED-TZID", 0);
        const Zone *zone;
        if (own && zone_table_get(event->zones, own->value, &zone) == 0)
                return zone;
        return master->start.form == WHEN_ZONED ? master->start.zone : fallback;
}

/* Decoding fills the event's arena only: what was parsed does not change. */
static const char *component_text(const Event *event, const Component *component, const char *name)
{
        const ContentLine *line = event_find_line(component->lines, component->n_lines, name, 0);
        return line ? event_unescape((Event *)event, line->value, line->value_len) : NULL;
}

const char *event_text_property(const Event *event, const char *name)
{
        return component_text(event, &event->components[0], name);
}

const ContentLine *event_property_line(const Event *event, const char *name, size_t index)
{
        return event_find_line(event->components[0].lines, event->components[0].n_lines, name, index);
}

const char *event_category(const Event *event, size_t index)
{
        return index < event->n_categories ? event->categories[index] : NULL;
}

const char *event_parent(const Event *event)
{
        return event->parent;
}

bool event_alarm(const Event *event, size_t index, Lead *ret)
{
        for (const Alarm *alarm = event->components[0].alarms; alarm; alarm = alarm->next) {
                size_t n = alarm->email ? alarm->n_leads : 0;
                if (index < n) {
                        *ret = alarm->leads[index];
                        return true;
                }
                index -= n;
        }
        return false;
}

const char *occurrence_text(const Event *event, const Occurrence *occurrence, const char *name)
{
        const char *own = component_text(event, &event->components[occurrence->component], name);
        return own ? own : event_text_property(event, name);
}
