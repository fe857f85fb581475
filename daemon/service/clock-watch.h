#pragma once

/*
 * Detects that the system's clock was set, forward or back, by a person or by a time server. Timers of the
 * real-time clock follow by themselves; this is for values that were computed from the old time.
 */

#include "base/cleanup.h"

#include <systemd/sd-event.h>

typedef struct ClockWatch ClockWatch;

/**
 * clock_watch_new() - call @on_set on the loop after each change of the clock. Return: 0 or negative errno.
 */
int clock_watch_new(sd_event *loop, void (*on_set)(void *userdata), void *userdata, ClockWatch **ret);
ClockWatch *clock_watch_free(ClockWatch *watch);
DEFINE_CLEANUP(ClockWatch, clock_watch_freep, clock_watch_free)
