#pragma once

/*
 * Opt-outs of a contact: from all mail, from an event, from a kind of event. Independent of its
 * subscriptions.
 */

#include "store/reason.h"
#include "store/store.h"

/**
 * mute_put() - no mail about one event
 * mute_delete() - take that back, if it is there
 * mute_each() - the UIDs of a contact, in order
 */
int mute_put(Store *store, int64_t contact, const char *uid, usec_t now);
int mute_delete(Store *store, int64_t contact, const char *uid);
int mute_each(Store *store, int64_t contact, int (*on_mute)(const char *uid, void *userdata),
                void *userdata);
int mute_has(Store *store, int64_t contact, const char *uid, bool *ret);

/** mute_kind_put(), mute_kind_delete(), mute_kind_each() - the same of whole kinds, in lower case */
int mute_kind_put(Store *store, int64_t contact, const char *kind, usec_t now);
int mute_kind_delete(Store *store, int64_t contact, const char *kind);
int mute_kind_each(Store *store, int64_t contact, int (*on_mute)(const char *kind, void *userdata),
                void *userdata);

/**
 * contact_stop() - no mail at all, whatever lists the contact
 * contact_stopped() - whether that is so
 * contact_ask_back() - a stopped contact is asked at @now whether it wants mail again: it counts as stopped then
 * contact_stop_reason() - why; MAIL_REASON_NONE where mail goes
 * contact_resume() - take it back
 * contact_restore() - take it back, and every muted event and kind
 */
int contact_stop(Store *store, int64_t contact, MailReason reason, usec_t now);
int contact_stopped(Store *store, int64_t contact, bool *ret);
int contact_ask_back(Store *store, int64_t contact, usec_t now);
int contact_stop_reason(Store *store, int64_t contact, MailReason *ret);
int contact_resume(Store *store, int64_t contact);
int contact_restore(Store *store, int64_t contact);

/** contact_refusals() - everything against mail to a contact about an event, bits of ContactRefusal */
typedef enum ContactRefusal {
        REFUSES_ALL = 1 << 0,   /* contact_stopped() */
        REFUSES_EVENT = 1 << 1, /* mute_has() */
        REFUSES_KIND = 1 << 2,  /* of one of the event's kinds: mute_kind_put() */
        HAS_BOUNCED = 1 << 3,   /* mail to an address that it has, or had: suppression_is_suppressed() */
        IS_NOT_LISTED = 1 << 4, /* the event is there, and no subscription of the contact is for it */
} ContactRefusal;
int contact_refusals(Store *store, int64_t contact, const char *uid, unsigned *ret);
