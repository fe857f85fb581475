#pragma once

/*
 * The contacts that are listed for something. Importing a contact makes no subscription. What a contact has
 * opted out of is in store/optout.h.
 */

#include "store/store.h"
#include "store/subscription-scope.h"

/** The side that has listed a contact. A contact's own listing tells it no more than the public may see. */
typedef enum SubscriptionOrigin {
        SUBSCRIPTION_GIVEN = 0, /* by the office */
        SUBSCRIPTION_OWN = 1,   /* by the contact, through the form or the link in a mail */
} SubscriptionOrigin;

#define SQL_SUBSCRIPTION_GIVEN "0"

typedef struct Subscription {
        int64_t id;
        int64_t contact; /* object id of the card */
        SubscriptionScope scope;
        const char *target; /* category in lower case, UID, collection; "" for all */
        const char *leads; /* comma-separated canonical leads (lead_format()) that replace the kind's; "" for the kind's */
        usec_t created;
        SubscriptionOrigin origin;
} Subscription;

/**
 * subscription_put() - list a contact in the office's name; the same contact, scope and target again
 * replaces the leads, and a contact's own listing becomes the office's
 * subscription_put_own() - in the contact's own name; a listing of the office's stays one
 *
 * The contact's reminders of the events that it touches are derived at once (store/contact-due.h).
 *
 * Return: 0, STORE_E_NOT_FOUND when there is no such contact, others as the store's.
 */
int subscription_put(Store *store, int64_t contact, SubscriptionScope scope, const char *target,
                const char *leads, usec_t now);
int subscription_put_own(Store *store, int64_t contact, SubscriptionScope scope, const char *target,
                const char *leads, usec_t now);

/** subscription_delete() - @scope 0: all of the contact's. STORE_E_NOT_FOUND when there was none. */
int subscription_delete(Store *store, int64_t contact, SubscriptionScope scope, const char *target);

/** subscription_each() - of one contact (0: of all), in order of id */
int subscription_each(Store *store, int64_t contact,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata);

/**
 * subscription_matching() - the subscriptions that list contacts for an event, for fan-out in batches: of
 * at most @limit contacts with an id above @after, in order of the contact's id
 *
 * Several subscriptions of one contact come one after another.
 */
int subscription_matching(Store *store, const char *uid, const char *categories, const char *collection,
                int64_t after, int limit,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata);

/** subscription_is_given() - whether a listing of the office's lists the contact for an object. */
int subscription_is_given(Store *store, int64_t contact, int64_t object, bool *ret);

/** subscription_version() - another number after each change of what the contact is listed for. */
int subscription_version(Store *store, int64_t contact, int64_t *ret);
