#pragma once

/* Daily work on the store, also done at each start: removes data that is kept for a limited time. */

#include "config/config.h"
#include "store/store.h"

/**
 * housekeeping_run() - remove expired sign-up requests, bounces older than bounces.soft_period, and the
 * records of past occurrences that mails about several events have in the ledger. Then begin to archive
 * old mails. A failure is logged.
 * @now: microseconds since the epoch
 */
void housekeeping_run(Store *store, const Config *config, usec_t now);
