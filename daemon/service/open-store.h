#pragma once

/* Opens the store for the daemon. */

#include "base/input-error.h"
#include "config/config.h"
#include "store/node.h"
#include "store/store.h"

/**
 * open_store() - open or create the configured store, join its nodes, and create the collections that every
 * store has
 * @ret, @ret_node: the caller frees both; they may be set after a failure, too
 * @ret_error:      set for a condition of the store
 *
 * Return: 0, a condition of the store (DB_E_BUSY if another daemon has a store in a file open), or negative
 * errno.
 */
int open_store(const Config *config, ZoneTable *zones, Store **ret, Node **ret_node, InputError *ret_error);

/**
 * open_store_end_start() - end the patience of the start. Until then the store waits longer for another
 * writer, such as a daemon that shares it or an import: a start that fails does not come back at once.
 * Afterwards the loop waits for the store, and must not wait for long.
 */
void open_store_end_start(Store *store);
