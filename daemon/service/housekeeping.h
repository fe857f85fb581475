#pragma once

/* The daily work on the store: what is kept for some days only is removed. */

#include "config/config.h"
#include "store/store.h"

/**
 * housekeeping_run() - remove expired sign-up requests and the bounces that are older than
 * bounces.soft_period; a failure is logged
 * @now: microseconds since the epoch
 */
void housekeeping_run(Store *store, const Config *config, usec_t now);
