#pragma once

/*
 * Feeds the service manager's watchdog from the main loop while all threads of the health parts make
 * progress: the feeding stops if the loop hangs or a thread is stuck. Does nothing without a watchdog in the
 * service manager.
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
