#pragma once

/* The collections of the office that an account may read or write to. */

#include "office/call.h"
#include "store/account-right.h"

enum { COLLECTIONS_MAX_BYTES = 256 * 1024 };

/**
 * collections_readable(), collections_writable() - append the names of the calendars, or of the address
 * books, as searches want them: ",events,fairs,"; "," if there is none
 *
 * Return: 0, a condition of the store, negative errno.
 */
int collections_readable(OfficeCall *call, bool is_cards, Buffer *out);
int collections_writable(OfficeCall *call, bool is_cards, Buffer *out);

/**
 * collections_find() - the same for an access
 * @ret_all: whether the account has it to each calendar, or address book, of the office
 */
int collections_find(OfficeCall *call, bool is_cards, AccountAccess needed, Buffer *out, bool *ret_all);
