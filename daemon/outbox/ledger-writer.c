#include "outbox/ledger-writer.h"

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
        LedgerOrder *first, **last;
} Orders;

struct LedgerWriter {
        Config *config;
        ZoneTable *zones;
        DbUpkeep *upkeep;
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

static void append(Orders *orders, LedgerOrder *order)
{
        order->next = NULL;
        *orders->last = order;
        orders->last = &order->next;
}

static LedgerOrder *take_all(Orders *orders)
{
        LedgerOrder *first = orders->first;
        *orders = (Orders){ .last = &orders->first };
        return first;
}

static int open_store(LedgerWriter *writer)
{
        InputError error = { 0 };
        if (writer->store)
                return 0;
        int r = store_open(writer->config->store, STORE_WRITE, writer->zones, &writer->store, &error);
        if (r != 0) {
                log_error("the ledger cannot be opened for writing: %s", error.message);
                return r;
        }
        store_set_patience(writer->store, PATIENCE_SECONDS * USEC_PER_SEC);
        store_set_upkeep(writer->store, writer->upkeep);
        return 0;
}

static bool is_own_matter(int result)
{
        return result == 0 || result == STORE_E_CONFLICT || result == STORE_E_NOT_FOUND;
}

/* One of them that meets a fault of the store takes the others with it: what was written so far is not known to be whole. */
static int write_all(Store *store, LedgerOrder *orders)
{
        int r = store_begin_write(store);
        for (LedgerOrder *order = orders; r == 0 && order; order = order->next) {
                order->result = order->write(store, order->userdata);
                r = is_own_matter(order->result) ? 0 : order->result;
        }
        if (r == 0)
                r = store_commit(store);
        if (r != 0)
                store_rollback(store);
        return r;
}

static void write_orders(LedgerWriter *writer, LedgerOrder *orders)
{
        int r = open_store(writer);
        if (r == 0)
                r = write_all(writer->store, orders);
        for (LedgerOrder *order = orders; r != 0 && order; order = order->next)
                order->result = r;
}

/* Under the lock, which is let go while the disk is at work. */
static void serve(LedgerWriter *writer)
{
        LedgerOrder *orders = take_all(&writer->waiting);
        writer->write_at = USEC_INFINITY;
        pthread_mutex_unlock(&writer->lock);
        write_orders(writer, orders);
        pthread_mutex_lock(&writer->lock);
        for (LedgerOrder *order = orders, *next; order; order = next) {
                next = order->next;
                append(&writer->done, order);
        }
        eventfd_write(writer->done_fd, 1);
}

/* Under the lock. */
static void wait_until(LedgerWriter *writer, usec_t time)
{
        struct timespec until = {
                .tv_sec = time / USEC_PER_SEC,
                .tv_nsec = time % USEC_PER_SEC * 1000,
        };
        if (time == USEC_INFINITY)
                pthread_cond_wait(&writer->asked, &writer->lock);
        else
                pthread_cond_timedwait(&writer->asked, &writer->lock, &until);
}

static void *run(void *userdata)
{
        LedgerWriter *writer = userdata;
        pthread_setname_np(pthread_self(), "ledger"); /* for those who look with top -H or a debugger */
        pthread_mutex_lock(&writer->lock);
        while (writer->waiting.first || !writer->stopping) {
                bool is_time = writer->stopping || writer->write_at <= clock_monotonic();
                if (writer->waiting.first && is_time)
                        serve(writer);
                else
                        wait_until(writer, writer->write_at);
        }
        pthread_mutex_unlock(&writer->lock);
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

int ledger_writer_new(Config *config, ZoneTable *zones, DbUpkeep *upkeep, int done_fd, LedgerWriter **ret)
{
        CLEANUP(ledger_writer_freep) LedgerWriter *writer = calloc(1, sizeof(*writer));
        if (!writer)
                return -ENOMEM;
        writer->config = config_ref(config);
        writer->zones = zones;
        writer->upkeep = upkeep;
        writer->done_fd = done_fd;
        writer->write_at = USEC_INFINITY;
        take_all(&writer->waiting);
        take_all(&writer->done);
        pthread_mutex_init(&writer->lock, NULL);
        make_condition(&writer->asked);
        int r = pthread_create(&writer->thread, NULL, run, writer);
        if (r != 0)
                return -r;
        writer->started = true;
        *ret = TAKE_PTR(writer);
        return 0;
}

static void stop(LedgerWriter *writer)
{
        pthread_mutex_lock(&writer->lock);
        writer->stopping = true;
        pthread_cond_signal(&writer->asked);
        pthread_mutex_unlock(&writer->lock);
        pthread_join(writer->thread, NULL);
}

LedgerWriter *ledger_writer_free(LedgerWriter *writer)
{
        if (!writer)
                return NULL;
        if (writer->started)
                stop(writer);
        store_close(writer->store);
        pthread_cond_destroy(&writer->asked);
        pthread_mutex_destroy(&writer->lock);
        config_unref(writer->config);
        free(writer);
        return NULL;
}

/* Under the lock. A thread that writes at the moment looks again when it is done. */
static void write_no_later_than(LedgerWriter *writer, usec_t time)
{
        if (time >= writer->write_at)
                return;
        writer->write_at = time;
        pthread_cond_signal(&writer->asked);
}

void ledger_writer_submit(LedgerWriter *writer, LedgerOrder *order, bool hurry)
{
        usec_t now = clock_monotonic();
        pthread_mutex_lock(&writer->lock);
        append(&writer->waiting, order);
        write_no_later_than(writer, hurry ? now : now + COMPANY_MS * USEC_PER_MSEC);
        pthread_mutex_unlock(&writer->lock);
}

void ledger_writer_hurry(LedgerWriter *writer)
{
        pthread_mutex_lock(&writer->lock);
        if (writer->waiting.first)
                write_no_later_than(writer, clock_monotonic());
        pthread_mutex_unlock(&writer->lock);
}

LedgerOrder *ledger_writer_collect(LedgerWriter *writer)
{
        pthread_mutex_lock(&writer->lock);
        LedgerOrder *done = take_all(&writer->done);
        pthread_mutex_unlock(&writer->lock);
        return done;
}
