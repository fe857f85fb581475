#pragma once

/*
 * Requests to be listed, until the reader of the address's mail confirms them. No answer depends on whether
 * the address is listed already. Only the hash of the link's token is kept; the token itself goes out with
 * the mail.
 */

#include "base/conditions.h"
#include "base/hash.h"
#include "store/subscription.h"

typedef struct Signup {
        const char *address;
        const char *language; /* of the page that it came from */
        SubscriptionScope scope;
        const char *target;  /* as in Subscription */
        const char *network; /* that it came from, "192.0.2.0/24" */
        usec_t created, expires;
} Signup;

/* How many requests may come in a day. */
typedef struct SignupLimits {
        int per_address; /* of one mailbox: address_mailbox() */
        int per_network;
        int per_day; /* over all */
} SignupLimits;

enum {
        SIGNUP_E_LIMIT = CONDITIONS_STORE + 30,
        /* A contact that has stopped all mail is asked back no sooner after that, and no more often. */
        SIGNUP_STOPPED_DAYS = 30,
};

/**
 * signup_add() - keep a request, and enter the mail that asks for its confirmation into the ledger
 * @signup: created is filled in
 *
 * A request over a limit, or too soon for a contact that has stopped all mail, costs as much as another one;
 * only the number of those is kept: signup_refused().
 *
 * Return: 0, SIGNUP_E_LIMIT, a condition of the store, negative errno.
 */
int signup_add(Store *store, const Signup *signup, const SignupLimits *limits, usec_t now);
int signup_refused(Store *store, int64_t *ret);

/**
 * signup_forget() - delete the *ret_n requests that have expired and count for no limit any more: addresses
 * are not kept longer than needed
 */
int signup_forget(Store *store, usec_t now, int64_t *ret_n);

/**
 * signup_get() - a copy of the request of a token. STORE_E_NOT_FOUND: it has expired, was confirmed, or
 * never was.
 */
int signup_get(Store *store, const char *token, usec_t now, Signup **ret);
Signup *signup_free(Signup *signup);
DEFINE_CLEANUP(Signup, signup_freep, signup_free)

/** signup_end() - its token ends; it still counts for the limits */
int signup_end(Store *store, const char *token, usec_t now);

/**
 * signup_is_listed() - whether a contact gets mail of what is asked for already: listed for it or for
 * everything, and nothing of it stopped.
 */
int signup_is_listed(Store *store, int64_t contact, const Signup *signup, bool *ret);
