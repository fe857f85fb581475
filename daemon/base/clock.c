#include "base/clock.h"

#include <time.h>

static usec_t read_clock(clockid_t id)
{
        struct timespec now;
        clock_gettime(id, &now);
        return (usec_t)now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000;
}

static usec_t system_now(void)
{
        return read_clock(CLOCK_REALTIME);
}

usec_t clock_monotonic(void)
{
        return read_clock(CLOCK_MONOTONIC);
}

usec_t clock_since_boot(void)
{
        return read_clock(CLOCK_BOOTTIME);
}

usec_t clock_of_thread(void)
{
        return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

void clock_init(Clock *clock)
{
        *clock = (Clock){ 0 };
}

void clock_init_rehearsed(Clock *clock, usec_t start)
{
        *clock = (Clock){ .ahead = start - system_now() };
}

usec_t clock_now(const Clock *clock)
{
        return system_now() + clock->ahead;
}

usec_t clock_to_system(const Clock *clock, usec_t time)
{
        return time == USEC_INFINITY ? USEC_INFINITY : time - clock->ahead;
}
