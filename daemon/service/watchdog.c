#include "service/watchdog.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * After so many intervals without progress a thread counts as stuck. An interval is a third of the
 * manager's limit. With the shipped limit of one minute, this is long enough to build a large feed while
 * the store is busy.
 */
enum { PATIENCE_INTERVALS = 6 };

struct Watchdog {
        sd_event_source *timer, *pings;
        usec_t interval;
        Health *health;
        const char *stuck; /* the threads that the last message in the journal named; NULL if all run */
};

static void feed_or_log(Watchdog *watchdog, usec_t now)
{
        usec_t patience = PATIENCE_INTERVALS * watchdog->interval;
        const char *stuck = health_find_stuck(watchdog->health, now, patience);
        if (!stuck)
                notify_watchdog();
        else if (stuck != watchdog->stuck)
                log_kind(JOURNAL_STUCK, NULL, "%s: no progress for %d s; the watchdog is not fed", stuck,
                                (int)(patience / USEC_PER_SEC));
        watchdog->stuck = stuck;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
        (void)usec;
        Watchdog *watchdog = userdata;
        usec_t now = clock_monotonic();
        feed_or_log(watchdog, now);
        int r = sd_event_source_set_time(source, (uint64_t)(now + watchdog->interval));
        if (r >= 0)
                r = sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
        if (r < 0)
                log_error("the watchdog's timer cannot be set: %s", strerror(-r));
        return 0;
}

static int on_ping(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
        const Watchdog *watchdog = userdata;
        (void)source, (void)fd, (void)events;
        health_answer(watchdog->health);
        return 0;
}

int watchdog_new(sd_event *loop, Health *health, Watchdog **ret)
{
        *ret = NULL;
        CLEANUP(watchdog_freep) Watchdog *watchdog = calloc(1, sizeof(*watchdog));
        if (!watchdog)
                return -ENOMEM;
        watchdog->health = health;
        watchdog->interval = notify_watchdog_interval();
        int r = sd_event_add_io(loop, &watchdog->pings, health_fd(health), EPOLLIN, on_ping, watchdog);
        if (r >= 0 && watchdog->interval > 0)
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
        sd_event_source_disable_unref(watchdog->pings);
        free(watchdog);
        return NULL;
}
