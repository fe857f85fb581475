#pragma once

/*
 * How much the collections of an account hold (RFC 4331). Each collection has the sum of the lengths of its
 * objects beside it, which each change of an object keeps up to date, so that nothing is counted. Deleted
 * collections do not count: the trash has a maximum of its own (store/trash.h).
 */

#include "store/account.h"

/**
 * quota_used() - the octets in the collections of an account
 * @owner: as account_login() writes it
 */
int quota_used(Store *store, const char *owner, int64_t *ret);

/** quota_of_properties() - the octets of the properties that an account has set, and of its collections */
int quota_of_properties(Store *store, const char *owner, int64_t *ret);
