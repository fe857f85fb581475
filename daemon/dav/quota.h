#pragma once

/* The quota of an account (RFC 4331): how much its own collections may hold, by the key dav.quota. */

#include "dav/call.h"

/** quota_limit() - the octets that the collections of one account may have; INT64_MAX for no limit */
int64_t quota_limit(const Config *config);

/**
 * quota_read() - the octets that the collections of an owner have
 * @collection: its owner is meant; 0 for a collection of the office, which has no quota
 */
int quota_read(Store *store, const Collection *collection, int64_t *ret);

/**
 * quota_check() - refuse the request if its changes let the owner of a collection exceed the quota: 507 with
 * quota-not-exceeded. Nobody is refused who makes less of what is too much already.
 * @before: of quota_read(), before the changes in this transaction
 *
 * Return: 0, HTTP_E_REPLIED, a condition of the store, negative errno.
 */
int quota_check(const DavCall *call, const Collection *collection, int64_t before);
