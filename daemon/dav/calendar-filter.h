#pragma once

/*
 * The filter of a calendar-query (RFC 4791, 9.7), and whether an object matches it. dav/calendar-filter-read
 * reads it. All its parts are in the arena of the request.
 */

#include "calendar/zone.h"
#include "dav/data-request.h"
#include "dav/filter-text.h"

/** param-filter (9.7.3) */
typedef struct FilterParam {
        const char *name; /* in capitals */
        bool is_not_defined;
        const FilterText *text; /* NULL: any value */
        const struct FilterParam *next;
} FilterParam;

/** prop-filter (9.7.2) */
typedef struct FilterProperty {
        const char *name; /* in capitals */
        bool is_not_defined;
        DataRange range;        /* at most one of range and text is set */
        const FilterText *text; /* NULL: any value */
        const FilterParam *params;
        const struct FilterProperty *next;
} FilterProperty;

/** comp-filter (9.7.1) */
typedef struct FilterComponent {
        const char *name; /* in capitals; of the outermost one "VCALENDAR" */
        bool is_not_defined;
        DataRange range;
        const FilterProperty *properties;
        const struct FilterComponent *components;
        const struct FilterComponent *next;
} FilterComponent;

/**
 * calendar_filter_matches() - whether an object matches a filter
 * @filter:   of VCALENDAR
 * @fallback: the zone of dates and floating times; borrowed, NULL for UTC
 * @text:     an object; one that cannot be read matches nothing
 *
 * A component has to satisfy all conditions of its comp-filter, and a property all of its prop-filter. A
 * negated text-match holds if the property has another value, and not if there is no property.
 * Return: 0 or negative errno.
 */
int calendar_filter_matches(const FilterComponent *filter, ZoneTable *zones, const Zone *fallback,
                const char *text, size_t len, bool *ret);

/** The facts about the matching objects that need no text */
typedef struct FilterScope {
        unsigned kinds;  /* bits 1 << ObjectKind */
        DataRange range; /* that the series of each matching event overlaps; dates in any zone */
        bool is_exact;   /* all objects of these kinds match */
        bool is_range;   /* all events match of which an instance overlaps the range */
} FilterScope;

/** calendar_filter_scope() - derive the scope of a filter. */
FilterScope calendar_filter_scope(const FilterComponent *filter);

/**
 * calendar_filter_is_inside() - whether an event matches because it is well inside the range, and no series;
 * this needs no parsing, and is so for most events of a month
 * @start, @end: of the event, in any zone
 *
 * Return: false if only calendar_filter_matches() can tell.
 */
bool calendar_filter_is_inside(
                const FilterScope *scope, usec_t start, usec_t end, const char *text, size_t len);

/* Two zones are less than this apart: offsets from UTC are from -12 to +14 hours. */
#define FILTER_ZONES_APART (26 * 3600 * USEC_PER_SEC)
