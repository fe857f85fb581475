#pragma once

/* Inside of http/ only: how fast a client reads a reply, measured by the bytes acknowledged (tcp(7)). */

#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

/** The rate at which one connection's client reads. Start with zeros. */
typedef struct Pace {
        usec_t reply; /* start of the measured reply; 0 for none */
        usec_t at;    /* of the last sample; all times are of the monotonic clock */
        uint64_t acknowledged;
        uint64_t bytes_per_second; /* between the last two samples */
        usec_t good; /* last time with a rate of PACE_LEAST or more; at first the start of the measurement */
} Pace;

enum {
        PACE_LEAST = 240, /* bytes in a second: a tenth of the rate of the slowest mobile networks */
        PACE_SAMPLE_SECONDS = 5,
};

/**
 * pace_sample() - take a sample, at most one per PACE_SAMPLE_SECONDS
 * @fd:    the socket; the rate of a socket that is not TCP is unknown, and never too slow
 * @reply: start of the reply
 * @now:   the time
 */
void pace_sample(Pace *pace, int fd, usec_t reply, usec_t now);

/** pace_is_too_slow() - whether the client has read at less than PACE_LEAST for all of @span. */
bool pace_is_too_slow(const Pace *pace, usec_t now, usec_t span);
