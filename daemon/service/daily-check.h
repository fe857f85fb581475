#pragma once

/*
 * The daemon's own check of its store: once a day, in the small hours of the office's time zone, on a
 * thread and a connection of its own. It reads what `convene check --full` reads, works a part of the time
 * only, and ends within milliseconds when the daemon stops. A reader never holds up a writer. Its result is
 * stored like that of `convene check`; the same faults are logged once, until they change.
 */

#include "base/clock.h"
#include "config/config.h"

typedef struct DailyCheck DailyCheck;

/**
 * daily_check_next() - when the store is to be checked next
 * @last: the last check; before any, the start of the daemon
 * @zone: of the office
 *
 * The first time between 03:00 and 05:00 at least 20 hours after @last; at once if a check is two days
 * overdue, because the daemon does not run at night. A check in the future was written by a clock that ran
 * ahead, and counts as one just now.
 *
 * All times are microseconds since the epoch.
 */
usec_t daily_check_next(usec_t last, usec_t now, const Zone *zone);

/**
 * daily_check_new() - start the thread
 * @clock, @zones: borrowed, must outlive it
 * @config: referenced; the store and the time zone of a later configuration take a restart
 * @ret: NULL on failure
 * Return: 0 or negative errno.
 */
int daily_check_new(const Clock *clock, ZoneTable *zones, Config *config, DailyCheck **ret);

/** daily_check_free() - stop the thread; a check that is running ends without a result. */
DailyCheck *daily_check_free(DailyCheck *check);
DEFINE_CLEANUP(DailyCheck, daily_check_freep, daily_check_free)

/** daily_check_wake() - work out the time of the next check again, after the clock was set. */
void daily_check_wake(DailyCheck *check);
