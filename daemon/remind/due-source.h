#pragma once

/*
 * A source of due work. The engine has a table of sources. It gets the next due time of each source, and
 * calls the source to process a part of its work. Due work is derived from the store, so it can be derived
 * again after a crash. The cost depends on the number of due rows, not on the number of stored rows.
 */

#include "config/config.h"
#include "store/store.h"

/** The arguments of DueSource.process(); borrowed for the call. */
typedef struct DueWork {
        Store *store;
        const Config *config;
        usec_t horizon; /* the store's first start: see due_is_wanted() for reminders that fire before it */
        usec_t now;
} DueWork;

typedef struct DueSource {
        const char *name;

        /* Finds when work is due next; USEC_INFINITY if there is none. */
        int (*next)(Store *store, usec_t *ret);

        /*
         * Processes some of the work that is due at work->now. A call takes a few milliseconds, because it
         * blocks the event loop.
         */
        int (*process)(const DueWork *work);

        /*
         * Called when the clock was set back to @now: makes the work due again that was done at a later
         * time. @ret_n: the number of rows made due again. NULL if there is nothing to do.
         */
        int (*rewind)(Store *store, usec_t now, int64_t *ret_n);

        /*
         * Marks future due times to be derived again, after a change of the configured leads if @of_leads,
         * otherwise of the time zones. NULL if there is nothing to do.
         */
        int (*reset)(Store *store, bool of_leads, usec_t now);
} DueSource;
