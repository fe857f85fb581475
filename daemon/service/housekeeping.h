#pragma once

/* Daily work on the store, also done at each start: removes data that is kept for a limited time. */

#include "config/config.h"
#include "store/store.h"

/**
 * housekeeping_run() - remove expired sign-up requests, meetings that ended meetings.keep ago, unconfirmed
 * meetings whose hold ended a day ago, bounces older than bounces.soft_period, the past occurrences that the
 * ledger lists for mails about several events, the history of objects after history.keep and history.trash,
 * and the tombstones of what was deleted dav.deletions_keep ago. Then begin to archive old mails. A failure
 * is logged, and the steps after it are left out.
 * @now: microseconds since the epoch
 */
void housekeeping_run(Store *store, const Config *config, usec_t now);
