#pragma once

/*
 * Connections for reading that threads share: opened when one is needed, kept when it is given back. Any
 * thread may call; the connection that it takes is its own until it gives it back.
 */

#include "store/store.h"

enum { STORE_POOL_IDLE_MAX = 8 }; /* more than that are closed */

typedef struct StorePool StorePool;

/**
 * store_pool_new() - opens nothing yet
 * @url:   of the store; copied
 * @zones: borrowed, must outlive the pool
 * Return: 0 or -ENOMEM.
 */
int store_pool_new(const char *url, ZoneTable *zones, StorePool **ret);

/** store_pool_free() - after every connection was given back */
StorePool *store_pool_free(StorePool *pool);
DEFINE_CLEANUP(StorePool, store_pool_freep, store_pool_free)

/**
 * store_pool_take() - a connection that waits, else a new one. Return and @ret_error as store_open() with
 * STORE_READ_ONLY.
 */
int store_pool_take(StorePool *pool, Store **ret, InputError *ret_error);

/**
 * store_pool_give() - for the next thread; a transaction under way ends. A connection that failed is closed
 * by store_close() instead.
 */
void store_pool_give(StorePool *pool, Store *store);
