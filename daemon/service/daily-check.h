#pragma once

/*
 * The daemon's own check of its store: once a day, at night in the office's time zone, on a thread and a
 * connection of its own. It checks the same as `convene check --full`, rests between short periods of work,
 * and ends within milliseconds when the daemon stops. While it checks, it only reads, and blocks no writer.
 * The result is stored like that of `convene check`. Faults are logged when they differ from those that
 * were logged last.
 */

#include "base/clock.h"
#include "config/config.h"
#include "store/node.h"

typedef struct DailyCheck DailyCheck;

/**
 * daily_check_next() - compute the time of the next check
 * @last: when the store was last checked
 * @zone: of the office
 *
 * The next check is at the first time between 03:00 and 05:00 that is at least 20 hours after @last. If the
 * last check is two days old, because the daemon does not run at night, the next one is due at once. If
 * @last is later than @now, because the clock was ahead when it was stored, the last check counts as one at
 * @now.
 *
 * All times are microseconds since the epoch. Return: @now if a check is due, otherwise a later time.
 */
usec_t daily_check_next(usec_t last, usec_t now, const Zone *zone);

/**
 * daily_check_new() - start the thread
 * @clock, @node, @zones: borrowed, must outlive it; the daemon that has NODE_CHECK checks
 * @config: referenced. A new store or time zone in a reloaded configuration needs a restart.
 * @ret: NULL on failure
 * Return: 0 or negative errno.
 */
int daily_check_new(
                const Clock *clock, const Node *node, ZoneTable *zones, Config *config, DailyCheck **ret);

/** daily_check_free() - stop the thread. A running check ends without a result. */
DailyCheck *daily_check_free(DailyCheck *check);
DEFINE_CLEANUP(DailyCheck, daily_check_freep, daily_check_free)

/**
 * daily_check_ask() - check before the next night, because damage was met: at once, or ten minutes after the
 * last check if that is later. If the last check found faults, nothing is checked before the usual time. Any
 * thread may call this function; @check may be NULL.
 */
void daily_check_ask(DailyCheck *check);

/** daily_check_wake() - compute the time of the next check again, after the clock was set; NULL is legal */
void daily_check_wake(DailyCheck *check);
