#pragma once

/*
 * Contacts by the address that mail to them goes to (card_email()): an indexed column beside the card's
 * text. The case of ASCII letters does not count.
 */

#include "store/store.h"

enum { ADDRESS_SIZE = 384 }; /* more than card_email_valid() lets through */

/**
 * address_fold() - the form to keep and compare; NULL becomes "", and what is longer than any valid address
 * is cut
 */
void address_fold(const char *address, char ret[static ADDRESS_SIZE]);

/**
 * address_mailbox() - the form to count by: the mailbox that an address most likely leads to, without what
 * stands behind a `+` and without dots in its local part. Many mail services ignore both.
 */
void address_mailbox(const char *address, char ret[static ADDRESS_SIZE]);

/**
 * address_find() - the contacts that mail to an address goes to
 * @ret_contact: the first by UID; 0 when there is none
 * @ret_n:       how many there are; may be NULL
 */
int address_find(Store *store, const char *address, int64_t *ret_contact, int64_t *ret_n);

/** address_changed() - when the contact's address last changed; 0 for never. */
int address_changed(Store *store, int64_t contact, usec_t *ret);
