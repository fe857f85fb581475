#include "remind/scribe.h"

#include "base/log.h"

#include <errno.h>

/* Who cannot write the ledger cannot send: somebody's long transaction is waited for, as long as no server loses its patience. */
enum { PATIENCE_SECONDS = 60 };

struct Scribe {
        Config *config;
        ZoneTable *zones;
        Store *store; /* of whoever writes at the moment */
        pthread_mutex_t lock;
        ScribeOrder *first, **last; /* those that wait */
        bool writing;               /* one of the threads writes for all */
};

int scribe_new(Config *config, ZoneTable *zones, Scribe **ret)
{
        Scribe *scribe = calloc(1, sizeof(*scribe));
        if (!scribe)
                return -ENOMEM;
        scribe->config = config_ref(config);
        scribe->zones = zones;
        scribe->last = &scribe->first;
        pthread_mutex_init(&scribe->lock, NULL);
        *ret = scribe;
        return 0;
}

Scribe *scribe_free(Scribe *scribe)
{
        if (!scribe)
                return NULL;
        store_close(scribe->store);
        pthread_mutex_destroy(&scribe->lock);
        config_unref(scribe->config);
        free(scribe);
        return NULL;
}

static int open_store(Scribe *scribe)
{
        InputError error = { 0 };
        if (scribe->store)
                return 0;
        int r = store_open(scribe->config->store, STORE_WRITE, scribe->zones, &scribe->store, &error);
        if (r != 0)
                log_error("the ledger cannot be opened for writing: %s", error.message);
        else
                store_set_patience(scribe->store, PATIENCE_SECONDS * USEC_PER_SEC);
        return r;
}

static bool is_own_matter(int result)
{
        return result == 0 || result == STORE_E_CONFLICT || result == STORE_E_NOT_FOUND;
}

/* One of them that meets a fault of the store takes the others with it: what was written so far is not known to be whole. */
static int write_all(Store *store, ScribeOrder *orders)
{
        int r = store_begin(store);
        for (ScribeOrder *order = orders; r == 0 && order; order = order->next) {
                order->result = order->write(store, order->userdata);
                r = is_own_matter(order->result) ? 0 : order->result;
        }
        if (r == 0)
                r = store_commit(store);
        if (r != 0)
                store_rollback(store);
        return r;
}

static int write_orders(Scribe *scribe, ScribeOrder *orders)
{
        int r = open_store(scribe);
        return r == 0 ? write_all(scribe->store, orders) : r;
}

/* The threads whose orders are done, and one of those that came meanwhile, to write for them. Under the lock. */
static void wake(ScribeOrder *done, const ScribeOrder *waiting, int r)
{
        for (ScribeOrder *order = done, *next; order; order = next) {
                next = order->next; /* once it is done, its thread may take it away */
                order->result = r != 0 ? r : order->result;
                order->done = true;
                if (order->waiter)
                        pthread_cond_signal(order->waiter);
        }
        while (waiting && !waiting->waiter)
                waiting = waiting->next;
        if (waiting)
                pthread_cond_signal(waiting->waiter);
}

/* For all that wait now. Under the lock, which is let go while the disk is at work. */
static void serve(Scribe *scribe)
{
        ScribeOrder *orders = scribe->first;
        scribe->first = NULL;
        scribe->last = &scribe->first;
        scribe->writing = true;
        pthread_mutex_unlock(&scribe->lock);
        int r = write_orders(scribe, orders);
        pthread_mutex_lock(&scribe->lock);
        scribe->writing = false;
        wake(orders, scribe->first, r);
}

void scribe_submit(Scribe *scribe, ScribeOrder *order)
{
        order->done = false;
        order->waiter = NULL;
        order->next = NULL;
        pthread_mutex_lock(&scribe->lock);
        *scribe->last = order;
        scribe->last = &order->next;
        pthread_mutex_unlock(&scribe->lock);
}

int scribe_finish(Scribe *scribe, ScribeOrder *order)
{
        pthread_cond_t woken = PTHREAD_COND_INITIALIZER;
        pthread_mutex_lock(&scribe->lock);
        order->waiter = &woken;
        while (!order->done)
                if (scribe->writing)
                        pthread_cond_wait(&woken, &scribe->lock);
                else
                        serve(scribe);
        pthread_mutex_unlock(&scribe->lock);
        pthread_cond_destroy(&woken);
        return order->result;
}

int scribe_write(Scribe *scribe, ScribeWrite write, void *userdata)
{
        ScribeOrder order = { .write = write, .userdata = userdata };
        scribe_submit(scribe, &order);
        return scribe_finish(scribe, &order);
}
