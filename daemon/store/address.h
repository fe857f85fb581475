#pragma once

/*
 * Finds contacts by their mail address (card_email()), through an indexed column beside the card's text, in
 * the form of store/address-fold.h.
 */

#include "store/address-fold.h"
#include "store/store.h"

/**
 * address_find() - the contacts with a mail address
 * @ret_contact: the first by UID; 0 if there is none
 * @ret_n:       their number; may be NULL
 */
int address_find(Store *store, const char *address, int64_t *ret_contact, int64_t *ret_n);

/**
 * address_find_in() - the first contact by UID with a mail address in some collections
 * @collections: ",contacts,"; NULL for all
 * @ret:         0 if there is none
 */
int address_find_in(Store *store, const char *address, const char *collections, int64_t *ret);

/** address_changed() - when the contact's address last changed; *ret is 0 if it never did. */
int address_changed(Store *store, int64_t contact, usec_t *ret);
