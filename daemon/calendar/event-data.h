#pragma once

/* Inside the calendar module: what an Event is made of. */

#include "base/arena.h"
#include "calendar/event.h"
#include "calendar/rule.h"

/** One VEVENT or VJOURNAL: the master or an override. */
typedef struct Component {
        const char *name; /* "VEVENT" */
        size_t line;      /* of its BEGIN */
        ContentLine *lines;
        size_t n_lines, lines_allocated;
        struct Alarm *alarms; /* in the order of the text, as a list */
        struct Alarm *last_alarm;

        When recurrence_id, start, end;
        bool end_is_nominal; /* by DURATION with days: the wall clock counts */
        Duration duration;
        int sequence;
        usec_t stamp;
        EventStatus status;
        EventClass class;
        const char *uid;
} Component;

typedef struct Alarm {
        struct Alarm *next;
        size_t line;
        ContentLine *lines;
        size_t n_lines, lines_allocated;
        bool email;
        Lead *leads; /* the trigger and its repeats */
        size_t n_leads;
} Alarm;

typedef struct OwnZone {
        struct OwnZone *next;
        Zone *zone;
} OwnZone;

typedef struct WhenList {
        When *items;
        size_t n, allocated;
} WhenList;

struct Event {
        Arena arena;
        ZoneTable *zones; /* borrowed */
        OwnZone *own_zones;
        const char *text;
        size_t len;
        Component *components; /* the master first */
        size_t n_components, components_allocated;
        bool has_rule;
        Rule rule;
        WhenList rdates, exdates; /* of the master */
        const char **categories;
        size_t n_categories;
        const char *parent;
};

/** event_find_line() - the @index-th line of that name in a list of lines. */
const ContentLine *event_find_line(const ContentLine *lines, size_t n, const char *name, size_t index);

/** event_unescape() - a TEXT value decoded, in the event's arena. */
const char *event_unescape(Event *event, const char *value, size_t len);

/** event_check() - every property of every component against the table; fills in what a Component has besides its lines. */
int event_check(Event *event, InputError *ret_error);

/** event_read_when() - a DATE or DATE-TIME with its TZID. Return: 0, EVENT_E_INVALID. */
int event_read_when(
                Event *event, const ContentLine *line, const char *value, When *ret, InputError *ret_error);

/** alarm_check() - the trigger of an alarm as leads. */
int alarm_check(Event *event, Alarm *alarm, InputError *ret_error);

/** component_end() - the exclusive end of an instance of @component that starts at @start. */
When component_end(const Component *component, const When *start, const Zone *fallback);
