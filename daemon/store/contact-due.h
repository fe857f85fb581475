#pragma once

/*
 * Contacts whose reminders must be derived again, because of a changed card or a new subscription. The
 * transaction of the change writes a row that selects the affected events. The engine processes these
 * events for this contact only, and then deletes the row.
 */

#include "store/store.h"
#include "store/subscription-scope.h"

typedef struct ContactDue {
        int64_t contact;
        SubscriptionScope scope; /* scope and target select the events, as in a subscription */
        char *target;
        int64_t after_object; /* events up to this id are processed */
} ContactDue;

void contact_due_done(ContactDue *due);

/**
 * contact_due_wake() - have the events of a scope and target processed for the contact, from the first one.
 * Does nothing if there is no such contact.
 */
int contact_due_wake(Store *store, int64_t contact, SubscriptionScope scope, const char *target);

/**
 * contact_due_wake_listings() - have the events of all subscriptions of the contact processed, because its
 * card has changed: leads such as "18:00" are in the contact's time zone
 */
int contact_due_wake_listings(Store *store, int64_t contact);

/** contact_due_count() - the number of rows, counted up to @limit */
int contact_due_count(Store *store, int limit, int64_t *ret);

/** contact_due_first() - any row; free it with contact_due_done(). STORE_E_NOT_FOUND: there is none. */
int contact_due_first(Store *store, ContactDue *ret);

/**
 * contact_due_objects() - the next events of a row, in order of id: the events in the alarm index that have
 * not ended at @now
 * @ret_objects: has room for @limit ids
 */
int contact_due_objects(Store *store, const ContactDue *due, usec_t now, int limit, int64_t *ret_objects,
                int *ret_n);

/** contact_due_advance() - record that the events of a row up to @object are processed */
int contact_due_advance(Store *store, const ContactDue *due, int64_t object);

/** contact_due_end() - delete a row, because all its events are processed */
int contact_due_end(Store *store, const ContactDue *due);

/** contact_due_note() - record that a row was processed at @now; a later time that is recorded stays */
int contact_due_note(Store *store, usec_t now);

/**
 * contact_due_rewind() - adjust the alarm index after the clock was set back to @now. By the old clock some
 * events had ended and were skipped for a contact, but their rows in the index do not show that. So if a
 * row of a contact was processed later than @now, this makes all those events due that due_index_rewind()
 * does not make due.
 * @ret_n: number of these events; set on 0 only
 */
int contact_due_rewind(Store *store, usec_t now, int64_t *ret_n);

/**
 * contact_due_spread() - delete all rows and make every event of the alarm index due for all its contacts
 */
int contact_due_spread(Store *store);
