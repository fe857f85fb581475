#pragma once

/*
 * A source of due work. The engine has a table of them: it asks each when it is due next, and lets it do a
 * part of its work. A source is derived from what is stored, so it can be worked out again after a crash,
 * and costs what is due and not what is stored.
 */

#include "config/config.h"
#include "store/store.h"

/** The engine's services for its sources; borrowed for the call. */
typedef struct DueWork {
        Store *store;
        const Config *config;
        usec_t horizon; /* nothing that fires before it is mailed */
        usec_t now;
} DueWork;

typedef struct DueSource {
        const char *name;

        /* When there is work next; USEC_INFINITY when there is none. */
        int (*next)(Store *store, usec_t *ret);

        /* Do some of the work that is due at work->now: a few milliseconds of it, for the loop has other things to do. */
        int (*process)(const DueWork *work);

        /* The clock was set back to @now: what was worked out at a later moment is worked out again. @ret_n: how many rows were open again. */
        int (*rewind)(Store *store, usec_t now, int64_t *ret_n);

        /* The time zones have changed, or, where @of_leads is set, the configuration's leads: moments that are to come are worked out again. */
        int (*reset)(Store *store, bool of_leads, usec_t now);
} DueSource;
