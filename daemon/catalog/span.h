#pragma once

/* The time of an instance in the zone in which it is shown. */

#include "catalog/instances.h"

typedef struct Span {
        CivilTime first; /* with time of day unless all-day */
        CivilTime last;  /* the last day, inclusive; with the time of day of its end unless all-day */
        bool all_day;
        const Zone *zone; /* in which the times are shown */
        usec_t at;        /* the instant of its start */
} Span;

/**
 * span_of() - return the span of an instance
 * @zone: the reader's choice; NULL for the event's own zone. All-day dates are the same in any zone.
 */
Span span_of(const Zone *zone, const CatalogInstance *instance);

/** span_of_event() - return the span of an event's first instance */
Span span_of_event(const Zone *zone, const CatalogEvent *event);

/** span_first_day() - return the first day, in days since the epoch */
int64_t span_first_day(const Span *span);

/** span_last_day() - return the last day, inclusive: an end at midnight belongs to the day before */
int64_t span_last_day(const Span *span);
