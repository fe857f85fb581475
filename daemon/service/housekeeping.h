#pragma once

/* The work on the store at each start and each day: removes data that is kept for a limited time. */

#include "config/config.h"
#include "store/store.h"

/**
 * housekeeping_run() - remove expired sign-up requests, bounces older than bounces.soft_period and the
 * ledger's records of past occurrences in mails about several events, and begin to archive old mails; a
 * failure is logged
 * @now: microseconds since the epoch
 */
void housekeeping_run(Store *store, const Config *config, usec_t now);
