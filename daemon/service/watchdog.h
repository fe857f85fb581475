#pragma once

/*
 * Feeds the service manager's watchdog from the main loop, as long as all threads of the health parts make
 * progress. If the loop hangs or a thread is stuck, the feeding stops. If the service manager has set no
 * watchdog, nothing is done.
 */

#include "base/cleanup.h"
#include "base/health.h"

#include <systemd/sd-event.h>

typedef struct Watchdog Watchdog;

/**
 * watchdog_new() - start feeding
 * @health: borrowed, must outlive the watchdog
 * @ret:    NULL on failure
 * Return: 0 or negative errno.
 */
int watchdog_new(sd_event *loop, const Health *health, Watchdog **ret);
Watchdog *watchdog_free(Watchdog *watchdog);
DEFINE_CLEANUP(Watchdog, watchdog_freep, watchdog_free)
