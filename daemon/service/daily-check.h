#pragma once

/*
 * The daemon's own check of its store: once a day, at night in the office's time zone, on a thread and a
 * connection of its own. It checks the same as `convene check --full`, rests between short periods of work,
 * and ends within milliseconds when the daemon stops. A reader never blocks a writer. The result is stored
 * like that of `convene check`. Faults are logged when they differ from those that were logged last.
 */

#include "base/clock.h"
#include "config/config.h"

typedef struct DailyCheck DailyCheck;

/**
 * daily_check_next() - compute the time of the next check
 * @last: the last check; before any, the start of the daemon
 * @zone: of the office
 *
 * The next check is at the first time between 03:00 and 05:00 that is at least 20 hours after @last. If the
 * last check is two days old, because the daemon does not run at night, the next one is due at once. A check
 * in the future was stored by a clock that was ahead, and counts as one at @now.
 *
 * All times are microseconds since the epoch.
 */
usec_t daily_check_next(usec_t last, usec_t now, const Zone *zone);

/**
 * daily_check_new() - start the thread
 * @clock, @zones: borrowed, must outlive it
 * @config: referenced. A new store or time zone in a reloaded configuration needs a restart.
 * @ret: NULL on failure
 * Return: 0 or negative errno.
 */
int daily_check_new(const Clock *clock, ZoneTable *zones, Config *config, DailyCheck **ret);

/** daily_check_free() - stop the thread. A running check ends without a result. */
DailyCheck *daily_check_free(DailyCheck *check);
DEFINE_CLEANUP(DailyCheck, daily_check_freep, daily_check_free)

/**
 * daily_check_ask() - check now, because damage was met. If the last check has found faults, or was made a
 * few minutes ago, it is not repeated. Any thread may call this function.
 */
void daily_check_ask(DailyCheck *check);

/** daily_check_wake() - compute the time of the next check again, after the clock was set. */
void daily_check_wake(DailyCheck *check);
