#include "base/notify.h"

#include "base/cleanup.h"
#include "base/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>

void notify_ready(void)
{
        sd_notify(0, "READY=1");
}

/*
 * The message has the monotonic time, by which the manager finds the reload request that the message
 * answers (systemd.service(5), ExecReload=).
 */
void notify_reloading(void)
{
        sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_monotonic());
}

void notify_stopping(void)
{
        sd_notify(0, "STOPPING=1");
}

void notify_extend_timeout(usec_t span)
{
        sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%" PRId64, span);
}

void notify_status(const char *format, ...)
{
        CLEANUP(cleanup_free) char *status = NULL;
        va_list arguments;
        va_start(arguments, format);
        if (vasprintf(&status, format, arguments) < 0)
                status = NULL;
        va_end(arguments);
        if (status)
                sd_notifyf(0, "STATUS=%s", status);
}

void notify_watchdog(void)
{
        sd_notify(0, "WATCHDOG=1");
}

usec_t notify_watchdog_interval(void)
{
        uint64_t interval = 0;
        return sd_watchdog_enabled(0, &interval) > 0 ? (usec_t)(interval / 3) : 0;
}

int notify_sockets(int *ret, int max)
{
        int n = sd_listen_fds(1);
        n = n < 0 ? 0 : n > max ? max : n;
        for (int i = 0; i < n; i++)
                ret[i] = SD_LISTEN_FDS_START + i;
        return n;
}
