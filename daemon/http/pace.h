#pragma once

/* Inside of http/ only: how fast a client takes a reply, by what its side has acknowledged (tcp(7)). */

#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

/** How one connection's client reads; zeroed at first. */
typedef struct Pace {
        usec_t reply; /* when the reply began that is measured; 0 for none */
        usec_t at;    /* of the last sample; all times are of the monotonic clock */
        uint64_t acknowledged;
        uint64_t bytes_per_second; /* between the last two samples */
        usec_t good; /* when it was last PACE_LEAST or more, or the reply began to be measured */
} Pace;

enum {
        PACE_LEAST = 240, /* bytes in a second: a tenth of what the slowest mobile networks carry */
        PACE_SAMPLE_SECONDS = 5,
};

/**
 * pace_sample() - measure once more, at most each PACE_SAMPLE_SECONDS
 * @fd:    the socket; of one that is not TCP no pace is known, and none is too slow
 * @reply: when its reply began
 * @now:   the time
 */
void pace_sample(Pace *pace, int fd, usec_t reply, usec_t now);

/** pace_is_too_slow() - whether the client has taken less than PACE_LEAST for all of @span. */
bool pace_is_too_slow(const Pace *pace, usec_t now, usec_t span);
