/*
 * Parses an object's text into an Event: collects the lines of each component, makes zones of the
 * VTIMEZONEs, and then checks the event (calendar/event-check).
 */

#include "base/phrase.h"
#include "calendar/availability.h"
#include "calendar/event-check.h"
#include "calendar/event-data.h"
#include "calendar/offer.h"
#include "calendar/part.h"
#include "calendar/participant-internal.h"

#include <errno.h>
#include <string.h>

enum { OVERRIDES_MAX = 2000 };

/* The state of the pass over the lines: the event and the components that are open. */
typedef struct Collecting {
        Event *event;
        Component *component; /* NULL outside a VEVENT, VJOURNAL or VAVAILABILITY */
        Alarm *alarm;
        ComponentPart *part;
        const char *zone_text; /* the VTIMEZONE from its BEGIN on; NULL outside a VTIMEZONE */
        size_t zone_line;
        size_t n_calendars;
        InputError *error;
} Collecting;

static int refuse(InputError *error, size_t line, const char *where, const char *what)
{
        input_error_set(error, line, where, "%s", phrase(what));
        return EVENT_E_INVALID;
}

static int begin_component(Collecting *c, const ContentLine *line)
{
        Event *event = c->event;
        if (event->n_components == OVERRIDES_MAX)
                return refuse(c->error, line->number, line->value, "has too many overrides");
        Component *components = list_grow(&event->arena, event->components, event->n_components,
                        &event->components_allocated, sizeof(*components));
        if (!components)
                return -ENOMEM;
        event->components = components;
        c->component = &components[event->n_components++];
        *c->component = (Component){
                .is_draft = strcmp(line->value, "VJOURNAL") == 0,
                .is_availability = strcmp(line->value, "VAVAILABILITY") == 0,
                .line = line->number,
        };
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

static int begin_part(Collecting *c, const ContentLine *line)
{
        ComponentPart *part = arena_allocate(&c->event->arena, sizeof(*part));
        if (!part || !(part->name = arena_copy(&c->event->arena, line->value, line->value_len)))
                return -ENOMEM;
        part->line = line->number;
        if (c->component->last_part)
                c->component->last_part->next = part;
        else
                c->component->parts = part;
        c->component->last_part = c->part = part;
        return 0;
}

static bool is_kept(const char *name)
{
        return strcmp(name, "VEVENT") == 0 || strcmp(name, "VJOURNAL") == 0 ||
               strcmp(name, "VAVAILABILITY") == 0;
}

static int on_begin(Collecting *c, const ContentLine *line)
{
        if (line->depth == 0) {
                if (strcmp(line->value, "VCALENDAR") != 0 || c->n_calendars++ > 0)
                        return refuse(c->error, line->number, line->value,
                                        "one VCALENDAR is expected, and nothing else");
                return 0;
        }
        if (line->depth == 1 && is_kept(line->value))
                return begin_component(c, line);
        if (line->depth == 1 && strcmp(line->value, "VTIMEZONE") == 0) {
                c->zone_text = line->raw;
                c->zone_line = line->number;
                return 0;
        }
        /*
         * An experimental component beside the others is kept with the text, and not read (RFC 5545, 3.6).
         */
        if (line->depth == 1 && strncmp(line->value, "X-", 2) == 0)
                return 0;
        if (line->depth == 1)
                return refuse(c->error, line->number, line->value,
                                "is not kept here: only VEVENT, VAVAILABILITY, and VJOURNAL with STATUS:DRAFT, are");
        if (line->depth == 2 && c->component && strcmp(line->value, "VALARM") == 0)
                return begin_alarm(c, line);
        if (line->depth == 2 && c->component && part_is_read(line->value))
                return begin_part(c, line);
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
                return refuse(c->error, c->zone_line, "VTIMEZONE", "is no valid time zone");
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
                c->alarm = NULL, c->part = NULL;
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
        if (c->component && line->depth == 2 && strncmp(line->name, "X-CONVENED-", 11) == 0)
                c->component->has_own_properties = true;
        LineList *lines = c->alarm && line->depth == 3       ? &c->alarm->lines
                          : c->part && line->depth == 3      ? &c->part->lines
                          : c->component && line->depth == 2 ? &c->component->lines
                                                             : NULL;
        return lines ? line_list_add(lines, &c->event->arena, line) : 0;
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
                return refuse(error, 1, "VCALENDAR", "has no VEVENT, VJOURNAL or VAVAILABILITY");
        return 0;
}

/* Gives the event of an AVAILABLE the zones of the object around it. */
static int share_zones(Event *event, const Event *owner)
{
        for (const OwnZone *own = owner ? owner->own_zones : NULL; own; own = own->next) {
                OwnZone *shared = arena_allocate(&event->arena, sizeof(*shared));
                if (!shared)
                        return -ENOMEM;
                *shared = (OwnZone){ event->own_zones, zone_ref(own->zone) };
                event->own_zones = shared;
        }
        return 0;
}

static int check_availability(Event *event, InputError *error);

static int parse(ZoneTable *zones, const Event *owner, const char *text, size_t len, Event **ret,
                InputError *error)
{
        *ret = NULL;
        CLEANUP(event_freep) Event *event = calloc(1, sizeof(*event));
        if (!event)
                return -ENOMEM;
        event->zones = zones;
        event->text = arena_copy(&event->arena, text, len);
        event->len = len;
        if (!event->text)
                return -ENOMEM;
        int r = share_zones(event, owner);
        if (r == 0)
                r = collect(event, error);
        if (r == 0)
                r = event_check(event, error);
        if (r == 0)
                r = participants_read(event);
        if (r == 0)
                r = places_read(event);
        if (r == 0 && event_is_availability(event))
                r = check_availability(event, error);
        if (r == 0)
                *ret = TAKE_PTR(event);
        return r;
}

static int parse_available(
                const Event *owner, const char *text, size_t len, Event **ret, InputError *ret_error)
{
        return parse(owner->zones, owner, text, len, ret, ret_error);
}

static int check_availability(Event *event, InputError *error)
{
        int r = availability_check(event, parse_available, error);
        return r != 0 ? r : offer_check(event, error);
}

int event_parse(ZoneTable *zones, const char *text, size_t len, Event **ret, InputError *ret_error)
{
        InputError unused;
        return parse(zones, NULL, text, len, ret, ret_error ? ret_error : &unused);
}

Event *event_free(Event *event)
{
        if (!event)
                return NULL;
        for (size_t i = 0; i < event->n_available; i++)
                event_free(event->available[i]);
        free(event->available);
        for (OwnZone *own = event->own_zones; own; own = own->next)
                zone_unref(own->zone);
        arena_done(&event->arena);
        free(event);
        return NULL;
}
