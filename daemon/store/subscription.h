#pragma once

/*
 * The subscriptions of contacts. Importing a contact makes no subscription. Opt-outs are in store/optout.h.
 */

#include "store/store.h"
#include "store/subscription-scope.h"

/** The maker of a subscription. A contact with SUBSCRIPTION_OWN gets only what the public may see. */
typedef enum SubscriptionOrigin {
        SUBSCRIPTION_GIVEN = 0, /* by the office */
        SUBSCRIPTION_OWN = 1,   /* by the contact, through the form or the link in a mail */
} SubscriptionOrigin;

#define SQL_SUBSCRIPTION_GIVEN "0"

typedef struct Subscription {
        int64_t id;
        int64_t contact; /* object id of the card */
        SubscriptionScope scope;
        const char *target; /* category in lower case, UID, or collection; "" for all */
        const char *leads;  /* canonical leads (lead_format()), comma-separated; "": those of the category */
        usec_t created;
        SubscriptionOrigin origin;
} Subscription;

/**
 * subscription_put() - subscribe a contact on behalf of the office. If contact, scope and target exist
 * already, replaces the leads and makes a contact's own subscription the office's.
 * subscription_put_own() - subscribe on behalf of the contact; an existing subscription of the office's
 * stays the office's
 *
 * The contact's reminders of the matching events are derived at once (store/contact-due.h).
 *
 * Return: 0, STORE_E_NOT_FOUND if there is no such contact, others as the store's.
 */
int subscription_put(Store *store, int64_t contact, SubscriptionScope scope, const char *target,
                const char *leads, usec_t now);
int subscription_put_own(Store *store, int64_t contact, SubscriptionScope scope, const char *target,
                const char *leads, usec_t now);

/**
 * subscription_delete() - delete a subscription; @scope 0: all of the contact. STORE_E_NOT_FOUND: there was
 * none.
 */
int subscription_delete(Store *store, int64_t contact, SubscriptionScope scope, const char *target);

/**
 * subscription_each() - call @on_subscription for each subscription of a contact (0: of all), in order of
 * id
 */
int subscription_each(Store *store, int64_t contact,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata);

/**
 * subscription_matching() - call @on_subscription for each subscription that matches an event; for fan-out
 * in batches of at most @limit contacts with an id above @after, in order of the contact's id
 *
 * The subscriptions of one contact follow each other.
 */
int subscription_matching(Store *store, const char *uid, const char *categories, const char *collection,
                int64_t after, int limit,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata);

/** subscription_is_given() - whether a subscription of the office's matches a contact and an object. */
int subscription_is_given(Store *store, int64_t contact, int64_t object, bool *ret);

/** subscription_version() - a number that changes with each change of a contact's subscriptions. */
int subscription_version(Store *store, int64_t contact, int64_t *ret);
