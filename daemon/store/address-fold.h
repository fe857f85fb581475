#pragma once

/*
 * The form in which mail addresses are stored and compared: the case of ASCII letters is ignored, and so is
 * the form of the domain, U-labels or A-labels.
 */

#include <stdbool.h>

enum { ADDRESS_SIZE = 384 }; /* more than card_email_valid() allows */

/**
 * address_fold() - convert an address to the form that is stored and compared. NULL becomes ""; an address
 * longer than any valid one is truncated.
 */
void address_fold(const char *address, char ret[static ADDRESS_SIZE]);

/** address_is_same() - whether address_fold() makes the same text of both; NULL is no address of anybody */
bool address_is_same(const char *one, const char *other);

/**
 * address_mailbox() - guess the mailbox that an address leads to, so that all its spellings count as one.
 * Many mail services ignore a `+` with the text after it, and the dots in the local part; both are removed.
 */
void address_mailbox(const char *address, char ret[static ADDRESS_SIZE]);
