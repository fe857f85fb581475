#pragma once

/*
 * The only module that reads the system's clocks; all others take the time as an argument. A rehearsed clock
 * starts at a given time and runs on from there, so that an operator can watch which mails would be sent.
 * Immutable after clock_init(): any thread may read it.
 */

#include "base/time.h"

typedef struct Clock {
        usec_t ahead; /* microseconds that this clock is ahead of the system's */
} Clock;

/** clock_init() - make a clock that shows the system's time. */
void clock_init(Clock *clock);

/**
 * clock_init_rehearsed() - make a clock that shows @start (microseconds since the epoch) now and runs on.
 */
void clock_init_rehearsed(Clock *clock, usec_t start);

/** clock_now() - get this clock's time, in microseconds since the epoch. */
usec_t clock_now(const Clock *clock);

/**
 * clock_monotonic() - get the monotonic time in microseconds. Neither a rehearsal nor a change of the
 * system's time affects it.
 */
usec_t clock_monotonic(void);

/**
 * clock_since_boot() - get the time since the machine has started, with the time that it slept, in
 * microseconds. Neither a rehearsal nor a change of the system's time affects it.
 */
usec_t clock_since_boot(void);

/** clock_of_thread() - get the processor time that the calling thread has used, in microseconds. */
usec_t clock_of_thread(void);

/**
 * clock_to_system() - convert a time of this clock to the system's time, for timers; USEC_INFINITY stays
 * the same.
 */
usec_t clock_to_system(const Clock *clock, usec_t time);
