#pragma once

/*
 * The opt-outs of a contact: from all mail, from an event, or from a category of events. Opt-outs and
 * subscriptions are independent of each other.
 */

#include "store/reason.h"
#include "store/store.h"

/**
 * mute_put() - stop all mail to a contact about one event
 * mute_delete() - remove this opt-out, if it exists
 * mute_each() - the UIDs of the events that a contact has muted, in order
 * mute_has() - whether a contact has muted an event
 */
int mute_put(Store *store, int64_t contact, const char *uid, usec_t now);
int mute_delete(Store *store, int64_t contact, const char *uid);
int mute_each(Store *store, int64_t contact, int (*on_mute)(const char *uid, void *userdata),
                void *userdata);
int mute_has(Store *store, int64_t contact, const char *uid, bool *ret);

/**
 * mute_kind_put(), mute_kind_delete(), mute_kind_each() - as mute_put(), mute_delete() and mute_each(), for
 * a category of events instead of one event; @kind is in lower case
 */
int mute_kind_put(Store *store, int64_t contact, const char *kind, usec_t now);
int mute_kind_delete(Store *store, int64_t contact, const char *kind);
int mute_kind_each(Store *store, int64_t contact, int (*on_mute)(const char *kind, void *userdata),
                void *userdata);

/**
 * contact_stop() - stop all mail to a contact, whatever its subscriptions. An earlier stop keeps its reason
 * and time.
 * contact_stopped() - whether all mail to a contact is stopped
 * contact_ask_back() - set the time of a stop to @now, because the contact is asked whether it wants mail
 * again
 * contact_stop_reason() - the reason of the stop; MAIL_REASON_NONE if mail is allowed
 * contact_resume() - end the stop
 * contact_restore() - end the stop and remove every muted event and category
 */
int contact_stop(Store *store, int64_t contact, MailReason reason, usec_t now);
int contact_stopped(Store *store, int64_t contact, bool *ret);
int contact_ask_back(Store *store, int64_t contact, usec_t now);
int contact_stop_reason(Store *store, int64_t contact, MailReason *ret);
int contact_resume(Store *store, int64_t contact);
int contact_restore(Store *store, int64_t contact);

/**
 * optout_remember() - before a contact is deleted: keep the hash of its address, if it has stopped all mail
 * optout_recall() - after a contact was stored, or its address changed: stop all mail to it, if that hash is
 * kept
 *
 * Nothing else of the address is kept. The right to object to mail outlasts the card (GDPR, Art. 21).
 * contact_resume() forgets the hash, because the contact wants mail again.
 */
int optout_remember(Store *store, int64_t contact);
int optout_recall(Store *store, int64_t contact, usec_t now);

/** contact_refusals() - all reasons not to mail a contact about an event, as bits of ContactRefusal */
typedef enum ContactRefusal {
        REFUSES_ALL = 1 << 0,   /* contact_stopped() */
        REFUSES_EVENT = 1 << 1, /* mute_has() */
        REFUSES_KIND = 1 << 2,  /* a category of the event is muted: mute_kind_put() */
        HAS_BOUNCED = 1 << 3,   /* the contact's present or former address is suppressed */
        /* the event exists; no subscription matches it, or only one to a whole that is refused */
        IS_NOT_LISTED = 1 << 4,
} ContactRefusal;
int contact_refusals(Store *store, int64_t contact, const char *uid, unsigned *ret);
