#pragma once

/*
 * Requests for a subscription, until they are confirmed from the mailbox of the address. The answer to a
 * request never shows whether the address is subscribed already. Only the hash of the link's token is
 * stored; the mail contains the token itself.
 */

#include "base/conditions.h"
#include "base/hash.h"
#include "store/subscription.h"

typedef struct Signup {
        const char *address;
        const char *language; /* of the web page that had the form */
        SubscriptionScope scope;
        const char *target;  /* as in Subscription */
        const char *network; /* network from which the request came, "192.0.2.0/24" */
        usec_t created, expires;
} Signup;

/* The maximum number of requests within 24 hours. */
typedef struct SignupLimits {
        int per_address; /* for one mailbox: address_mailbox() */
        int per_network;
        int per_day; /* in total */
} SignupLimits;

enum {
        SIGNUP_E_LIMIT = CONDITIONS_STORE + 30,
        /*
         * If a contact has stopped all mail, this much time must pass before it is asked again, counted
         * from the stop or from the last time it was asked.
         */
        SIGNUP_STOPPED_DAYS = 30,
};

/**
 * signup_add() - store a request, and add the mail that asks for its confirmation to the ledger
 * @signup: `created` is ignored
 *
 * A refused request (over a limit, or too soon after a contact stopped all mail) takes as long as an
 * accepted one. Only the number of refused requests is stored.
 *
 * Return: 0, SIGNUP_E_LIMIT, a condition of the store, negative errno.
 */
int signup_add(Store *store, const Signup *signup, const SignupLimits *limits, usec_t now);

/** signup_refused() - the number of refused requests */
int signup_refused(Store *store, int64_t *ret);

/**
 * signup_forget() - delete requests that have expired and no longer count for a limit, so that addresses
 * are not stored longer than needed. @ret_n: their number.
 */
int signup_forget(Store *store, usec_t now, int64_t *ret_n);

/**
 * signup_get() - copy the request that belongs to a token. STORE_E_NOT_FOUND: the request has expired, was
 * confirmed, or never existed.
 */
int signup_get(Store *store, const char *token, usec_t now, Signup **ret);
Signup *signup_free(Signup *signup);
DEFINE_CLEANUP(Signup, signup_freep, signup_free)

/** signup_end() - make a token invalid; its request still counts for the limits */
int signup_end(Store *store, const char *token, usec_t now);

/**
 * signup_welcome() - add the mail that follows a confirmation to the ledger, once for each token: the mail
 * has the link to the contact's own page
 */
int signup_welcome(Store *store, const char *token, int64_t contact, usec_t now);

/**
 * signup_is_listed() - whether a contact already gets the requested mail, because it is subscribed to the
 * target or to everything and has not opted out.
 */
int signup_is_listed(Store *store, int64_t contact, const Signup *signup, bool *ret);
