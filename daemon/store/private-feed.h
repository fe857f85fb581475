#pragma once

/*
 * The tokens of private feeds. With the token, a contact's feed can be read without a password. Only the
 * hash of a token is stored.
 */

#include "base/hash.h"
#include "store/store.h"

/** private_feed_make() - make a token for a contact's feed; an older token becomes invalid */
int private_feed_make(Store *store, int64_t contact, usec_t now, char ret_token[static TOKEN_SIZE]);

/** private_feed_revoke() - delete a contact's token. STORE_E_NOT_FOUND: there is none. */
int private_feed_revoke(Store *store, int64_t contact);

/** private_feed_contact() - the contact of a token. STORE_E_NOT_FOUND: the token belongs to no contact. */
int private_feed_contact(Store *store, const char *token, int64_t *ret_contact);
