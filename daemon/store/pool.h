#pragma once

/*
 * A pool of connections for several threads, all read-only or all for writing. A connection is opened when
 * none is idle. After use it is kept open, unless another store has taken the place of its store. Any thread
 * may call these functions. A connection is used by one thread only, from store_pool_take() to
 * store_pool_give().
 */

#include "store/store.h"

enum { STORE_POOL_IDLE_MAX = 8 }; /* more idle connections are closed */

typedef struct StorePool StorePool;

/**
 * store_pool_new() - make an empty pool
 * @url:   of the store; copied
 * @zones: borrowed, must outlive the pool
 * @mode:  of all connections
 * Return: 0 or -ENOMEM.
 */
int store_pool_new(const char *url, ZoneTable *zones, StoreMode mode, StorePool **ret);

/** store_pool_free() - close all connections; each must have been given back */
StorePool *store_pool_free(StorePool *pool);
DEFINE_CLEANUP(StorePool, store_pool_freep, store_pool_free)

/** store_pool_on_damage() - set a function that is called, on any thread, when a connection finds damage */
void store_pool_on_damage(StorePool *pool, void (*on_damage)(void *userdata), void *userdata);

/**
 * store_pool_take() - take an idle connection, or open one. The return value and @ret_error are as those of
 * store_open().
 */
int store_pool_take(StorePool *pool, Store **ret, InputError *ret_error);

/**
 * store_pool_give() - give back a connection and roll back its transaction, if one is open
 * store_pool_drop() - close a connection that has failed. Return: NULL.
 */
void store_pool_give(StorePool *pool, Store *store);
Store *store_pool_drop(StorePool *pool, Store *store);
