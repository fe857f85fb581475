#include "remind/workers.h"

#include "base/log.h"
#include "base/progress.h"
#include "remind/gate.h"
#include "remind/outbox.h"
#include "remind/password.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>

enum {
        QUEUE_SIZE = 256,
        QUEUE_LOW = 64,
        THREADS_MAX = 64, /* mail.connections goes no further */
        REPLY_TIMEOUT_SECONDS = 600
};

/* A slot is free, waiting, or taken by a thread; its id stays until the mail was dealt with, so that it is not queued twice. */
typedef enum SlotState { SLOT_FREE, SLOT_WAITING, SLOT_TAKEN } SlotState;

typedef struct Slot {
        SlotState state;
        int64_t mail;
} Slot;

struct Workers {
        const Clock *clock;
        Config *config;
        ZoneTable *zones;
        Gate *gate;
        Scribe *scribe;
        int notice_fd;
        pthread_mutex_t lock;
        pthread_cond_t filled;
        Slot slots[QUEUE_SIZE];
        bool stopping;
        bool failed;
        _Atomic bool ending; /* what is not committed is not begun or not gone on with */
        _Atomic int n_awaiting;
        Progress progress;
        pthread_t threads[THREADS_MAX];
        int n_threads;
};

/* What one thread has open, by which configuration. */
typedef struct Desk {
        Config *config;
        Store *store;
        Smtp *smtp;
        Receipt *receipt;
        Patterns *patterns;
} Desk;

static void desk_done(Desk *desk)
{
        smtp_free(desk->smtp);
        store_close(desk->store);
        receipt_free(desk->receipt);
        patterns_free(desk->patterns);
        config_unref(desk->config);
        *desk = (Desk){ 0 };
}

/* One mail in a thread's hands. */
typedef struct Task {
        Workers *workers;
        int place;
        bool committed;
} Task;

static bool on_wait(bool committed, void *userdata)
{
        Task *task = userdata;
        progress_show(&task->workers->progress, task->place, clock_monotonic());
        if (committed && !task->committed)
                atomic_fetch_add(&task->workers->n_awaiting, 1);
        task->committed |= committed;
        return committed || !atomic_load(&task->workers->ending);
}

static int send_mail(Workers *workers, const Desk *desk, int64_t mail)
{
        Task task = { .workers = workers, .place = progress_enter(&workers->progress, clock_monotonic()) };
        Outbox outbox = {
                .store = desk->store,
                .scribe = workers->scribe,
                .receipt = desk->receipt,
                .patterns = desk->patterns,
                .clock = workers->clock,
                .config = desk->config,
                .smtp = desk->smtp,
                .on_wait = on_wait,
                .userdata = &task,
        };
        OutboxServer server;
        int r = outbox_send(&outbox, mail, &server);
        gate_report(workers->gate, server, clock_monotonic());
        if (task.committed)
                atomic_fetch_sub(&workers->n_awaiting, 1);
        progress_leave(&workers->progress, task.place);
        return r;
}

/* Under the lock. */
static Slot *find_waiting(Workers *workers)
{
        for (int i = 0; i < QUEUE_SIZE && !workers->stopping; i++)
                if (workers->slots[i].state == SLOT_WAITING)
                        return &workers->slots[i];
        return NULL;
}

/* Return: a slot, or NULL when none waits, or, where that is waited for, when it is time to end. @ret_config is the configuration to do it by, referenced. */
static Slot *take(Workers *workers, bool wait, Config **ret_config)
{
        pthread_mutex_lock(&workers->lock);
        Slot *taken = find_waiting(workers);
        while (!taken && wait && !workers->stopping) {
                pthread_cond_wait(&workers->filled, &workers->lock);
                taken = find_waiting(workers);
        }
        if (taken) {
                taken->state = SLOT_TAKEN;
                *ret_config = config_ref(workers->config);
        }
        pthread_mutex_unlock(&workers->lock);
        return taken;
}

/* Under the lock. The loop is told in time to fill the queue again, not of every mail. */
static bool wants_more(const Workers *workers)
{
        int waiting = 0;
        for (int i = 0; i < QUEUE_SIZE; i++)
                waiting += workers->slots[i].state == SLOT_WAITING;
        return waiting <= QUEUE_LOW;
}

/* @slot may be NULL. */
static void give_back(Workers *workers, Slot *slot, bool failed)
{
        pthread_mutex_lock(&workers->lock);
        if (slot)
                slot->state = SLOT_FREE;
        bool tell = failed || workers->stopping || wants_more(workers);
        workers->failed |= failed;
        workers->stopping |= failed;
        if (failed)
                pthread_cond_broadcast(&workers->filled);
        pthread_mutex_unlock(&workers->lock);
        if (tell)
                eventfd_write(workers->notice_fd, 1);
}

static int read_password(const Config *config, char **ret)
{
        int r = password_read(config->mail.password_file, ret);
        if (r < 0)
                log_kind(JOURNAL_CONFIG_REFUSED, NULL, "the password file %s cannot be read: %s",
                                config->mail.password_file, strerror(-r));
        return r;
}

static int open_smtp(const Config *config, Smtp **ret)
{
        CLEANUP(password_forget) char *password = NULL;
        int r = read_password(config, &password);
        SmtpOptions options = {
                .url = config->mail.url,
                .username = config->mail.username,
                .password = password,
                .ca_file = config->mail.ca_file,
                .starttls = config->mail.starttls,
                .reply_timeout = REPLY_TIMEOUT_SECONDS * USEC_PER_SEC,
        };
        return r < 0 ? r : smtp_new(&options, ret);
}

static int settle(Workers *workers, const Desk *desk)
{
        return desk->receipt ? receipt_settle(desk->receipt, workers->scribe) : 0;
}

static int set_up(Workers *workers, Desk *desk, const Config *config)
{
        InputError error;
        int r = store_open(config->store, STORE_READ_ONLY, workers->zones, &desk->store, &error);
        if (r != 0)
                log_kind(JOURNAL_STORE_FAILS, NULL, "an SMTP thread cannot open the store: %s",
                                error.message);
        if (r == 0)
                r = receipt_new(&desk->receipt);
        if (r == 0)
                r = patterns_new(&desk->patterns);
        return r == 0 ? open_smtp(config, &desk->smtp) : r;
}

/* Opened with the first mail, for a daemon that has nothing to send keeps no connections; anew for another configuration. */
static int open_desk(Workers *workers, Desk *desk, Config *config)
{
        if (desk->config == config) {
                config_unref(config);
                return 0;
        }
        int r = settle(workers, desk);
        desk_done(desk);
        desk->config = config;
        return r == 0 ? set_up(workers, desk, config) : r;
}

static int deal_with(Workers *workers, Desk *desk, Config *config, const Slot *slot)
{
        int r = open_desk(workers, desk, config);
        return r == 0 ? send_mail(workers, desk, slot->mail) : r;
}

/* Before a thread waits for work, its last mail's end is on the disk. */
static void *run(void *userdata)
{
        Workers *workers = userdata;
        CLEANUP(desk_done) Desk desk = { 0 };
        pthread_setname_np(pthread_self(), "smtp"); /* for those who look with top -H or a debugger */
        for (int r = 0;;) {
                Config *config = NULL;
                Slot *slot = take(workers, false, &config);
                if (!slot)
                        r = settle(workers, &desk);
                if (!slot && r == 0 && !(slot = take(workers, true, &config)))
                        return NULL;
                if (slot)
                        r = deal_with(workers, &desk, config, slot);
                if (r != 0)
                        log_kind(JOURNAL_SENDING_STOPPED, NULL,
                                        "nothing more is sent until the next reload or start: %s",
                                        r < 0 ? strerror(-r) : store_explain(NULL, r));
                give_back(workers, slot, r != 0);
        }
}

static int start_threads(Workers *workers)
{
        int wanted = workers->config->mail.connections;
        for (; workers->n_threads < wanted && workers->n_threads < THREADS_MAX; workers->n_threads++) {
                int r = pthread_create(&workers->threads[workers->n_threads], NULL, run, workers);
                if (r != 0)
                        return -r;
        }
        return 0;
}

int workers_new(const Clock *clock, Config *config, ZoneTable *zones, int notice_fd, Workers **ret)
{
        Workers *workers = calloc(1, sizeof(*workers));
        if (!workers)
                return -ENOMEM;
        workers->clock = clock;
        workers->config = config_ref(config);
        workers->zones = zones;
        workers->notice_fd = notice_fd;
        pthread_mutex_init(&workers->lock, NULL);
        pthread_cond_init(&workers->filled, NULL);
        CLEANUP(password_forget) char *password = NULL;
        int r = gate_new(config->mail.rate, &workers->gate);
        if (r == 0)
                r = scribe_new(config, zones, &workers->scribe);
        if (r == 0)
                r = read_password(config, &password);
        if (r == 0)
                r = start_threads(workers);
        if (r < 0) {
                workers_free(workers);
                return r;
        }
        *ret = workers;
        return 0;
}

int workers_configure(Workers *workers, Config *config)
{
        CLEANUP(password_forget) char *password = NULL;
        int r = read_password(config, &password);
        if (r < 0)
                return r;
        pthread_mutex_lock(&workers->lock);
        Config *older = workers->config;
        workers->config = config_ref(config);
        pthread_mutex_unlock(&workers->lock);
        gate_configure(workers->gate, config->mail.rate);
        config_unref(older);
        return 0;
}

void workers_stop(Workers *workers)
{
        atomic_store(&workers->ending, true);
        pthread_mutex_lock(&workers->lock);
        workers->stopping = true;
        pthread_cond_broadcast(&workers->filled);
        pthread_mutex_unlock(&workers->lock);
}

bool workers_idle(Workers *workers)
{
        bool idle = true;
        pthread_mutex_lock(&workers->lock);
        for (int i = 0; i < QUEUE_SIZE; i++)
                idle = idle && workers->slots[i].state != SLOT_TAKEN;
        pthread_mutex_unlock(&workers->lock);
        return idle;
}

bool workers_await_reply(const Workers *workers)
{
        return atomic_load(&workers->n_awaiting) > 0;
}

usec_t workers_oldest_sign(const Workers *workers)
{
        return progress_oldest(&workers->progress);
}

Workers *workers_free(Workers *workers)
{
        if (!workers)
                return NULL;
        workers_stop(workers);
        for (int i = 0; i < workers->n_threads; i++)
                pthread_join(workers->threads[i], NULL);
        pthread_cond_destroy(&workers->filled);
        pthread_mutex_destroy(&workers->lock);
        scribe_free(workers->scribe);
        gate_free(workers->gate);
        config_unref(workers->config);
        free(workers);
        return NULL;
}

/* Under the lock. */
static Slot *free_slot_unless_known(Workers *workers, int64_t mail, bool *ret_known)
{
        Slot *free_slot = NULL;
        *ret_known = false;
        for (int i = 0; i < QUEUE_SIZE; i++) {
                Slot *slot = &workers->slots[i];
                if (slot->state == SLOT_FREE)
                        free_slot = slot;
                else if (slot->mail == mail)
                        *ret_known = true;
        }
        return free_slot;
}

WorkersOffer workers_offer(Workers *workers, int64_t mail)
{
        bool known;
        usec_t now = clock_monotonic();
        pthread_mutex_lock(&workers->lock);
        Slot *slot = free_slot_unless_known(workers, mail, &known);
        WorkersOffer offer = known                            ? WORKERS_TAKEN
                             : !slot || workers->stopping     ? WORKERS_FULL
                             : !gate_pass(workers->gate, now) ? WORKERS_CLOSED
                                                              : WORKERS_TAKEN;
        if (offer == WORKERS_TAKEN && !known) {
                *slot = (Slot){ SLOT_WAITING, mail };
                pthread_cond_signal(&workers->filled);
        }
        pthread_mutex_unlock(&workers->lock);
        return offer;
}

usec_t workers_next(Workers *workers)
{
        usec_t now = clock_monotonic(), next = gate_next(workers->gate, now);
        return next == USEC_INFINITY ? next : clock_now(workers->clock) + next - now;
}

bool workers_failed(Workers *workers)
{
        pthread_mutex_lock(&workers->lock);
        bool failed = workers->failed;
        pthread_mutex_unlock(&workers->lock);
        return failed;
}
