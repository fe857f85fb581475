#include "service/stop.h"

#include "base/clock.h"
#include "base/notify.h"

#include <errno.h>

enum { STEP_USEC = 20000, EXTENSION_SECONDS = 10 };

struct Stop {
        sd_event_source *timer;
        StopTarget target;
        usec_t asked; /* monotonic: when the manager was last asked for more time */
};

bool stop_wants_extension(usec_t now, usec_t asked, usec_t sign)
{
        bool is_alive = sign >= now || now - sign <= EXTENSION_SECONDS * USEC_PER_SEC;
        return is_alive && now - asked >= USEC_PER_SEC;
}

/*
 * Asks the manager for EXTENSION_SECONDS more, at most once a second, because a mail server may take minutes
 * to reply. It does not ask if a thread has given no sign of life for that time, so the manager soon kills a
 * daemon that hangs.
 */
static void extend(Stop *stop)
{
        usec_t now = clock_monotonic();
        if (!stop_wants_extension(now, stop->asked, stop->target.oldest_sign(stop->target.userdata)))
                return;
        stop->asked = now;
        notify_status("stopping: a mail server owes its reply");
        notify_extend_timeout(EXTENSION_SECONDS * USEC_PER_SEC);
}

static int on_step(sd_event_source *source, uint64_t usec, void *userdata)
{
        Stop *stop = userdata;
        const StopTarget *target = &stop->target;
        (void)usec;
        if (target->awaits_reply(target->userdata))
                extend(stop);
        else
                target->drain(target->userdata);
        sd_event *loop = sd_event_source_get_event(source);
        if (target->is_over(target->userdata))
                return sd_event_exit(loop, EXIT_SUCCESS);
        int r = sd_event_source_set_time(source, (uint64_t)(clock_monotonic() + STEP_USEC));
        if (r >= 0)
                r = sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
        return r < 0 ? sd_event_exit(loop, EXIT_SUCCESS) : 0;
}

int stop_begin(sd_event *loop, const StopTarget *target, Stop **ret)
{
        *ret = NULL;
        CLEANUP(stop_freep) Stop *stop = calloc(1, sizeof(*stop));
        if (!stop)
                return -ENOMEM;
        stop->target = *target;
        int r = sd_event_add_time(loop, &stop->timer, CLOCK_MONOTONIC, 0, 1, on_step, stop);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(stop);
        return 0;
}

Stop *stop_free(Stop *stop)
{
        if (!stop)
                return NULL;
        sd_event_source_disable_unref(stop->timer);
        free(stop);
        return NULL;
}
