#pragma once

/*
 * The contacts whose reminders are to be derived again: a card has changed, or a contact is listed for something new. A row is
 * written with the change, names the events that it touches, and goes once the engine has looked at each of them for this contact.
 * The other contacts of these events cost nothing.
 */

#include "store/store.h"
#include "store/subscription-scope.h"

typedef struct ContactDue {
        int64_t contact;
        SubscriptionScope scope; /* with target: the events that it touches */
        char *target;
        int64_t after_object; /* the events up to this id were looked at */
} ContactDue;

void contact_due_done(ContactDue *due);

/** contact_due_wake() - look at these events from the first one on; nothing where there is no such contact */
int contact_due_wake(Store *store, int64_t contact, SubscriptionScope scope, const char *target);

/** contact_due_count() - how many rows there are, counted up to @limit */
int contact_due_count(Store *store, int limit, int64_t *ret);

/** contact_due_first() - some row; contact_due_done() it. STORE_E_NOT_FOUND when there is none. */
int contact_due_first(Store *store, ContactDue *ret);

/**
 * contact_due_objects() - the next events of a row that are in the alarm index and have not ended at @now, in order of their ids
 * @ret_objects: room for @limit ids
 */
int contact_due_objects(Store *store, const ContactDue *due, usec_t now, int limit, int64_t *ret_objects,
                int *ret_n);

/**
 * contact_due_advance() - the events up to @object were looked at
 * contact_due_end() - all of them
 */
int contact_due_advance(Store *store, const ContactDue *due, int64_t object);
int contact_due_end(Store *store, const ContactDue *due);

/** contact_due_spread() - all rows go, and every event of the alarm index is due for all of its contacts */
int contact_due_spread(Store *store);
