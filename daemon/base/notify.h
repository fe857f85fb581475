#pragma once

/*
 * Sends messages to the service manager (sd_notify(3)), and takes the sockets that it passes in. Without a
 * manager every call does nothing.
 */

#include "base/time.h"

/** notify_ready() - report that the daemon serves, or that a reload has ended */
void notify_ready(void);

/** notify_reloading() - report that a reload begins */
void notify_reloading(void);

/** notify_stopping() - report that the daemon begins to stop */
void notify_stopping(void);

/**
 * notify_extend_timeout() - ask the manager to let the stop (or the start) last for @span microseconds from
 * now
 */
void notify_extend_timeout(usec_t span);

/** notify_status() - set the line that `systemctl status` shows. */
void notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** notify_watchdog() - feed the manager's watchdog */
void notify_watchdog(void);

/**
 * notify_watchdog_interval() - get the microseconds between two feedings, a third of the manager's limit; 0
 * if there is no watchdog
 */
usec_t notify_watchdog_interval(void);

/**
 * notify_sockets() - take at most @max of the listening sockets that the manager passed in
 * (sd_listen_fds(3)); the caller owns them. Return: their number.
 */
int notify_sockets(int *ret, int max);
