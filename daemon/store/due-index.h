#pragma once

/*
 * The alarm index: for each event the time at which the reminder engine must process it next. A run of the
 * engine reads only the events that are due, not all that are stored. Writing an event makes it due at once
 * (0); the engine then computes the next time. A new subscription or a changed card makes only the events of
 * that contact due (store/contact-due.h).
 */

#include "store/store.h"

typedef struct DueEntry {
        int64_t object;
        usec_t next;           /* when it is due; USEC_INFINITY: only after a change */
        int64_t after_contact; /* fan-out continues after this contact's id; 0: from the start */
        usec_t found; /* the earliest next time found by an unfinished fan-out; else USEC_INFINITY */
        usec_t seen;  /* when the engine last completed it, by its clock; 0: never */
} DueEntry;

/**
 * due_index_each() - up to @limit rows due at @now, the earliest first; then rows whose time is not
 * computed yet (0)
 */
int due_index_each(Store *store, usec_t now, int limit, int (*on_due)(const DueEntry *due, void *userdata),
                void *userdata);

/**
 * due_index_get() - the row of an event. Return: 0, STORE_E_NOT_FOUND if there is none, others as the
 * store's.
 */
int due_index_get(Store *store, int64_t object, DueEntry *ret);

/** due_index_next() - when the earliest row is due; USEC_INFINITY if there is none */
int due_index_next(Store *store, usec_t *ret);

/** due_index_wake() - make an event due at once, from its first contact; `seen` is not changed */
int due_index_wake(Store *store, int64_t object);

/**
 * due_index_wake_known() - the same, but only if the event has a row; an event written after its end has
 * none
 */
int due_index_wake_known(Store *store, int64_t object);

/** due_index_wake_all() - the same for every event that has a row */
int due_index_wake_all(Store *store);

/** due_index_wake_seen() - the same for the rows last completed at @now or before; @ret_n: how many */
int due_index_wake_seen(Store *store, usec_t now, int64_t *ret_n);

/**
 * due_index_missing() - the number of events that have not ended at @now and are not in the index: they get
 * no reminders
 */
int due_index_missing(Store *store, usec_t now, int64_t *ret);

/** due_index_set() - set the next time and the progress of the fan-out */
int due_index_set(Store *store, const DueEntry *due);

/**
 * due_index_rewind() - the clock was set back to @now: make every event due that was computed or written at
 * a later time
 * @ret_n: the number of these events
 */
int due_index_rewind(Store *store, usec_t now, int64_t *ret_n);

/**
 * due_index_reset_all() - make every event due that has not ended: the configuration's leads or the time
 * zones have changed
 */
int due_index_reset_all(Store *store, usec_t now);
