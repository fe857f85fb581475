#pragma once

/*
 * Requests to be listed that wait to be confirmed by whoever reads the address's mail. Who asks gets no answer from here that depends on who is
 * listed. Only the hash of the link's token is kept; the token itself goes out with the mail.
 */

#include "base/conditions.h"
#include "base/hash.h"
#include "store/subscription.h"

typedef struct Signup {
        const char *address;
        const char *language; /* "ru" or "en" */
        SubscriptionScope scope;
        const char *target;  /* as in Subscription */
        const char *network; /* that it came from, "192.0.2.0/24" */
        usec_t created, expires;
} Signup;

/** How many requests may come in a day. */
typedef struct SignupLimits {
        int per_address, per_network;
} SignupLimits;

enum { SIGNUP_E_LIMIT = CONDITIONS_STORE + 30 };

/**
 * signup_add() - keep a request, and enter the mail that asks for its confirmation into the ledger
 * @signup: created is filled in
 *
 * Over a limit it costs as much as otherwise, and what is kept is that it was refused: signup_refused() counts.
 *
 * Return: 0, SIGNUP_E_LIMIT, a condition of the store, negative errno.
 */
int signup_add(Store *store, const Signup *signup, const SignupLimits *limits, usec_t now);
int signup_refused(Store *store, int64_t *ret);

/** signup_forget() - addresses are not kept for longer than they are of use: what has expired and counts for no limit any more goes, *ret_n of them. */
int signup_forget(Store *store, usec_t now, int64_t *ret_n);

/** signup_get() - an own copy of what a token asks for. STORE_E_NOT_FOUND: it has expired, was confirmed, or never was. */
int signup_get(Store *store, const char *token, usec_t now, Signup **ret);
Signup *signup_free(Signup *signup);
DEFINE_CLEANUP(Signup, signup_freep, signup_free)

/** signup_end() - its token is worth nothing any more; it still counts for the limits. */
int signup_end(Store *store, const char *token, usec_t now);

/** signup_is_listed() - whether a contact gets mail of what is asked for already: listed for it or for everything, and nothing of it stopped. */
int signup_is_listed(Store *store, int64_t contact, const Signup *signup, bool *ret);
