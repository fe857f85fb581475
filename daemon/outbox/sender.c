#include "outbox/sender.h"

#include "base/log.h"
#include "base/worker.h"
#include "outbox/connection.h"
#include "outbox/mail-queue.h"
#include "outbox/throttle.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
        CONNECTION_MAX = 64, /* the maximum of mail.connections */
        FDS_OF_SENDER = 2,   /* the first entries of `sockets` are the worker's descriptor and written_fd */
        SOCKETS_MAX = CONNECTION_MAX * SMTP_SOCKETS_MAX + FDS_OF_SENDER
};

struct Sender {
        const Clock *clock;
        ZoneTable *zones;
        Throttle *throttle;
        LedgerWriter *writer;
        int notice_fd;  /* wakes the main loop */
        int written_fd; /* the ledger writer adds 1 when orders are finished */
        Worker *worker;
        pthread_mutex_t lock;
        Config *config;
        MailQueue queue;
        bool wants_work; /* the thread has a free connection and no mail for it */
        bool stopping;
        bool failed;
        bool may_revive;        /* see sender_may_revive() */
        _Atomic bool ending;    /* start no delivery, and abort each one that is not committed */
        _Atomic int n_awaiting; /* committed deliveries that wait for the server's reply */
        _Atomic bool found_damage;

        /* Used by the thread only. */
        DeliveryShared shared;
        Config *read_by; /* the shared store and caches were made with it */
        Connection connections[CONNECTION_MAX];
        int n_taken; /* running deliveries */
        int n_done;  /* deliveries ended since `notice_fd` was last signalled */
        struct pollfd sockets[SOCKETS_MAX];
};

static void shared_done(Sender *sender)
{
        JobSource *source = &sender->shared.source;
        source->store = store_close(source->store);
        for (size_t i = 0; source->tables[i]; i++)
                if (source->caches[i])
                        source->caches[i] = source->tables[i]->cache_free(source->caches[i]);
        sender->read_by = config_unref(sender->read_by);
}

static int make_caches(JobSource *source)
{
        int r = 0;
        for (size_t i = 0; r == 0 && source->tables[i]; i++)
                if (source->tables[i]->cache_new)
                        r = source->tables[i]->cache_new(&source->caches[i]);
        return r;
}

/* Opens the store and makes the caches at the first mail and after a change of configuration. */
static int open_shared(Sender *sender, Config *config)
{
        InputError error;
        JobSource *source = &sender->shared.source;
        if (sender->read_by == config)
                return 0;
        shared_done(sender);
        int r = store_open(config->store, STORE_READ_ONLY, sender->zones, &source->store, &error);
        if (r != 0)
                log_kind(JOURNAL_STORE_FAILS, NULL, "the sender cannot open the store: %s", error.message);
        if (r == 0)
                r = make_caches(source);
        if (r == 0)
                sender->read_by = config_ref(config);
        source->config = sender->read_by;
        return r;
}

/*
 * Takes a waiting mail for a connection. Return: NULL if there is none, the sender is stopping, or
 * mail.connections is too low for this connection. @ret_config: the configuration to send the mail with; the
 * caller owns the reference.
 */
static MailSlot *take(Sender *sender, const Connection *connection, Config **ret_config)
{
        pthread_mutex_lock(&sender->lock);
        bool has_place = connection - sender->connections < sender->config->mail.connections;
        MailSlot *slot = has_place && !sender->stopping
                                         ? mail_queue_find_state(&sender->queue, MAIL_SLOT_WAITING)
                                         : NULL;
        sender->wants_work |= has_place && !slot;
        if (slot) {
                slot->state = MAIL_SLOT_TAKEN;
                *ret_config = config_ref(sender->config);
        }
        pthread_mutex_unlock(&sender->lock);
        return slot;
}

static void free_slot(Sender *sender, MailSlot *slot)
{
        pthread_mutex_lock(&sender->lock);
        *slot = (MailSlot){ 0 };
        pthread_mutex_unlock(&sender->lock);
        sender->n_done++;
        sender->n_taken--;
}

/* With a file, a lock that is held for a minute is no passing matter. */
static bool is_passing(const Sender *sender, int r)
{
        return r == DB_E_AWAY || (r == DB_E_BUSY && !db_path(sender->config->store));
}

static void fail(Sender *sender, int r)
{
        const char *until = is_passing(sender, r) ? "the store answers again" : "the next reload or start";
        if (!sender->failed)
                log_kind(JOURNAL_SENDING_STOPPED, NULL, "nothing more is sent until %s: %s", until,
                                r < 0 ? strerror(-r) : store_explain(NULL, r));
        atomic_store(&sender->ending, true);
        pthread_mutex_lock(&sender->lock);
        sender->may_revive = is_passing(sender, r) && (sender->may_revive || !sender->failed);
        sender->failed = sender->stopping = true;
        pthread_mutex_unlock(&sender->lock);
}

static void retire(Sender *sender, Delivery *delivery)
{
        MailSlot *slot = mail_queue_of(&sender->queue, delivery);
        int r = delivery_result(delivery);
        throttle_report(sender->throttle, slot->pass, delivery_server(delivery), clock_monotonic());
        delivery_free(delivery);
        free_slot(sender, slot);
        if (r != 0)
                fail(sender, r);
}

/*
 * Called after each step of a delivery. Releases the connection if the delivery no longer needs it, and
 * frees the delivery if it is done. @connection: NULL if the delivery has none.
 */
static void release_unneeded(Sender *sender, Connection *connection, Delivery *delivery)
{
        if (connection && !delivery_needs_connection(delivery))
                connection->delivery = NULL;
        if (delivery_stage(delivery) == DELIVERY_DONE)
                retire(sender, delivery);
}

static int begin(Sender *sender, Connection *connection, MailSlot *slot, Config *config)
{
        int r = open_shared(sender, config);
        if (r == 0)
                r = connection_open(connection, config);
        if (r == 0)
                r = delivery_begin(&sender->shared, config, connection->smtp, slot->mail, &slot->delivery);
        if (r == 0)
                connection->delivery = slot->delivery;
        if (sender->shared.source.store && store_found_damage(sender->shared.source.store))
                atomic_store(&sender->found_damage, true);
        return r;
}

/* Starts the next waiting mail. Return: whether one was started. */
static bool begin_next(Sender *sender, Connection *connection)
{
        CLEANUP(config_unrefp) Config *config = NULL;
        MailSlot *slot = take(sender, connection, &config);
        if (!slot)
                return false;
        sender->n_taken++;
        int r = begin(sender, connection, slot, config);
        if (r == 0) {
                release_unneeded(sender, connection, slot->delivery);
                return true;
        }
        free_slot(sender, slot);
        fail(sender, r);
        return false;
}

static void start_deliveries(Sender *sender)
{
        bool more = true;
        for (int i = 0; i < CONNECTION_MAX && more; i++)
                while (more && !sender->connections[i].delivery)
                        more = begin_next(sender, &sender->connections[i]);
        delivery_end_reading(&sender->shared);
}

static Connection *connection_of(Sender *sender, const Delivery *delivery)
{
        for (int i = 0; i < CONNECTION_MAX; i++)
                if (sender->connections[i].delivery == delivery)
                        return &sender->connections[i];
        return NULL;
}

static void collect_written(Sender *sender)
{
        LedgerOrder *next;
        for (LedgerOrder *order = ledger_writer_collect(sender->writer); order; order = next) {
                next = order->next;
                Delivery *delivery = delivery_of_order(order);
                delivery_written(delivery);
                release_unneeded(sender, connection_of(sender, delivery), delivery);
        }
}

static void stop_sending(Sender *sender)
{
        for (int i = 0; i < CONNECTION_MAX; i++) {
                Connection *connection = &sender->connections[i];
                if (!connection->delivery)
                        continue;
                delivery_stop(connection->delivery);
                release_unneeded(sender, connection, connection->delivery);
        }
}

/* Wakes the main loop when the queue is low, not after each mail. */
static void wake_loop(Sender *sender)
{
        pthread_mutex_lock(&sender->lock);
        bool tell = sender->n_done > 0 && (!mail_queue_has_enough_mails(&sender->queue) || sender->stopping);
        pthread_mutex_unlock(&sender->lock);
        if (!tell)
                return;
        sender->n_done = 0;
        eventfd_write(sender->notice_fd, 1);
}

/* Fills `sockets`. Return: their number. @ret_until: the next time-out, monotonic clock. */
static nfds_t gather_sockets(Sender *sender, usec_t *ret_until)
{
        nfds_t n = FDS_OF_SENDER;
        int n_sending = 0, n_committed = 0;
        *ret_until = USEC_INFINITY;
        sender->sockets[1] = (struct pollfd){ .fd = sender->written_fd, .events = POLLIN };
        for (int i = 0; i < CONNECTION_MAX; i++) {
                Connection *connection = &sender->connections[i];
                usec_t until = USEC_INFINITY;
                connection->n_sockets = connection->delivery ? smtp_poll(connection->smtp,
                                                                               sender->sockets + n, &until)
                                                             : 0;
                n += connection->n_sockets;
                n_sending += connection->delivery != NULL;
                n_committed += connection->delivery && delivery_is_committed(connection->delivery);
                *ret_until = until < *ret_until ? until : *ret_until;
        }
        atomic_store(&sender->n_awaiting, n_committed);
        /* If no connection is sending, no urgent order comes soon, and the queued orders need not wait. */
        ledger_writer_start(sender->writer, n_sending == 0 && sender->n_taken > 0);
        return n;
}

static void wait_for_events(Sender *sender)
{
        usec_t until;
        nfds_t n = gather_sockets(sender, &until);
        if (sender->n_taken > 0)
                worker_poll_at_work(sender->worker, sender->sockets, n, until);
        else
                worker_poll(sender->worker, sender->sockets, n, until);
        if (sender->sockets[1].revents) {
                eventfd_t count;
                eventfd_read(sender->written_fd, &count);
        }
}

static void go_on(Sender *sender)
{
        const struct pollfd *sockets = sender->sockets + FDS_OF_SENDER;
        for (int i = 0; i < CONNECTION_MAX; i++) {
                Connection *connection = &sender->connections[i];
                if (connection->delivery && delivery_stage(connection->delivery) == DELIVERY_SENDING) {
                        smtp_go_on(connection->smtp, sockets, connection->n_sockets);
                        delivery_go_on(connection->delivery);
                        release_unneeded(sender, connection, connection->delivery);
                }
                sockets += connection->n_sockets;
        }
}

static bool is_over(Sender *sender)
{
        pthread_mutex_lock(&sender->lock);
        bool over = sender->stopping && sender->n_taken == 0;
        pthread_mutex_unlock(&sender->lock);
        return over;
}

/*
 * Runs deliveries until the sender is stopped. After a failure of the ledger the thread ends by itself;
 * sender_free() joins it.
 */
static void run(Worker *worker, void *userdata)
{
        Sender *sender = userdata;
        (void)worker;
        while (true) {
                collect_written(sender);
                if (atomic_load(&sender->ending))
                        stop_sending(sender);
                start_deliveries(sender);
                wake_loop(sender);
                if (is_over(sender))
                        break;
                wait_for_events(sender);
                go_on(sender);
        }
        for (int i = 0; i < CONNECTION_MAX; i++)
                connection_done(&sender->connections[i]);
        shared_done(sender);
}

static int start(Sender *sender, DbUpkeep *upkeep)
{
        sender->written_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (sender->written_fd < 0)
                return -errno;
        int r = throttle_new(&sender->config->mail.rate, &sender->throttle);
        if (r == 0)
                r = ledger_writer_new(
                                sender->config, sender->zones, upkeep, sender->written_fd, &sender->writer);
        if (r == 0)
                r = connection_check(sender->config);
        if (r < 0)
                return r;
        sender->shared.writer = sender->writer;
        sender->shared.clock = sender->clock;
        return worker_new("smtp", run, sender, &sender->worker);
}

int sender_new(const SenderOptions *options, Config *config, Sender **ret)
{
        *ret = NULL;
        CLEANUP(sender_freep) Sender *sender = calloc(1, sizeof(*sender));
        if (!sender)
                return -ENOMEM;
        sender->clock = options->clock;
        sender->config = config_ref(config);
        sender->zones = options->zones;
        sender->notice_fd = options->notice_fd;
        sender->shared.source.tables = options->tables;
        sender->written_fd = -1;
        pthread_mutex_init(&sender->lock, NULL);
        int r = start(sender, options->upkeep);
        if (r == 0)
                *ret = TAKE_PTR(sender);
        return r;
}

int sender_check(const Config *config)
{
        return connection_check(config);
}

void sender_configure(Sender *sender, Config *config)
{
        pthread_mutex_lock(&sender->lock);
        Config *older = sender->config;
        sender->config = config_ref(config);
        pthread_mutex_unlock(&sender->lock);
        if (throttle_configure(sender->throttle, &config->mail.rate) < 0)
                log_error("no memory for mail.rate: the rate of before is kept");
        config_unref(older);
        worker_wake(sender->worker);
}

void sender_stop(Sender *sender)
{
        atomic_store(&sender->ending, true);
        pthread_mutex_lock(&sender->lock);
        sender->stopping = true;
        pthread_mutex_unlock(&sender->lock);
        worker_wake(sender->worker);
}

bool sender_idle(Sender *sender)
{
        pthread_mutex_lock(&sender->lock);
        bool idle = mail_queue_find_state(&sender->queue, MAIL_SLOT_TAKEN) == NULL;
        pthread_mutex_unlock(&sender->lock);
        return idle;
}

bool sender_awaits_reply(const Sender *sender)
{
        return atomic_load(&sender->n_awaiting) > 0;
}

usec_t sender_oldest_sign(const Sender *sender)
{
        return worker_oldest_sign(sender->worker);
}

Sender *sender_free(Sender *sender)
{
        if (!sender)
                return NULL;
        if (sender->worker)
                sender_stop(sender);
        worker_free(sender->worker);
        ledger_writer_free(sender->writer);
        throttle_free(sender->throttle);
        cleanup_close(&sender->written_fd);
        pthread_mutex_destroy(&sender->lock);
        config_unref(sender->config);
        free(sender);
        return NULL;
}

bool sender_has_enough_mails(Sender *sender)
{
        pthread_mutex_lock(&sender->lock);
        bool enough = mail_queue_has_enough_mails(&sender->queue) && !sender->stopping;
        pthread_mutex_unlock(&sender->lock);
        return enough;
}

SenderOffer sender_offer(Sender *sender, int64_t mail)
{
        bool wanted = false;
        usec_t now = clock_monotonic();
        pthread_mutex_lock(&sender->lock);
        bool known = mail_queue_find(&sender->queue, mail) != NULL;
        MailSlot *slot = known ? NULL : mail_queue_find_state(&sender->queue, MAIL_SLOT_FREE);
        bool has_room = slot && !sender->stopping;
        ThrottlePass pass = has_room ? throttle_pass(sender->throttle, now) : THROTTLE_NO_PASS;
        SenderOffer offer = known                      ? SENDER_TAKEN
                            : !has_room                ? SENDER_FULL
                            : pass == THROTTLE_NO_PASS ? SENDER_CLOSED
                                                       : SENDER_TAKEN;
        if (offer == SENDER_TAKEN && !known) {
                *slot = (MailSlot){ MAIL_SLOT_WAITING, mail, NULL, pass };
                wanted = sender->wants_work;
                sender->wants_work = false;
        }
        pthread_mutex_unlock(&sender->lock);
        if (wanted)
                worker_wake(sender->worker);
        return offer;
}

void sender_forgive(Sender *sender)
{
        throttle_forgive(sender->throttle);
}

void sender_count(Sender *sender, usec_t time)
{
        throttle_count(sender->throttle, clock_monotonic() - (clock_now(sender->clock) - time));
}

bool sender_holds(Sender *sender, int64_t mail)
{
        pthread_mutex_lock(&sender->lock);
        bool holds = mail_queue_find(&sender->queue, mail) != NULL;
        pthread_mutex_unlock(&sender->lock);
        return holds;
}

usec_t sender_next(Sender *sender)
{
        usec_t now = clock_monotonic(), next = throttle_next(sender->throttle, now);
        return next == USEC_INFINITY ? next : clock_now(sender->clock) + next - now;
}

bool sender_found_damage(Sender *sender)
{
        return atomic_exchange(&sender->found_damage, false);
}

bool sender_failed(Sender *sender)
{
        pthread_mutex_lock(&sender->lock);
        bool failed = sender->failed;
        pthread_mutex_unlock(&sender->lock);
        return failed;
}

bool sender_may_revive(Sender *sender)
{
        pthread_mutex_lock(&sender->lock);
        bool may = sender->may_revive;
        pthread_mutex_unlock(&sender->lock);
        return may;
}
