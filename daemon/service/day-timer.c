#include "service/day-timer.h"

#include "base/log.h"

#include <errno.h>
#include <string.h>

enum { SETTLED_SECONDS = 3600 };

struct DayTimer {
        sd_event_source *source, *soon;
        const Clock *clock;
        void (*on_day)(void *userdata);
        void *userdata;
};

usec_t day_timer_next(usec_t now)
{
        usec_t since_midnight = now % USEC_PER_DAY;
        return now - since_midnight + (since_midnight < 0 ? 0 : USEC_PER_DAY);
}

void day_timer_arm(DayTimer *timer)
{
        usec_t midnight = clock_to_system(timer->clock, day_timer_next(clock_now(timer->clock)));
        int r = sd_event_source_set_time(timer->source, (uint64_t)midnight);
        if (r >= 0)
                r = sd_event_source_set_enabled(timer->source, SD_EVENT_ONESHOT);
        if (r < 0)
                log_error("the timer for midnight cannot be set, feeds keep their window until the next change: %s",
                                strerror(-r));
}

static int on_midnight(sd_event_source *source, uint64_t usec, void *userdata)
{
        DayTimer *timer = userdata;
        (void)source, (void)usec;
        day_timer_arm(timer);
        timer->on_day(timer->userdata);
        return 0;
}

static int on_settled(sd_event_source *source, uint64_t usec, void *userdata)
{
        const DayTimer *timer = userdata;
        (void)source, (void)usec;
        timer->on_day(timer->userdata);
        return 0;
}

int day_timer_new(sd_event *loop, const Clock *clock, void (*on_day)(void *userdata), void *userdata,
                DayTimer **ret)
{
        *ret = NULL;
        CLEANUP(day_timer_freep) DayTimer *timer = calloc(1, sizeof(*timer));
        if (!timer)
                return -ENOMEM;
        timer->clock = clock;
        timer->on_day = on_day;
        timer->userdata = userdata;
        int r = sd_event_add_time(loop, &timer->source, CLOCK_REALTIME, 0, USEC_PER_SEC, on_midnight, timer);
        if (r >= 0)
                r = sd_event_add_time_relative(loop, &timer->soon, CLOCK_BOOTTIME,
                                (uint64_t)(SETTLED_SECONDS * USEC_PER_SEC), USEC_PER_SEC, on_settled, timer);
        if (r < 0)
                return r;
        day_timer_arm(timer);
        *ret = TAKE_PTR(timer);
        return 0;
}

DayTimer *day_timer_free(DayTimer *timer)
{
        if (!timer)
                return NULL;
        sd_event_source_disable_unref(timer->soon);
        sd_event_source_disable_unref(timer->source);
        free(timer);
        return NULL;
}
