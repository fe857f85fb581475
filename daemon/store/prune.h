#pragma once

/*
 * Removes the tombstones of objects that were deleted long ago. A sync token from before the last tombstone
 * that was removed cannot be answered any more, because the client would not hear of that deletion (RFC
 * 6578, 3.8).
 */

#include "store/store.h"

/** prune_tombstones() - remove the tombstones of objects that were deleted before @before */
int prune_tombstones(Store *store, usec_t before);

/**
 * prune_last() - the highest change number of the tombstones of a collection that were removed; 0 if there
 * are none. It outlives the collection.
 * prune_each() - call @on_pruned with it for each collection that has or had tombstones that were removed,
 * of the office and of accounts
 */
int prune_last(Store *store, const char *collection, int64_t *ret);
int prune_each(Store *store, int (*on_pruned)(const char *collection, int64_t change, void *userdata),
                void *userdata);
