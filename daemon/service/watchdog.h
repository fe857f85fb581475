#pragma once

/*
 * Feeds the service manager's watchdog from the main loop, while everybody who is at work shows signs of life: a loop that hangs feeds
 * nothing, and neither does one whose threads hang. Without a manager that waits it does nothing.
 */

#include "base/cleanup.h"
#include "base/time.h"

#include <systemd/sd-event.h>

typedef struct Watchdog Watchdog;

/** Somebody whose work is watched. */
typedef struct WatchdogTarget {
        const char *name;
        usec_t (*oldest_sign)(const void *userdata); /* as progress_oldest() */
        const void *userdata;
} WatchdogTarget;

enum { WATCHDOG_TARGETS_MAX = 4 };

/** watchdog_new() - @targets is copied and ended by one without a name; what it points to must outlive the watchdog. */
int watchdog_new(sd_event *loop, const WatchdogTarget *targets, Watchdog **ret);
Watchdog *watchdog_free(Watchdog *watchdog);
DEFINE_CLEANUP(Watchdog, watchdog_freep, watchdog_free)
