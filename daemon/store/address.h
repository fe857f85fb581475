#pragma once

/*
 * Finds contacts by their mail address (card_email()), through an indexed column beside the card's text.
 * The case of ASCII letters is ignored, and so is the form of the domain: U-labels and A-labels are equal.
 */

#include "store/store.h"

enum { ADDRESS_SIZE = 384 }; /* more than card_email_valid() allows */

/**
 * address_fold() - convert an address to the form that is stored and compared. NULL becomes ""; an address
 * longer than any valid one is truncated.
 */
void address_fold(const char *address, char ret[static ADDRESS_SIZE]);

/**
 * address_mailbox() - guess the mailbox that an address leads to, so that all its spellings count as one.
 * Many mail services ignore a `+` with the text after it, and the dots in the local part; both are removed.
 */
void address_mailbox(const char *address, char ret[static ADDRESS_SIZE]);

/**
 * address_find() - the contacts with a mail address
 * @ret_contact: the first by UID; 0 if there is none
 * @ret_n:       their number; may be NULL
 */
int address_find(Store *store, const char *address, int64_t *ret_contact, int64_t *ret_n);

/** address_changed() - when the contact's address last changed; *ret is 0 if it never did. */
int address_changed(Store *store, int64_t contact, usec_t *ret);
