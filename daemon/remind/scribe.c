#include "remind/scribe.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>

enum {
        /* Who cannot write the ledger cannot send: somebody's long transaction is waited for, as long as no server loses its patience. */
        PATIENCE_SECONDS = 60,
        COMPANY_MS = 10, /* that what is in no hurry waits for what is */
};

typedef struct Orders {
        ScribeOrder *first, **last;
} Orders;

struct Scribe {
        Config *config;
        ZoneTable *zones;
        Checkpointer *checkpointer;
        Store *store; /* the thread's */
        int done_fd;
        pthread_mutex_t lock;
        pthread_cond_t asked; /* by the monotonic clock */
        Orders waiting, done;
        usec_t write_at; /* monotonic; USEC_INFINITY while nothing waits */
        bool stopping;
        pthread_t thread;
        bool started;
};

static void append(Orders *orders, ScribeOrder *order)
{
        order->next = NULL;
        *orders->last = order;
        orders->last = &order->next;
}

static ScribeOrder *take_all(Orders *orders)
{
        ScribeOrder *first = orders->first;
        *orders = (Orders){ .last = &orders->first };
        return first;
}

static int open_store(Scribe *scribe)
{
        InputError error = { 0 };
        if (scribe->store)
                return 0;
        int r = store_open(scribe->config->store, STORE_WRITE, scribe->zones, &scribe->store, &error);
        if (r != 0) {
                log_error("the ledger cannot be opened for writing: %s", error.message);
                return r;
        }
        store_set_patience(scribe->store, PATIENCE_SECONDS * USEC_PER_SEC);
        store_set_checkpointer(scribe->store, scribe->checkpointer);
        return 0;
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

static void write_orders(Scribe *scribe, ScribeOrder *orders)
{
        int r = open_store(scribe);
        if (r == 0)
                r = write_all(scribe->store, orders);
        for (ScribeOrder *order = orders; r != 0 && order; order = order->next)
                order->result = r;
}

/* Under the lock, which is let go while the disk is at work. */
static void serve(Scribe *scribe)
{
        ScribeOrder *orders = take_all(&scribe->waiting);
        scribe->write_at = USEC_INFINITY;
        pthread_mutex_unlock(&scribe->lock);
        write_orders(scribe, orders);
        pthread_mutex_lock(&scribe->lock);
        for (ScribeOrder *order = orders, *next; order; order = next) {
                next = order->next;
                append(&scribe->done, order);
        }
        eventfd_write(scribe->done_fd, 1);
}

/* Under the lock. */
static void wait_until(Scribe *scribe, usec_t time)
{
        struct timespec until = {
                .tv_sec = time / USEC_PER_SEC,
                .tv_nsec = time % USEC_PER_SEC * 1000,
        };
        if (time == USEC_INFINITY)
                pthread_cond_wait(&scribe->asked, &scribe->lock);
        else
                pthread_cond_timedwait(&scribe->asked, &scribe->lock, &until);
}

static void *run(void *userdata)
{
        Scribe *scribe = userdata;
        pthread_setname_np(pthread_self(), "ledger"); /* for those who look with top -H or a debugger */
        pthread_mutex_lock(&scribe->lock);
        while (scribe->waiting.first || !scribe->stopping) {
                bool is_time = scribe->stopping || scribe->write_at <= clock_monotonic();
                if (scribe->waiting.first && is_time)
                        serve(scribe);
                else
                        wait_until(scribe, scribe->write_at);
        }
        pthread_mutex_unlock(&scribe->lock);
        return NULL;
}

static void make_condition(pthread_cond_t *condition)
{
        pthread_condattr_t attributes;
        pthread_condattr_init(&attributes);
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        pthread_cond_init(condition, &attributes);
        pthread_condattr_destroy(&attributes);
}

int scribe_new(Config *config, ZoneTable *zones, Checkpointer *checkpointer, int done_fd, Scribe **ret)
{
        CLEANUP(scribe_freep) Scribe *scribe = calloc(1, sizeof(*scribe));
        if (!scribe)
                return -ENOMEM;
        scribe->config = config_ref(config);
        scribe->zones = zones;
        scribe->checkpointer = checkpointer;
        scribe->done_fd = done_fd;
        scribe->write_at = USEC_INFINITY;
        take_all(&scribe->waiting);
        take_all(&scribe->done);
        pthread_mutex_init(&scribe->lock, NULL);
        make_condition(&scribe->asked);
        int r = pthread_create(&scribe->thread, NULL, run, scribe);
        if (r != 0)
                return -r;
        scribe->started = true;
        *ret = TAKE_PTR(scribe);
        return 0;
}

static void stop(Scribe *scribe)
{
        pthread_mutex_lock(&scribe->lock);
        scribe->stopping = true;
        pthread_cond_signal(&scribe->asked);
        pthread_mutex_unlock(&scribe->lock);
        pthread_join(scribe->thread, NULL);
}

Scribe *scribe_free(Scribe *scribe)
{
        if (!scribe)
                return NULL;
        if (scribe->started)
                stop(scribe);
        store_close(scribe->store);
        pthread_cond_destroy(&scribe->asked);
        pthread_mutex_destroy(&scribe->lock);
        config_unref(scribe->config);
        free(scribe);
        return NULL;
}

/* Under the lock. A thread that writes at the moment looks again when it is done. */
static void write_no_later_than(Scribe *scribe, usec_t time)
{
        if (time >= scribe->write_at)
                return;
        scribe->write_at = time;
        pthread_cond_signal(&scribe->asked);
}

void scribe_submit(Scribe *scribe, ScribeOrder *order, bool hurry)
{
        usec_t now = clock_monotonic();
        pthread_mutex_lock(&scribe->lock);
        append(&scribe->waiting, order);
        write_no_later_than(scribe, hurry ? now : now + COMPANY_MS * USEC_PER_MSEC);
        pthread_mutex_unlock(&scribe->lock);
}

void scribe_hurry(Scribe *scribe)
{
        pthread_mutex_lock(&scribe->lock);
        if (scribe->waiting.first)
                write_no_later_than(scribe, clock_monotonic());
        pthread_mutex_unlock(&scribe->lock);
}

ScribeOrder *scribe_collect(Scribe *scribe)
{
        pthread_mutex_lock(&scribe->lock);
        ScribeOrder *done = take_all(&scribe->done);
        pthread_mutex_unlock(&scribe->lock);
        return done;
}
