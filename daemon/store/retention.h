#pragma once

/*
 * The time by which old data is removed. Removal cannot be taken back, so this time does not follow a clock
 * that was set ahead: between two runs it goes on by at most twice the time that has really passed, which
 * the machine counts without its clock. From one boot to the next, and from one machine to another, that
 * count is unknown, and two days are the maximum. After a longer time without a daemon it therefore lags
 * behind the clock, and catches up by a day each day. It follows a clock that was set back at once.
 */

#include "base/process.h"
#include "store/store.h"

/* META_RETENTION - the time of the last run, and its moment: "USEC SINCE_BOOT BOOT" */
#define META_RETENTION "retention"

/* A moment as the machine counts it, whatever its clock shows. */
typedef struct RetentionMoment {
        usec_t since_boot;            /* clock_since_boot() */
        char boot[PROCESS_BOOT_SIZE]; /* process_boot() */
} RetentionMoment;

/** retention_moment() - the moment of the call */
void retention_moment(RetentionMoment *ret);

/**
 * retention_time() - begin a run, and get its time
 * @now: microseconds since the epoch, by a clock that may be wrong
 * @ret: not after @now; 0 for the first run of a store, which removes nothing
 *
 * Return: 0, a condition of the store, negative errno.
 */
int retention_time(Store *store, usec_t now, const RetentionMoment *moment, usec_t *ret);
