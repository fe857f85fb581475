#pragma once

/*
 * The tokens of private feeds: a bearer of one reads that contact's feed without a password. Only a token's
 * hash is kept.
 */

#include "base/hash.h"
#include "store/store.h"

/** private_feed_make() - a new token for a contact's own feed; an older one ends */
int private_feed_make(Store *store, int64_t contact, usec_t now, char ret_token[static TOKEN_SIZE]);

/** private_feed_revoke() - its token ends. STORE_E_NOT_FOUND when it has none. */
int private_feed_revoke(Store *store, int64_t contact);

/** private_feed_contact() - the contact of a token. STORE_E_NOT_FOUND when no contact has it (any more). */
int private_feed_contact(Store *store, const char *token, int64_t *ret_contact);
