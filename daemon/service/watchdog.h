#pragma once

/*
 * Feeds the service manager's watchdog from the main loop while every thread of the list of health parts
 * gets on with its work: a loop that hangs feeds nothing, and a stuck thread stops the feeding. Without a
 * watchdog in the service manager it does nothing.
 */

#include "base/cleanup.h"
#include "base/health.h"

#include <systemd/sd-event.h>

typedef struct Watchdog Watchdog;

/**
 * watchdog_new() - start to feed
 * @health: borrowed, must outlive the watchdog
 * @ret:    NULL on failure
 * Return: 0 or negative errno.
 */
int watchdog_new(sd_event *loop, const Health *health, Watchdog **ret);
Watchdog *watchdog_free(Watchdog *watchdog);
DEFINE_CLEANUP(Watchdog, watchdog_freep, watchdog_free)
