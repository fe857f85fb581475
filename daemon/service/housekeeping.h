#pragma once

/*
 * Daily work on the store, also done an hour after each start, when a clock that was wrong at the boot of
 * the machine has been set: removes data that is kept for a limited time. It is not done in a rehearsal.
 */

#include "config/config.h"
#include "store/retention.h"

/**
 * housekeeping_run() - remove expired sign-up requests, meetings that ended meetings.keep ago, unconfirmed
 * meetings whose hold ended a day ago, bounces older than bounces.soft_period, the past occurrences that the
 * ledger lists for mails about several events, the history of objects after history.keep and history.trash,
 * and the tombstones of what was deleted dav.deletions_keep ago. Then begin to archive old mails. The age of
 * all of these is judged by retention_time() (store/retention.h). A failure is logged, and the other steps
 * are done all the same, unless the store as a whole fails.
 * @now: microseconds since the epoch
 */
void housekeeping_run(Store *store, const Config *config, usec_t now, const RetentionMoment *moment);
