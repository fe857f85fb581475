#pragma once

/*
 * The epoch of a store: a random word that its sync tokens hold (RFC 6578). A token is valid as long as the
 * epoch is the same. The epoch changes when the store may have lost changes that a token has counted: when
 * it was put back from a backup or repaired. Another store that continues this one has its own epoch.
 */

#include "base/hash.h"
#include "store/store.h"

#define META_EPOCH "epoch" /* the named value of the store */

/** epoch_get() - read the epoch, which is [A-Za-z0-9_-]+. Return: 0, a condition of the store, errno. */
int epoch_get(Store *store, char ret[static TOKEN_SIZE]);

/** epoch_renew() - make a new epoch, so that no token from before is valid */
int epoch_renew(Store *store);
