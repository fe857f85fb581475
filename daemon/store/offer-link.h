#pragma once

/*
 * The secret links of offers that are in no list. A link's token is derived from the store's secret and the
 * number of the object, so it can be shown at any time and cannot be guessed; it stays the same until the
 * offer is deleted. An offer that came from another store (store/transfer.h) keeps the links that it had
 * there.
 */

#include "base/hash.h"
#include "store/object.h"

/*
 * OFFER_LINK_PREFIX - the name of a value of the store (store_meta_get()) is this prefix and the token of a
 * link that another store has derived; the value is the number of the offer
 */
#define OFFER_LINK_PREFIX "offer-link."

/** offer_link_make() - derive the token of an offer's link */
int offer_link_make(Store *store, const ObjectRecord *offer, char ret[static TOKEN_SIZE]);

/** offer_link_derive() - derive the token that a store with another secret has for the offer @number */
void offer_link_derive(const char *secret, int64_t number, char ret[static TOKEN_SIZE]);

/**
 * offer_link_find() - read the offer of a token
 * Return: 0, STORE_E_NOT_FOUND if no offer has it, another condition of the store, negative errno.
 */
int offer_link_find(Store *store, const char *token, ObjectRecord **ret);
