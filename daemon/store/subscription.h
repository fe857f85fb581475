#pragma once

/*
 * The subscriptions of contacts. The import of a contact makes no subscription. Opt-outs are in
 * store/optout.h.
 */

#include "store/store.h"
#include "store/subscription-scope.h"

/** The origin of a subscription. With SUBSCRIPTION_OWN a contact gets only what the public may see. */
typedef enum SubscriptionOrigin {
        SUBSCRIPTION_GIVEN = 0, /* made by the office */
        SUBSCRIPTION_OWN = 1,   /* made by the contact, through the form or the link in a mail */
} SubscriptionOrigin;

#define SQL_SUBSCRIPTION_GIVEN "0"

typedef struct Subscription {
        int64_t id;
        int64_t contact; /* object id of the card */
        SubscriptionScope scope;
        const char *target; /* category in lower case, UID, or collection; "" for all */
        const char *leads;  /* canonical leads (lead_format()), comma-separated; "": the category's leads */
        usec_t created;
        SubscriptionOrigin origin;
} Subscription;

/**
 * subscription_put() - subscribe a contact on behalf of the office. If the contact has a subscription with
 * this scope and target, its leads are replaced and its origin becomes SUBSCRIPTION_GIVEN.
 *
 * The contact's reminders of the matching events are derived at once (store/contact-due.h).
 *
 * Return: 0, STORE_E_NOT_FOUND if there is no such contact, another condition of the store, negative errno.
 */
int subscription_put(Store *store, int64_t contact, SubscriptionScope scope, const char *target,
                const char *leads, usec_t now);

/**
 * subscription_put_own() - as subscription_put(), on behalf of the contact. An existing subscription keeps
 * its origin.
 */
int subscription_put_own(Store *store, int64_t contact, SubscriptionScope scope, const char *target,
                const char *leads, usec_t now);

/**
 * subscription_delete() - delete a subscription, or with @scope 0 all subscriptions of the contact.
 * STORE_E_NOT_FOUND: there was none.
 */
int subscription_delete(Store *store, int64_t contact, SubscriptionScope scope, const char *target);

/**
 * subscription_each() - call @on_subscription for each subscription of a contact, or with @contact 0 of all
 * contacts, in order of id
 */
int subscription_each(Store *store, int64_t contact,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata);

/** subscription_count() - count the subscriptions of all contacts with this scope and target */
int subscription_count(Store *store, SubscriptionScope scope, const char *target, int64_t *ret);

/**
 * subscription_matching() - call @on_subscription for the subscriptions that match an event, for one batch
 * of contacts
 * @parent:     the event that it is a part of: the subscriptions to that very event match, too; "" for none
 * @categories: as in ObjectRecord
 * @after:      the batch begins with the first contact whose id is above this one
 * @limit:      maximum number of contacts in the batch
 *
 * The order is that of the contacts' ids, so the subscriptions of one contact follow each other. An event in
 * COLLECTION_MEETINGS matches no subscription.
 */
int subscription_matching(Store *store, const char *uid, const char *parent, const char *categories,
                const char *collection, int64_t after, int limit,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata);

/**
 * subscription_matching_contact() - as subscription_matching(), for one contact, in any order; cheaper,
 * because nothing is sorted
 */
int subscription_matching_contact(Store *store, const char *uid, const char *parent, const char *categories,
                const char *collection, int64_t contact,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata);

/**
 * subscription_is_of_whole() - whether a subscription matches the event @uid only as a part of the event
 * that the subscription is to. Such a contact gets the programme of the whole and the notices of changes in
 * it, but no reminders of the part.
 */
bool subscription_is_of_whole(const Subscription *subscription, const char *uid);

/**
 * subscription_version() - a number that changes when a subscription of a contact is added, deleted or gets
 * another origin. It does not change with the leads.
 */
int subscription_version(Store *store, int64_t contact, int64_t *ret);
