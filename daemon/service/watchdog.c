#include "service/watchdog.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * A silence of so many intervals, which is twice the manager's own patience: with the shipped minute nobody who builds a large feed behind
 * a busy store is suspected.
 */
enum { SILENT_INTERVALS = 6 };

struct Watchdog {
        sd_event_source *timer;
        usec_t interval;
        const char *silent; /* whom the journal was told of */
        WatchdogTarget targets[WATCHDOG_TARGETS_MAX + 1];
};

static const char *find_silent(const Watchdog *watchdog, usec_t now)
{
        for (const WatchdogTarget *target = watchdog->targets; target->name; target++) {
                usec_t sign = target->oldest_sign(target->userdata);
                if (sign < now && now - sign > SILENT_INTERVALS * watchdog->interval)
                        return target->name;
        }
        return NULL;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
        (void)usec;
        Watchdog *watchdog = userdata;
        usec_t now = clock_monotonic();
        const char *silent = find_silent(watchdog, now);
        if (!silent)
                notify_watchdog();
        else if (silent != watchdog->silent)
                log_kind(JOURNAL_STUCK, NULL, "%s: no progress for %d s; the watchdog is not fed", silent,
                                (int)(SILENT_INTERVALS * watchdog->interval / USEC_PER_SEC));
        watchdog->silent = silent;
        int r = sd_event_source_set_time(source, (uint64_t)(now + watchdog->interval));
        if (r >= 0)
                r = sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
        if (r < 0)
                log_error("the watchdog's timer cannot be set: %s", strerror(-r));
        return 0;
}

int watchdog_new(sd_event *loop, const WatchdogTarget *targets, Watchdog **ret)
{
        CLEANUP(watchdog_freep) Watchdog *watchdog = calloc(1, sizeof(*watchdog));
        int r = 0;
        if (!watchdog)
                return -ENOMEM;
        for (int i = 0; targets[i].name && i < WATCHDOG_TARGETS_MAX; i++)
                watchdog->targets[i] = targets[i];
        watchdog->interval = notify_watchdog_interval();
        if (watchdog->interval > 0)
                r = sd_event_add_time(loop, &watchdog->timer, CLOCK_MONOTONIC, 0, 1, on_timer, watchdog);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(watchdog);
        return 0;
}

Watchdog *watchdog_free(Watchdog *watchdog)
{
        if (!watchdog)
                return NULL;
        sd_event_source_disable_unref(watchdog->timer);
        free(watchdog);
        return NULL;
}
