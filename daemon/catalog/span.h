#pragma once

/* The time of an instance on the clock that it is shown by. */

#include "catalog/instances.h"

typedef struct Span {
        CivilTime first; /* with the clock unless it is all-day */
        CivilTime last;  /* the last day, inclusive; with the clock at which it ends unless it is all-day */
        bool all_day;
        const Zone *zone; /* of the clock that the times are shown by */
        usec_t at;        /* the instant that it begins */
} Span;

/**
 * span_of() - an instance by a reader's clock
 * @zone: the reader's choice; NULL for the event's own zone. All-day dates are the same in any zone.
 */
Span span_of(const Zone *zone, const CatalogInstance *instance);

/** span_of_event() - the same of an event's first instance. */
Span span_of_event(const Zone *zone, const CatalogEvent *event);

/** span_first_day() - in days since the epoch. */
int64_t span_first_day(const Span *span);

/** span_last_day() - the same, inclusive: an end at midnight belongs to the day before. */
int64_t span_last_day(const Span *span);
