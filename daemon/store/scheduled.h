#pragma once

/* Finds meetings (RFC 6638, 3.1) by their UID. */

#include "store/collection.h"

enum { SCHEDULED_NAME_SIZE = 1024 };

typedef struct ScheduledPlace {
        char collection[COLLECTION_NAME_SIZE];
        char resource[SCHEDULED_NAME_SIZE];
} ScheduledPlace;

/**
 * scheduled_find() - find the object with a UID in the calendars of an account
 * @login:       as account_login() writes it
 * @with_office: also a meeting in a calendar of the office, if the account has none
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, negative errno.
 */
int scheduled_find(Store *store, const char *login, const char *uid, bool with_office, ScheduledPlace *ret);

/**
 * scheduled_other() - find another meeting with a UID in the calendars of an account
 * @collection, @resource: where it may be
 * Return: as scheduled_find().
 */
int scheduled_other(Store *store, const char *login, const char *uid, const char *collection,
                const char *resource, ScheduledPlace *ret);

/**
 * scheduled_delete_copies() - delete the copies of a booking in calendars of meetings (COLLECTION_HOST)
 * @except: the owner whose copy stays, as account_login() writes it; "" for none
 * Return: 0, a condition of the store, negative errno.
 */
int scheduled_delete_copies(Store *store, const char *uid, const char *except, usec_t now);
