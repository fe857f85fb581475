#pragma once

/*
 * Private to http/: how fast a client reads a reply, measured by the bytes that it has acknowledged
 * (tcp(7)).
 */

#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

/** The rate at which the client of one connection reads. Initialise it with zeros. */
typedef struct Pace {
        usec_t reply; /* start of the measured reply; 0 for none */
        usec_t at;    /* of the last sample; all times are of the monotonic clock */
        uint64_t acknowledged;
        uint64_t bytes_per_second; /* between the last two samples */
        usec_t good; /* when the rate was last at least PACE_LEAST; at first the start of the measurement */
} Pace;

enum {
        PACE_LEAST = 240, /* bytes in a second: a tenth of the rate of the slowest mobile networks */
        PACE_SAMPLE_SECONDS = 5,
};

/**
 * pace_sample() - take a sample, unless the last one is younger than PACE_SAMPLE_SECONDS
 * @fd:    the socket; if it is not a TCP socket, the rate is unknown and never too slow
 * @reply: when the reply began
 * @now:   monotonic, as @reply
 */
void pace_sample(Pace *pace, int fd, usec_t reply, usec_t now);

/** pace_is_too_slow() - whether the client has read at less than PACE_LEAST for all of @span. */
bool pace_is_too_slow(const Pace *pace, usec_t now, usec_t span);
