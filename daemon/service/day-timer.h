#pragma once

/*
 * A timer for the beginning of each UTC day, when the window of feeds moves and housekeeping runs, and for
 * an hour after the start: by then a clock that was wrong at the boot of the machine has been set, and a
 * daemon that is off at midnight has its housekeeping.
 */

#include "base/cleanup.h"
#include "base/clock.h"

#include <systemd/sd-event.h>

typedef struct DayTimer DayTimer;

/** day_timer_next() - return the first midnight (UTC) after @now; both are microseconds since the epoch */
usec_t day_timer_next(usec_t now);

/**
 * day_timer_new() - make a timer, armed for the next midnight and for an hour after the call
 * @clock:  borrowed, must outlive the timer
 * @on_day: called on the loop at each midnight, and once after the hour
 * @ret:    NULL on failure
 * Return: 0 or negative errno.
 */
int day_timer_new(sd_event *loop, const Clock *clock, void (*on_day)(void *userdata), void *userdata,
                DayTimer **ret);
DayTimer *day_timer_free(DayTimer *timer);
DEFINE_CLEANUP(DayTimer, day_timer_freep, day_timer_free)

/**
 * day_timer_arm() - arm the timer for the next midnight again, after the clock was set. A failure is logged.
 */
void day_timer_arm(DayTimer *timer);
