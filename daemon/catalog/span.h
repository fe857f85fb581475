#pragma once

/* The time of an instance, on the clock of the zone in which it is shown. */

#include "catalog/instances.h"

typedef struct Span {
        CivilTime first; /* with a time of day, unless all_day */
        CivilTime last;  /* the last day, inclusive; with the time of day of the end, unless all_day */
        bool all_day;
        /* the zone in which the times are shown; NULL for floating times, which have none */
        const Zone *zone;
        usec_t at; /* the start, in microseconds since the epoch */
} Span;

/**
 * span_of() - return the span of an instance
 * @zone: the zone that the reader has chosen; NULL for the event's zone. All-day dates and
 *        floating times are the same in every zone.
 */
Span span_of(const Zone *zone, const CatalogInstance *instance);

/** span_of_event() - return the span of an event's first instance */
Span span_of_event(const Zone *zone, const CatalogEvent *event);

/** span_first_day() - return the first day, in days since the epoch */
int64_t span_first_day(const Span *span);

/** span_last_day() - return the last day, inclusive; an end at midnight belongs to the day before it */
int64_t span_last_day(const Span *span);

/** The days of an instance, in days since the epoch, inclusive. */
typedef struct SpanDays {
        int64_t first, last;
} SpanDays;

/**
 * span_days() - list the days of each instance
 * @zone: as for span_of()
 * @ret:  one item for each instance; the caller frees it
 *
 * Return: 0 or -ENOMEM.
 */
int span_days(const Zone *zone, const CatalogInstances *instances, SpanDays **ret);

/** span_days_touch() - whether an instance is on one of the days from @first to @last */
bool span_days_touch(const SpanDays *days, int64_t first, int64_t last);
