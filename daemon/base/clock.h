#pragma once

/*
 * The only reader of the time. A rehearsed clock starts at a given moment and runs on from there, so that
 * what would be sent can be watched. Everything else takes the time as an argument. Immutable after
 * clock_init(): any thread may read it.
 */

#include "base/time.h"

typedef struct Clock {
        usec_t ahead; /* microseconds that this clock is ahead of the system's */
} Clock;

/** clock_init() - the system's clock. */
void clock_init(Clock *clock);

/** clock_init_rehearsed() - a clock that shows @start (microseconds since the epoch) now and runs on. */
void clock_init_rehearsed(Clock *clock, usec_t start);

/** clock_now() - microseconds since the epoch by this clock. */
usec_t clock_now(const Clock *clock);

/**
 * clock_monotonic() - microseconds since some moment, of which no change of the time is seen; never
 * rehearsed.
 */
usec_t clock_monotonic(void);

/**
 * clock_to_system() - when the system's clock will show what this clock shows at @time; for timers.
 * USEC_INFINITY stays.
 */
usec_t clock_to_system(const Clock *clock, usec_t time);
