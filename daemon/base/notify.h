#pragma once

/*
 * Messages to the service manager (sd_notify(3)), and the sockets that it passes in. Without a manager
 * every call does nothing.
 */

#include "base/time.h"

/**
 * notify_ready() - serving; notify_reloading() and notify_stopping() as their names say. A reload ends with
 * notify_ready().
 */
void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

/** notify_extend_timeout() - stopping (or starting) takes at least @span microseconds more from now on. */
void notify_extend_timeout(usec_t span);

/** notify_status() - one line for `systemctl status`. */
void notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * notify_watchdog() - the main loop lives; notify_watchdog_interval() - microseconds between two of these,
 * a third of what is allowed; 0 without a watchdog.
 */
void notify_watchdog(void);
usec_t notify_watchdog_interval(void);

/**
 * notify_sockets() - listening sockets that were passed in (sd_listen_fds(3)), at most @max; the caller
 * owns them. Return: how many.
 */
int notify_sockets(int *ret, int max);
