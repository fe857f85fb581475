#include "store/pool.h"

#include "store/history-set.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

struct StorePool {
        ZoneTable *zones;
        StoreMode mode;
        char *url;
        pthread_mutex_t lock;
        void (*on_damage)(void *userdata);
        void *userdata;
        size_t n_idle;
        Store *idle[STORE_POOL_IDLE_MAX];
};

int store_pool_new(const char *url, ZoneTable *zones, StoreMode mode, StorePool **ret)
{
        CLEANUP(store_pool_freep) StorePool *pool = calloc(1, sizeof(*pool));
        *ret = NULL;
        if (!pool)
                return -ENOMEM;
        pthread_mutex_init(&pool->lock, NULL);
        pool->zones = zones;
        pool->mode = mode;
        pool->url = strdup(url);
        if (!pool->url)
                return -ENOMEM;
        *ret = TAKE_PTR(pool);
        return 0;
}

StorePool *store_pool_free(StorePool *pool)
{
        if (!pool)
                return NULL;
        while (pool->n_idle > 0)
                store_close(pool->idle[--pool->n_idle]);
        pthread_mutex_destroy(&pool->lock);
        free(pool->url);
        free(pool);
        return NULL;
}

static Store *take_idle(StorePool *pool)
{
        pthread_mutex_lock(&pool->lock);
        Store *store = pool->n_idle > 0 ? pool->idle[--pool->n_idle] : NULL;
        pthread_mutex_unlock(&pool->lock);
        return store;
}

int store_pool_take(StorePool *pool, Store **ret, InputError *ret_error)
{
        Store *store;
        while ((store = take_idle(pool)))
                if (store_has_moved(store)) {
                        store_close(store);
                } else {
                        *ret = store;
                        return 0;
                }
        return store_open(pool->url, pool->mode, pool->zones, ret, ret_error);
}

void store_pool_on_damage(StorePool *pool, void (*on_damage)(void *userdata), void *userdata)
{
        pthread_mutex_lock(&pool->lock);
        pool->on_damage = on_damage;
        pool->userdata = userdata;
        pthread_mutex_unlock(&pool->lock);
}

static void tell_damage(StorePool *pool, Store *store)
{
        if (!store_found_damage(store))
                return;
        pthread_mutex_lock(&pool->lock);
        void (*on_damage)(void *userdata) = pool->on_damage;
        void *userdata = pool->userdata;
        pthread_mutex_unlock(&pool->lock);
        if (on_damage)
                on_damage(userdata);
}

Store *store_pool_drop(StorePool *pool, Store *store)
{
        tell_damage(pool, store);
        return store_close(store);
}

void store_pool_give(StorePool *pool, Store *store)
{
        store_rollback(store);
        tell_damage(pool, store);
        history_set_author(store, HISTORY_DAEMON, "");
        pthread_mutex_lock(&pool->lock);
        if (pool->n_idle < STORE_POOL_IDLE_MAX)
                pool->idle[pool->n_idle++] = TAKE_PTR(store);
        pthread_mutex_unlock(&pool->lock);
        store_close(store);
}
