#include "remind/courier.h"

#include "base/log.h"
#include "base/progress.h"
#include "remind/desk.h"
#include "remind/gate.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
        QUEUE_SIZE = 256,
        QUEUE_LOW = 64,
        DESKS_MAX = 64,   /* mail.connections goes no further */
        SIGN_SECONDS = 1, /* of life */
        SOCKETS_MAX = DESKS_MAX * SMTP_SOCKETS_MAX + 1
};

/* A slot is free, waiting, or taken; its id stays until the mail was dealt with, so that it is not queued twice. */
typedef enum SlotState { SLOT_FREE, SLOT_WAITING, SLOT_TAKEN } SlotState;

typedef struct Slot {
        SlotState state;
        int64_t mail;
        Delivery *delivery; /* the thread's, of one that is taken */
} Slot;

struct Courier {
        const Clock *clock;
        ZoneTable *zones;
        Gate *gate;
        Scribe *scribe;
        int notice_fd; /* for the loop */
        int wake_fd;   /* for the thread */
        pthread_mutex_t lock;
        Config *config;
        Slot slots[QUEUE_SIZE];
        bool wants_work; /* the thread sleeps, and has a desk that is free */
        bool stopping;
        bool failed;
        _Atomic bool ending; /* what is not committed is not begun or not gone on with */
        _Atomic int n_awaiting;
        Progress progress;
        pthread_t thread;
        bool started;

        /* The thread's own. */
        Outbox outbox;
        Config *read_by; /* what the outbox reads by */
        Desk desks[DESKS_MAX];
        int place;   /* among those at work */
        int n_taken; /* deliveries that are not done */
        int n_done;  /* since the loop was told */
        struct pollfd sockets[SOCKETS_MAX];
};

static void wake(Courier *courier)
{
        eventfd_write(courier->wake_fd, 1);
}

static void outbox_done(Courier *courier)
{
        store_close(courier->outbox.store);
        patterns_free(courier->outbox.patterns);
        config_unref(courier->read_by);
        courier->outbox.store = NULL;
        courier->outbox.patterns = NULL;
        courier->read_by = NULL;
}

/* Opened with the first mail; anew for another configuration. */
static int open_outbox(Courier *courier, Config *config)
{
        InputError error;
        if (courier->read_by == config)
                return 0;
        outbox_done(courier);
        int r = store_open(config->store, STORE_READ_ONLY, courier->zones, &courier->outbox.store, &error);
        if (r != 0)
                log_kind(JOURNAL_STORE_FAILS, NULL, "the courier cannot open the store: %s", error.message);
        if (r == 0)
                r = patterns_new(&courier->outbox.patterns);
        if (r == 0)
                courier->read_by = config_ref(config);
        return r;
}

/* Under the lock. */
static Slot *find_waiting(Courier *courier)
{
        for (int i = 0; i < QUEUE_SIZE && !courier->stopping; i++)
                if (courier->slots[i].state == SLOT_WAITING)
                        return &courier->slots[i];
        return NULL;
}

/* For a desk. Return: NULL when nothing waits for it. @ret_config is the configuration to do it by, referenced. */
static Slot *take(Courier *courier, const Desk *desk, Config **ret_config)
{
        pthread_mutex_lock(&courier->lock);
        bool has_place = desk - courier->desks < courier->config->mail.connections;
        Slot *slot = has_place ? find_waiting(courier) : NULL;
        courier->wants_work |= has_place && !slot;
        if (slot) {
                slot->state = SLOT_TAKEN;
                *ret_config = config_ref(courier->config);
        }
        pthread_mutex_unlock(&courier->lock);
        return slot;
}

static void free_slot(Courier *courier, Slot *slot)
{
        pthread_mutex_lock(&courier->lock);
        *slot = (Slot){ 0 };
        pthread_mutex_unlock(&courier->lock);
        courier->n_done++;
        if (--courier->n_taken == 0)
                progress_leave(&courier->progress, courier->place);
}

static void fail(Courier *courier, int r)
{
        log_kind(JOURNAL_SENDING_STOPPED, NULL, "nothing more is sent until the next reload or start: %s",
                        r < 0 ? strerror(-r) : store_explain(NULL, r));
        atomic_store(&courier->ending, true);
        pthread_mutex_lock(&courier->lock);
        courier->failed = courier->stopping = true;
        pthread_mutex_unlock(&courier->lock);
}

static void retire(Courier *courier, Delivery *delivery)
{
        Slot *slot = courier->slots;
        while (slot->delivery != delivery)
                slot++;
        int r = delivery_result(delivery);
        gate_report(courier->gate, delivery_server(delivery), clock_monotonic());
        delivery_free(delivery);
        free_slot(courier, slot);
        if (r != 0)
                fail(courier, r);
}

/* A delivery has got further: is its desk free, is it done? @desk: NULL when it has none any more. */
static void look_after(Courier *courier, Desk *desk, Delivery *delivery)
{
        if (desk && !delivery_needs_connection(delivery))
                desk->delivery = NULL;
        if (delivery_stage(delivery) == DELIVERY_DONE)
                retire(courier, delivery);
}

static int begin(Courier *courier, Desk *desk, Slot *slot, Config *config)
{
        int r = open_outbox(courier, config);
        if (r == 0)
                r = desk_open(desk, config);
        if (r == 0)
                r = delivery_begin(&courier->outbox, config, desk->smtp, slot->mail, &slot->delivery);
        if (r == 0)
                desk->delivery = slot->delivery;
        return r;
}

/* Return: whether there was one. */
static bool begin_next(Courier *courier, Desk *desk)
{
        CLEANUP(config_unrefp) Config *config = NULL;
        Slot *slot = take(courier, desk, &config);
        if (!slot)
                return false;
        if (courier->n_taken++ == 0)
                courier->place = progress_enter(&courier->progress, clock_monotonic());
        int r = begin(courier, desk, slot, config);
        if (r == 0) {
                look_after(courier, desk, slot->delivery);
                return true;
        }
        free_slot(courier, slot);
        fail(courier, r);
        return false;
}

static void hand_out(Courier *courier)
{
        bool more = true;
        for (int i = 0; i < DESKS_MAX && more; i++)
                while (more && !courier->desks[i].delivery)
                        more = begin_next(courier, &courier->desks[i]);
}

static Desk *desk_of(Courier *courier, const Delivery *delivery)
{
        for (int i = 0; i < DESKS_MAX; i++)
                if (courier->desks[i].delivery == delivery)
                        return &courier->desks[i];
        return NULL;
}

static void heed_scribe(Courier *courier)
{
        ScribeOrder *next;
        for (ScribeOrder *order = scribe_collect(courier->scribe); order; order = next) {
                next = order->next;
                Delivery *delivery = delivery_of_order(order);
                delivery_written(delivery);
                look_after(courier, desk_of(courier, delivery), delivery);
        }
}

static void stop_sending(Courier *courier)
{
        for (int i = 0; i < DESKS_MAX; i++) {
                Desk *desk = &courier->desks[i];
                if (!desk->delivery)
                        continue;
                delivery_stop(desk->delivery);
                look_after(courier, desk, desk->delivery);
        }
}

/* Under the lock. */
static bool has_enough(const Courier *courier)
{
        int waiting = 0;
        for (int i = 0; i < QUEUE_SIZE; i++)
                waiting += courier->slots[i].state == SLOT_WAITING;
        return waiting > QUEUE_LOW;
}

/* The loop is told in time to fill the queue again, not of every mail. */
static void tell_loop(Courier *courier)
{
        pthread_mutex_lock(&courier->lock);
        bool tell = courier->n_done > 0 && (!has_enough(courier) || courier->stopping);
        pthread_mutex_unlock(&courier->lock);
        if (!tell)
                return;
        courier->n_done = 0;
        eventfd_write(courier->notice_fd, 1);
}

/* Return: how many sockets. @ret_until: monotonic. */
static nfds_t gather_sockets(Courier *courier, usec_t *ret_until)
{
        nfds_t n = 0;
        int n_sending = 0, n_committed = 0;
        *ret_until = courier->n_taken > 0 ? clock_monotonic() + SIGN_SECONDS * USEC_PER_SEC : USEC_INFINITY;
        courier->sockets[n++] = (struct pollfd){ .fd = courier->wake_fd, .events = POLLIN };
        for (int i = 0; i < DESKS_MAX; i++) {
                Desk *desk = &courier->desks[i];
                usec_t until = USEC_INFINITY;
                desk->n_sockets = desk->delivery ? smtp_poll(desk->smtp, courier->sockets + n, &until) : 0;
                n += desk->n_sockets;
                n_sending += desk->delivery != NULL;
                n_committed += desk->delivery && delivery_is_committed(desk->delivery);
                *ret_until = until < *ret_until ? until : *ret_until;
        }
        atomic_store(&courier->n_awaiting, n_committed);
        /* There is no company to wait for. */
        if (n_sending == 0 && courier->n_taken > 0)
                scribe_hurry(courier->scribe);
        return n;
}

static void await(Courier *courier)
{
        usec_t until, now;
        nfds_t n = gather_sockets(courier, &until);
        struct timespec timeout = { 0 };
        if (until != USEC_INFINITY && until > (now = clock_monotonic()))
                timeout = (struct timespec){ (until - now) / USEC_PER_SEC,
                        (until - now) % USEC_PER_SEC * 1000 };
        ppoll(courier->sockets, n, until == USEC_INFINITY ? NULL : &timeout, NULL);
        if (courier->sockets[0].revents) {
                eventfd_t count;
                eventfd_read(courier->wake_fd, &count);
        }
        if (courier->n_taken > 0)
                progress_show(&courier->progress, courier->place, clock_monotonic());
}

static void go_on(Courier *courier)
{
        const struct pollfd *sockets = courier->sockets + 1;
        for (int i = 0; i < DESKS_MAX; i++) {
                Desk *desk = &courier->desks[i];
                if (desk->delivery && delivery_stage(desk->delivery) == DELIVERY_SENDING) {
                        smtp_go_on(desk->smtp, sockets, desk->n_sockets);
                        delivery_go_on(desk->delivery);
                        look_after(courier, desk, desk->delivery);
                }
                sockets += desk->n_sockets;
        }
}

static bool is_over(Courier *courier)
{
        pthread_mutex_lock(&courier->lock);
        bool over = courier->stopping && courier->n_taken == 0;
        pthread_mutex_unlock(&courier->lock);
        return over;
}

static void *run(void *userdata)
{
        Courier *courier = userdata;
        pthread_setname_np(pthread_self(), "smtp"); /* for those who look with top -H or a debugger */
        while (true) {
                heed_scribe(courier);
                if (atomic_load(&courier->ending))
                        stop_sending(courier);
                hand_out(courier);
                tell_loop(courier);
                if (is_over(courier))
                        break;
                await(courier);
                go_on(courier);
        }
        for (int i = 0; i < DESKS_MAX; i++)
                desk_done(&courier->desks[i]);
        outbox_done(courier);
        return NULL;
}

static int start(Courier *courier, Checkpointer *checkpointer)
{
        courier->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (courier->wake_fd < 0)
                return -errno;
        int r = gate_new(courier->config->mail.rate, &courier->gate);
        if (r == 0)
                r = scribe_new(courier->config, courier->zones, checkpointer, courier->wake_fd,
                                &courier->scribe);
        if (r == 0)
                r = desk_check(courier->config);
        if (r < 0)
                return r;
        courier->outbox = (Outbox){ .scribe = courier->scribe, .clock = courier->clock };
        r = -pthread_create(&courier->thread, NULL, run, courier);
        courier->started = r == 0;
        return r;
}

int courier_new(const Clock *clock, Config *config, ZoneTable *zones, Checkpointer *checkpointer,
                int notice_fd, Courier **ret)
{
        Courier *courier = calloc(1, sizeof(*courier));
        if (!courier)
                return -ENOMEM;
        courier->clock = clock;
        courier->config = config_ref(config);
        courier->zones = zones;
        courier->notice_fd = notice_fd;
        courier->wake_fd = -1;
        pthread_mutex_init(&courier->lock, NULL);
        int r = start(courier, checkpointer);
        if (r < 0) {
                courier_free(courier);
                return r;
        }
        *ret = courier;
        return 0;
}

int courier_configure(Courier *courier, Config *config)
{
        int r = desk_check(config);
        if (r < 0)
                return r;
        pthread_mutex_lock(&courier->lock);
        Config *older = courier->config;
        courier->config = config_ref(config);
        pthread_mutex_unlock(&courier->lock);
        gate_configure(courier->gate, config->mail.rate);
        config_unref(older);
        wake(courier);
        return 0;
}

void courier_stop(Courier *courier)
{
        atomic_store(&courier->ending, true);
        pthread_mutex_lock(&courier->lock);
        courier->stopping = true;
        pthread_mutex_unlock(&courier->lock);
        wake(courier);
}

bool courier_idle(Courier *courier)
{
        bool idle = true;
        pthread_mutex_lock(&courier->lock);
        for (int i = 0; i < QUEUE_SIZE; i++)
                idle = idle && courier->slots[i].state != SLOT_TAKEN;
        pthread_mutex_unlock(&courier->lock);
        return idle;
}

bool courier_awaits_reply(const Courier *courier)
{
        return atomic_load(&courier->n_awaiting) > 0;
}

usec_t courier_oldest_sign(const Courier *courier)
{
        return progress_oldest(&courier->progress);
}

Courier *courier_free(Courier *courier)
{
        if (!courier)
                return NULL;
        if (courier->started) {
                courier_stop(courier);
                pthread_join(courier->thread, NULL);
        }
        scribe_free(courier->scribe);
        gate_free(courier->gate);
        if (courier->wake_fd >= 0)
                close(courier->wake_fd);
        pthread_mutex_destroy(&courier->lock);
        config_unref(courier->config);
        free(courier);
        return NULL;
}

/* Under the lock. */
static Slot *free_slot_unless_known(Courier *courier, int64_t mail, bool *ret_known)
{
        Slot *found = NULL;
        *ret_known = false;
        for (int i = 0; i < QUEUE_SIZE; i++) {
                Slot *slot = &courier->slots[i];
                if (slot->state == SLOT_FREE)
                        found = slot;
                else if (slot->mail == mail)
                        *ret_known = true;
        }
        return found;
}

bool courier_has_enough(Courier *courier)
{
        pthread_mutex_lock(&courier->lock);
        bool enough = has_enough(courier) && !courier->stopping;
        pthread_mutex_unlock(&courier->lock);
        return enough;
}

CourierOffer courier_offer(Courier *courier, int64_t mail)
{
        bool known, wanted = false;
        usec_t now = clock_monotonic();
        pthread_mutex_lock(&courier->lock);
        Slot *slot = free_slot_unless_known(courier, mail, &known);
        CourierOffer offer = known                            ? COURIER_TAKEN
                             : !slot || courier->stopping     ? COURIER_FULL
                             : !gate_pass(courier->gate, now) ? COURIER_CLOSED
                                                              : COURIER_TAKEN;
        if (offer == COURIER_TAKEN && !known) {
                *slot = (Slot){ SLOT_WAITING, mail, NULL };
                wanted = courier->wants_work;
                courier->wants_work = false;
        }
        pthread_mutex_unlock(&courier->lock);
        if (wanted)
                wake(courier);
        return offer;
}

usec_t courier_next(Courier *courier)
{
        usec_t now = clock_monotonic(), next = gate_next(courier->gate, now);
        return next == USEC_INFINITY ? next : clock_now(courier->clock) + next - now;
}

bool courier_failed(Courier *courier)
{
        pthread_mutex_lock(&courier->lock);
        bool failed = courier->failed;
        pthread_mutex_unlock(&courier->lock);
        return failed;
}
