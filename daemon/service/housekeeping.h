#pragma once

/* The daily work on the store, and that of a start: what is kept for some days only is removed. */

#include "config/config.h"
#include "store/store.h"

/**
 * housekeeping_run() - remove expired sign-up requests and the bounces that are older than
 * bounces.soft_period, and have the ledger looked through for mails that are long over; a failure is logged
 * @now: microseconds since the epoch
 */
void housekeeping_run(Store *store, const Config *config, usec_t now);
