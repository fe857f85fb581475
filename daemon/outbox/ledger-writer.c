#include "outbox/ledger-writer.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/worker.h"
#include "outbox/kind.h"
#include "store/mark.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>

enum {
        /*
         * How long a write waits for a transaction of another process: long, because nothing can be sent
         * without the ledger, but shorter than the mail servers' time-outs.
         */
        PATIENCE_SECONDS = 60,
        BATCH_WAIT_MS = 10, /* longest wait of a non-urgent order for an urgent one */
};

typedef struct Orders {
        LedgerOrder *first, **last;
} Orders;

struct LedgerWriter {
        Config *config;
        ZoneTable *zones;
        DbUpkeep *upkeep;
        Store *store; /* this and the mark are used by the thread only */
        Mark *mark;
        bool mark_failed; /* a failure to write the mark was logged; only the first one is */
        int done_fd;
        Worker *worker;
        pthread_mutex_t lock;
        Orders waiting, done;
        usec_t write_at; /* monotonic; USEC_INFINITY if nothing asks for a write yet */
        bool is_urgent;  /* an urgent order waits for ledger_writer_start() */
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

/*
 * Logs the first failure to write the mark. Sending goes on, because a mark that is behind the store
 * causes no hold.
 */
static void tell_mark(LedgerWriter *writer, int r)
{
        if (r == 0 || writer->mark_failed)
                return;
        log_warning("the mark beside the store cannot be written, a store that is put back may not be noticed: %s",
                        r < 0 ? strerror(-r) : store_explain(writer->store, r));
        writer->mark_failed = true;
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
        tell_mark(writer, mark_open(writer->store, &writer->mark));
        return 0;
}

static bool is_own_matter(int result)
{
        return result == 0 || result == STORE_E_CONFLICT || result == STORE_E_NOT_FOUND ||
               result == JOB_STALE;
}

/*
 * Writes all orders in one transaction. If the store fails in one order, all orders fail, because the
 * transaction may be incomplete.
 */
static int write_all(Store *store, LedgerOrder *orders, int64_t *ret_move)
{
        int r = store_begin_write(store);
        for (LedgerOrder *order = orders; r == 0 && order; order = order->next) {
                order->result = order->write(store, order->userdata);
                r = is_own_matter(order->result) ? 0 : order->result;
        }
        if (r == 0)
                r = mark_count(store, ret_move);
        if (r == 0)
                r = store_commit(store);
        if (r != 0)
                store_rollback(store);
        return r;
}

/*
 * Writes all orders again after one has met a damaged object not known before, or after another transaction
 * or a lost connection has stopped them: see store_write().
 */
static int write_until_done(Store *store, LedgerOrder *orders, int64_t *ret_move)
{
        bool again;
        int r, tries = 0;
        do {
                size_t known = store_damaged_count(store);
                r = write_all(store, orders, ret_move);
                again = (r == DB_E_CORRUPT && store_damaged_count(store) > known) ||
                        (r != 0 && store_may_retry(store, &tries));
        } while (again);
        return r;
}

static void write_orders(LedgerWriter *writer, LedgerOrder *orders)
{
        int64_t move = 0;
        int r = open_store(writer);
        if (r == 0)
                r = write_until_done(writer->store, orders, &move);
        if (r == 0)
                tell_mark(writer, mark_write(writer->mark, move, clock_monotonic()));
        for (LedgerOrder *order = orders; r != 0 && order; order = order->next)
                order->result = r;
}

/*
 * Takes the queued orders if they are due. Return: NULL if they are not; the time to try again is then in
 * @ret_until.
 */
static LedgerOrder *take_due(LedgerWriter *writer, usec_t *ret_until)
{
        LedgerOrder *orders = NULL;
        pthread_mutex_lock(&writer->lock);
        if (worker_is_stopping(writer->worker) || writer->write_at <= clock_monotonic()) {
                orders = take_all(&writer->waiting);
                writer->write_at = USEC_INFINITY;
                writer->is_urgent = false;
        }
        *ret_until = writer->write_at;
        pthread_mutex_unlock(&writer->lock);
        return orders;
}

static void give_back(LedgerWriter *writer, LedgerOrder *orders)
{
        pthread_mutex_lock(&writer->lock);
        for (LedgerOrder *order = orders, *next; order; order = next) {
                next = order->next;
                append(&writer->done, order);
        }
        pthread_mutex_unlock(&writer->lock);
        eventfd_write(writer->done_fd, 1);
}

/* Writes orders until the thread is stopped. Orders submitted before the stop are still written. */
static void run(Worker *worker, void *userdata)
{
        LedgerWriter *writer = userdata;
        for (usec_t until;;) {
                bool is_last = worker_is_stopping(worker);
                LedgerOrder *orders = take_due(writer, &until);
                if (orders) {
                        write_orders(writer, orders);
                        give_back(writer, orders);
                } else if (is_last) {
                        return;
                } else {
                        usec_t sync_at = mark_sync_at(writer->mark);
                        worker_wait(worker, until < sync_at ? until : sync_at);
                        tell_mark(writer, mark_sync(writer->mark, clock_monotonic()));
                }
        }
}

int ledger_writer_new(Config *config, ZoneTable *zones, DbUpkeep *upkeep, int done_fd, LedgerWriter **ret)
{
        *ret = NULL;
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
        int r = worker_new("ledger", run, writer, &writer->worker);
        if (r == 0)
                *ret = TAKE_PTR(writer);
        return r;
}

LedgerWriter *ledger_writer_free(LedgerWriter *writer)
{
        if (!writer)
                return NULL;
        worker_free(writer->worker);
        mark_free(writer->mark);
        store_close(writer->store);
        pthread_mutex_destroy(&writer->lock);
        config_unref(writer->config);
        free(writer);
        return NULL;
}

/* The caller holds the lock. If the thread is writing, it checks `write_at` after the write. */
static void write_no_later_than(LedgerWriter *writer, usec_t time)
{
        if (time >= writer->write_at)
                return;
        writer->write_at = time;
        worker_wake(writer->worker);
}

void ledger_writer_submit(LedgerWriter *writer, LedgerOrder *order, bool hurry)
{
        pthread_mutex_lock(&writer->lock);
        append(&writer->waiting, order);
        writer->is_urgent |= hurry;
        if (!hurry)
                write_no_later_than(writer, clock_monotonic() + BATCH_WAIT_MS * USEC_PER_MSEC);
        pthread_mutex_unlock(&writer->lock);
}

void ledger_writer_start(LedgerWriter *writer, bool hurry)
{
        pthread_mutex_lock(&writer->lock);
        if (writer->is_urgent || (hurry && writer->waiting.first))
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
