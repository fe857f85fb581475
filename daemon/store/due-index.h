#pragma once

/*
 * The alarm index: for each event, the time at which the reminder engine must process it next. A run of the
 * engine reads only the events that are due, not all stored events. Writing an event makes it due at once
 * (time 0), and the engine then computes the next time. A new subscription or a changed card makes events
 * due for that contact only (store/contact-due.h).
 */

#include "store/due-notify.h"
#include "store/store.h"

typedef struct DueEntry {
        int64_t object;
        usec_t next;           /* when it is due; USEC_INFINITY if only a change makes it due */
        int64_t after_contact; /* fan-out continues after this contact's id; 0: from the first contact */
        usec_t found;     /* the earliest next time found by an unfinished fan-out; else USEC_INFINITY */
        usec_t seen;      /* when the engine last finished the event, by its clock; 0 if never */
        DueNotify notify; /* of the last change, until the fan-out has finished */
} DueEntry;

/**
 * due_index_each() - read up to @limit rows that are due at @now, the earliest first. Rows whose time is
 * not computed yet (0) come last. `seen` and `notify` are not read: use due_index_get() for them.
 */
int due_index_each(Store *store, usec_t now, int limit, int (*on_due)(const DueEntry *due, void *userdata),
                void *userdata);

/**
 * due_index_get() - the row of an event. Return: 0, STORE_E_NOT_FOUND if there is none, another condition of
 * the store, negative errno.
 */
int due_index_get(Store *store, int64_t object, DueEntry *ret);

/** due_index_next() - when the earliest row is due; USEC_INFINITY if there is none */
int due_index_next(Store *store, usec_t *ret);

/** due_index_wake() - make an event due at once, for all its contacts; `seen` is not changed */
int due_index_wake(Store *store, int64_t object);

/**
 * due_index_wake_known() - the same as due_index_wake(), but only if the event has a row. An event that was
 * written after its end has none.
 */
int due_index_wake_known(Store *store, int64_t object);

/** due_index_set_notify() - set how contacts hear of an event's last change, if the event has a row */
int due_index_set_notify(Store *store, int64_t object, DueNotify notify);

/** due_index_wake_all() - the same as due_index_wake() for every event that has a row */
int due_index_wake_all(Store *store);

/**
 * due_index_wake_seen() - the same as due_index_wake() for the events that the engine last finished at @now
 * or before; @ret_n: their number
 */
int due_index_wake_seen(Store *store, usec_t now, int64_t *ret_n);

/**
 * due_index_missing() - the number of events that have not ended at @now and are not in the index: they get
 * no reminders
 */
int due_index_missing(Store *store, usec_t now, int64_t *ret);

/** due_index_set() - set the next time and the progress of the fan-out */
int due_index_set(Store *store, const DueEntry *due);

/**
 * due_index_rewind() - after the clock was set back to @now, make every event due whose next time was
 * computed later than @now, or that was written later than @now
 * @ret_n: the number of these events
 */
int due_index_rewind(Store *store, usec_t now, int64_t *ret_n);

/**
 * due_index_reset_all() - make every event due that has not ended at @now, because the configuration's
 * leads or the time zones have changed
 */
int due_index_reset_all(Store *store, usec_t now);
