#pragma once

/*
 * The alarm index: for each event the moment at which the reminder engine has to look at it next, so that a
 * tick costs what is due and not what is stored. Writing an event, or a subscription that touches it, makes
 * it due at once (0); the engine works out the next moment.
 */

#include "store/store.h"

typedef struct DueEntry {
        int64_t object;
        usec_t next;           /* when it is due; USEC_INFINITY: not until the event changes */
        int64_t after_contact; /* fan-out resumes behind this contact's id; 0 from the start */
        usec_t found; /* the earliest next moment that a fan-out under way has found; else USEC_INFINITY */
        usec_t seen;  /* when the engine last worked all of it out, by its clock; 0: not yet */
} DueEntry;

/**
 * due_index_each() - up to @limit rows due at @now, the earliest first, and those whose moment is not known
 * yet (0) behind them
 */
int due_index_each(Store *store, usec_t now, int limit, int (*on_due)(const DueEntry *due, void *userdata),
                void *userdata);

/**
 * due_index_get() - the row of one event. Return: 0, STORE_E_NOT_FOUND when there is none, others as the
 * store's.
 */
int due_index_get(Store *store, int64_t object, DueEntry *ret);

/** due_index_next() - when the earliest row is due; USEC_INFINITY when none is */
int due_index_next(Store *store, usec_t *ret);

/**
 * due_index_wake() - the event is due at once, from its first contact on; what is known of when it was
 * worked out stays
 */
int due_index_wake(Store *store, int64_t object);

/** due_index_wake_known() - the same where the event has a row; one that was over from the start has none */
int due_index_wake_known(Store *store, int64_t object);

/** due_index_missing() - how many events that have not ended at @now are not in the index: nobody is reminded of them */
int due_index_missing(Store *store, usec_t now, int64_t *ret);

/** due_index_set() - the row's next moment and how far its fan-out has come */
int due_index_set(Store *store, const DueEntry *due);

/**
 * due_index_rewind() - the clock was set back to @now: what was worked out, or written, at a later moment
 * is due at once
 * @ret_n: the number of events that are due by this
 */
int due_index_rewind(Store *store, usec_t now, int64_t *ret_n);

/**
 * due_index_reset_all() - every event that has not ended is due at once: the configuration's leads, or the
 * time zones, have changed
 */
int due_index_reset_all(Store *store, usec_t now);
