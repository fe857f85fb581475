#pragma once

/*
 * Watches the main loop and the threads. The loop answers the pings of the health. It feeds the service
 * manager's watchdog as long as all threads of the health parts make progress: if the loop hangs or a thread
 * is stuck, the feeding stops. If the service manager has set no watchdog, only pings are answered.
 */

#include "base/cleanup.h"
#include "base/health.h"

#include <systemd/sd-event.h>

typedef struct Watchdog Watchdog;

/**
 * watchdog_new() - start answering and feeding
 * @health: borrowed, must outlive the watchdog
 * @ret:    NULL on failure
 * Return: 0 or negative errno.
 */
int watchdog_new(sd_event *loop, Health *health, Watchdog **ret);
Watchdog *watchdog_free(Watchdog *watchdog);
DEFINE_CLEANUP(Watchdog, watchdog_freep, watchdog_free)
