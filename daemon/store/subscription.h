#pragma once

/* Who is listed for what, and the tokens that let a contact in without a password. Importing a contact subscribes nobody. */

#include "base/buffer.h"
#include "calendar/lead.h"
#include "store/store.h"

typedef enum SubscriptionScope {
        SUBSCRIBE_ALL = 1,
        SUBSCRIBE_KIND = 2,
        SUBSCRIBE_EVENT = 3,
        SUBSCRIBE_CALENDAR = 4
} SubscriptionScope;

typedef struct Subscription {
        int64_t id;
        int64_t contact; /* object id of the card */
        SubscriptionScope scope;
        const char *target; /* category in lower case, UID, collection; "" for all */
        const char *leads; /* comma-separated canonical leads (lead_format()) that replace the kind's; "" for the kind's */
        usec_t created;
} Subscription;

/** subscription_put() - list a contact; the same contact, scope and target again replaces the leads. The alarm index of what it touches is made due. */
int subscription_put(Store *store, int64_t contact, SubscriptionScope scope, const char *target,
                const char *leads, usec_t now);

/** subscription_delete() - @scope 0: all of the contact's. STORE_E_NOT_FOUND when there was none. */
int subscription_delete(Store *store, int64_t contact, SubscriptionScope scope, const char *target);

/** subscription_each() - of one contact (0: of all), in order of id. */
int subscription_each(Store *store, int64_t contact,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata);

/**
 * subscription_matching() - contacts listed for an event, @after a contact's id, at most @limit, in order of the contact's id: several
 * subscriptions of one contact come one after another. For fan-out in batches.
 */
int subscription_matching(Store *store, const char *uid, const char *categories, const char *collection,
                int64_t after, int limit,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata);

/** Exceptions: "not this event any more" of a contact that is listed for more than it. mute_delete() takes one back, if it is there. */
int mute_put(Store *store, int64_t contact, const char *uid, usec_t now);
int mute_delete(Store *store, int64_t contact, const char *uid);
/** mute_each() - the UIDs that a contact wants no mail about, in order of UID. */
int mute_each(Store *store, int64_t contact, int (*on_mute)(const char *uid, void *userdata),
                void *userdata);
int mute_has(Store *store, int64_t contact, const char *uid, bool *ret);

/** The same of whole kinds, in lower case, whatever the contact is listed for. mute_kind_has() - whether an event is of such a kind. */
int mute_kind_put(Store *store, int64_t contact, const char *kind, usec_t now);
int mute_kind_delete(Store *store, int64_t contact, const char *kind);
int mute_kind_each(Store *store, int64_t contact, int (*on_mute)(const char *kind, void *userdata),
                void *userdata);
int mute_kind_has(Store *store, int64_t contact, const char *uid, bool *ret);

/** contact_stop() - nothing is mailed to this contact any more, whatever lists it; contact_stopped() tells; contact_resume() takes that back,
 * contact_restore() every exception, too. */
int contact_stop(Store *store, int64_t contact, const char *reason, usec_t now);
int contact_stopped(Store *store, int64_t contact, bool *ret);

/** contact_refusals() - all of what may be said against mail to a contact about an event, bits of ContactRefusal. */
typedef enum ContactRefusal {
        REFUSES_ALL = 1 << 0,   /* contact_stopped() */
        REFUSES_EVENT = 1 << 1, /* mute_has() */
        REFUSES_KIND = 1 << 2,  /* mute_kind_has() */
        HAS_BOUNCED = 1 << 3,   /* mail to an address that it has, or had: suppression_is_suppressed() */
} ContactRefusal;
int contact_refusals(Store *store, int64_t contact, const char *uid, unsigned *ret);
/** contact_stop_reason() - append why nothing is mailed to it; nothing where something is. */
int contact_stop_reason(Store *store, int64_t contact, Buffer *out);
int contact_resume(Store *store, int64_t contact);
int contact_restore(Store *store, int64_t contact);

/** private_feed_make() - a new token for the contact's own feed; an older one ends. Only its hash is kept. */
int private_feed_make(Store *store, int64_t contact, usec_t now, char ret_token[static 33]);
int private_feed_revoke(Store *store, int64_t contact);
/** private_feed_contact() - whose token it is. STORE_E_NOT_FOUND when it is nobody's (any more). */
int private_feed_contact(Store *store, const char *token, int64_t *ret_contact);
