#pragma once

/* Inside the calendar module: the fields of an Event, and functions that read its values. */

#include "calendar/component.h"
#include "calendar/rule.h"

typedef struct OwnZone {
        struct OwnZone *next;
        Zone *zone;
} OwnZone;

enum { EVENT_RULES_MAX = 8 };

struct Event {
        Arena arena;
        ZoneTable *zones;   /* borrowed */
        OwnZone *own_zones; /* of the object's VTIMEZONEs */
        const char *text;
        size_t len;
        Component *components; /* the master is the first */
        size_t n_components, components_allocated;
        Rule *rules[EVENT_RULES_MAX];   /* of the master; the dates below are the master's, too */
        Rule *exrules[EVENT_RULES_MAX]; /* EXRULE (RFC 2445, 4.8.5.2) */
        size_t n_rules, n_exrules;
        WhenList rdates, rdate_ends, exdates; /* an end is WHEN_NONE unless the RDATE is a period */
        size_t n_ranges;                      /* number of overrides with RANGE=THISANDFUTURE */
        const char **categories;
        size_t n_categories, categories_allocated;
        const char *parent;
        struct ParticipantItem *participants, *last_participant; /* of the master; a list */
        Event **available; /* of a VAVAILABILITY: each series of AVAILABLE */
        size_t n_available;
};

/** event_unescape() - decode a TEXT value into the event's arena. Return: NULL if there is no memory. */
const char *event_unescape(Event *event, const char *value, size_t len);

/**
 * event_find_component() - find the component whose BEGIN is in line @line. Return: whether there is one.
 */
bool event_find_component(const Event *event, size_t line, size_t *ret);

/**
 * event_each_line() - call @on_line for each content line of the event's text. A nonzero result of the
 * callback ends the loop and is returned.
 *
 * Return: 0, the callback's result, -EBADMSG for a line that cannot be read, other negative errno.
 */
int event_each_line(
                const Event *event, int (*on_line)(const ContentLine *line, void *userdata), void *userdata);

/**
 * event_read_when() - read a DATE or DATE-TIME in the zone of the line's TZID
 * @value: one of the line's values
 *
 * Return: 0, EVENT_E_INVALID, negative errno.
 */
int event_read_when(
                Event *event, const ContentLine *line, const char *value, When *ret, InputError *ret_error);
