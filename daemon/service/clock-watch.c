#include "service/clock-watch.h"

#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* The timer never expires: setting the clock cancels it. */
static const time_t NEVER_SECONDS = INT64_MAX / 1000000000;

struct ClockWatch {
        int fd;
        sd_event_source *source;
        void (*on_set)(void *userdata);
        void *userdata;
};

static int arm(const ClockWatch *watch)
{
        const struct itimerspec never = { .it_value.tv_sec = NEVER_SECONDS };
        int r = timerfd_settime(watch->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
        return r < 0 ? -errno : 0;
}

static int on_cancelled(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
        (void)source, (void)events;
        ClockWatch *watch = userdata;
        uint64_t n;
        bool is_set = read(fd, &n, sizeof(n)) < 0 && errno == ECANCELED;
        /* The timer is armed before on_set() reads the clock, so that no further change is missed. */
        int r = arm(watch);
        if (r < 0)
                log_error("a clock that is set cannot be noticed any more: %s", strerror(-r));
        if (is_set)
                watch->on_set(watch->userdata);
        return 0;
}

int clock_watch_new(sd_event *loop, void (*on_set)(void *userdata), void *userdata, ClockWatch **ret)
{
        *ret = NULL;
        CLEANUP(clock_watch_freep) ClockWatch *watch = calloc(1, sizeof(*watch));
        if (!watch)
                return -ENOMEM;
        watch->on_set = on_set;
        watch->userdata = userdata;
        watch->fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
        if (watch->fd < 0)
                return -errno;
        int r = arm(watch);
        if (r == 0)
                r = sd_event_add_io(loop, &watch->source, watch->fd, EPOLLIN, on_cancelled, watch);
        if (r >= 0)
                r = sd_event_source_set_description(watch->source, "clock-set");
        if (r < 0)
                return r;
        *ret = TAKE_PTR(watch);
        return 0;
}

ClockWatch *clock_watch_free(ClockWatch *watch)
{
        if (!watch)
                return NULL;
        sd_event_source_disable_unref(watch->source);
        if (watch->fd >= 0)
                close(watch->fd);
        free(watch);
        return NULL;
}
