#pragma once

/* Inside the calendar module: finds the instances of a series that a message is about (RFC 5546, 3.2). */

#include "calendar/event-data.h"

typedef struct Instance {
        usec_t place;              /* see series_place() */
        const Component *override; /* what the series has for it; NULL for none */
        /*
         * The component that describes the instance: its override, else the last override with
         * RANGE=THISANDFUTURE that is not after it, else the master. NULL if there is none of them.
         */
        const Component *source;
        bool is_start;     /* the series gives it, even if EXDATE excludes it */
        bool is_ruled_out; /* an EXRULE excludes it */
} Instance;

/**
 * instances_init() - find the place and the components of each override of @given; is_start and is_ruled_out
 * become false
 * @given:    has only overrides
 * @fallback: zone of dates and floating times, if the event names none; NULL for UTC
 * @ret:      one for each component of @given; borrows from @series
 *
 * Return: 0, -ENOMEM.
 */
int instances_init(const Event *series, const Event *given, const Zone *fallback, Instance *ret);

/**
 * instances_find_starts() - set is_start and is_ruled_out. is_start is true for all if that cannot be known:
 * @series has no master with a date, or too many starts.
 * @instances: of instances_init() with the same arguments
 *
 * The series is expanded once, for all instances together. Return: 0, -ENOMEM.
 */
int instances_find_starts(
                const Event *series, const Event *given, const Zone *fallback, Instance *instances);
