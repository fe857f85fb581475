#pragma once

/*
 * The recipients of announcements whose mail is not in the ledger yet. They are fixed when the announcement
 * is stored; the mails are added in steps (remind/announce-step.h), so that an announcement to very many
 * contacts keeps no other writer waiting. A recipient is here or has a mail in the ledger.
 */

#include "base/hash.h"
#include "store/store.h"

/** announcement_due_add() - add recipients, in the current transaction, without contacts that are gone */
int announcement_due_add(Store *store, const char *announcement, const int64_t *contacts, size_t n);

/**
 * announcement_due_first() - any announcement that has recipients here
 * @ret: its UID
 * Return: 0, STORE_E_NOT_FOUND if there is none, another condition of the store, negative errno.
 */
int announcement_due_first(Store *store, char ret[static TOKEN_SIZE]);

/** announcement_due_some() - up to @limit recipients of an announcement, in order of id */
int announcement_due_some(Store *store, const char *announcement, int limit, int64_t *ret, int *ret_n);

/** announcement_due_end() - remove the recipients up to an id */
int announcement_due_end(Store *store, const char *announcement, int64_t last);

/** announcement_due_drop() - remove one recipient */
int announcement_due_drop(Store *store, const char *announcement, int64_t contact);

/** announcement_due_count() - the number of recipients of an announcement here */
int announcement_due_count(Store *store, const char *announcement, int64_t *ret);

/** announcement_due_move() - let a contact be a recipient in the place of one that is merged with it */
int announcement_due_move(Store *store, int64_t kept, int64_t other);
