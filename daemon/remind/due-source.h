#pragma once

/*
 * A source of due work. The engine has a table of sources: it asks each for its next due time, and lets it
 * process a part of its work. Due work is derived from the store, so it can be derived again after a
 * crash. Its cost depends on the number of due rows, not on the number of stored rows.
 */

#include "config/config.h"
#include "store/store.h"

/** The arguments of DueSource.process(); borrowed for the call. */
typedef struct DueWork {
        Store *store;
        const Config *config;
        usec_t horizon; /* reminders that fire before this time are not mailed */
        usec_t now;
} DueWork;

typedef struct DueSource {
        const char *name;

        /* Finds when work is due next; USEC_INFINITY for never. */
        int (*next)(Store *store, usec_t *ret);

        /*
         * Processes some of the work that is due at work->now, for a few milliseconds: it must not block
         * the event loop.
         */
        int (*process)(const DueWork *work);

        /*
         * Makes work due again that was done after @now, once the clock was set back to @now. @ret_n: the
         * number of rows made due again.
         */
        int (*rewind)(Store *store, usec_t now, int64_t *ret_n);

        /*
         * Makes future due times be derived again, after a change of the time zones or, if @of_leads, of
         * the configuration's leads.
         */
        int (*reset)(Store *store, bool of_leads, usec_t now);
} DueSource;
