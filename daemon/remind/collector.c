#include "remind/collector.h"

#include "base/log.h"
#include "base/progress.h"
#include "mail/mailbox.h"
#include "remind/bounce.h"
#include "remind/password.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { STORE_FAILURES_MAX = 3 /* in one round: more messages would only fail, too */ };

struct Collector {
        const Clock *clock;
        ZoneTable *zones;
        pthread_mutex_t lock;
        pthread_cond_t changed;
        Config *config;
        bool looking;
        bool stopping;
        _Atomic bool interrupted; /* stopped, or configured anew: the look under way ends */
        Progress progress;
        pthread_t thread;
};

/* What the thread has open, by which configuration. */
typedef struct Desk {
        Collector *collector;
        Config *config;
        Mailbox *mailbox;
        Store *store; /* of this look */
        int place, n_store_failures;
        bool failing;
        usec_t looked; /* when a look was last good */
        char error[MAILBOX_ERROR_SIZE];
} Desk;

static int open_mailbox(Desk *desk)
{
        CLEANUP(password_forget) char *password = NULL;
        const Config *config = desk->config;
        int r = desk->mailbox ? 0 : password_read(config->bounces.password_file, &password);
        if (r < 0)
                snprintf(desk->error, sizeof(desk->error), "the password file %s cannot be read: %s",
                                config->bounces.password_file, strerror(-r));
        if (r < 0 || desk->mailbox)
                return r;
        MailboxOptions options = {
                .url = config->bounces.mailbox,
                .username = config->bounces.username,
                .password = password,
                .ca_file = config->bounces.ca_file,
                .starttls = config->bounces.starttls,
        };
        InputError error = { .message = "" };
        if (mailbox_check(&options, &error) < 0) {
                snprintf(desk->error, sizeof(desk->error), "bounces.%s %s", error.where, error.message);
                return -EINVAL;
        }
        return mailbox_new(&options, &desk->mailbox);
}

static int open_store(Desk *desk)
{
        InputError error = { .message = "" };
        int r = desk->store ? 0
                            : store_open(desk->config->store, STORE_WRITE, desk->collector->zones,
                                              &desk->store, &error);
        if (r != 0)
                snprintf(desk->error, sizeof(desk->error), "%s",
                                error.message[0] ? error.message : strerror(r < 0 ? -r : EIO));
        return r;
}

/* A message that the store could not take now is handed over again. */
static int on_message(const char *bytes, size_t len, void *userdata)
{
        Desk *desk = userdata;
        BounceReport report;
        int r = open_store(desk);
        if (r == 0) {
                r = bounce_take(desk->store, desk->config, bytes, len, NULL,
                                clock_now(desk->collector->clock), &report);
                if (r == BOUNCE_E_NO_BOUNCE || r == BOUNCE_E_UNKNOWN)
                        return MAILBOX_LEAVE;
                if (r != 0)
                        snprintf(desk->error, sizeof(desk->error), "what came back cannot be entered: %s",
                                        r < 0 ? strerror(-r) : store_explain(desk->store, r));
        }
        desk->n_store_failures += r != 0;
        return r == 0 ? MAILBOX_REMOVE : -EAGAIN;
}

static bool on_wait(void *userdata)
{
        Desk *desk = userdata;
        progress_show(&desk->collector->progress, desk->place, clock_monotonic());
        return !atomic_load(&desk->collector->interrupted) && desk->n_store_failures < STORE_FAILURES_MAX;
}

/* Return: whether the look was good. @ret_more: there is more to read at once. */
static bool look(Desk *desk, bool *ret_more)
{
        MailboxRound round = { .more = false };
        const MailboxReader reader = { .on_message = on_message, .on_wait = on_wait, .userdata = desk };
        desk->error[0] = '\0';
        desk->n_store_failures = 0;
        int r = open_mailbox(desk);
        if (r == 0)
                r = mailbox_read(desk->mailbox, &reader, &round);
        if (!desk->error[0])
                snprintf(desk->error, sizeof(desk->error), "%s",
                                round.error[0] || r >= 0 ? round.error : strerror(-r));
        *ret_more = r == 0 && round.more;
        return r == 0 && !desk->error[0];
}

/* For those who ask the store: when a look was last good, and what is wrong since. */
static void remember(Desk *desk, bool good)
{
        CLEANUP(cleanup_free) char *known = NULL;
        char text[MAILBOX_ERROR_SIZE + 32];
        if (open_store(desk) != 0 || store_meta_get(desk->store, META_MAILBOX, &known) != 0)
                return;
        if (desk->looked == 0 && known)
                desk->looked = strtoll(known, NULL, 10);
        if (good)
                desk->looked = clock_now(desk->collector->clock);
        snprintf(text, sizeof(text), "%" PRId64 " %s", desk->looked, good ? "" : desk->error);
        if (!known || strcmp(known, text) != 0)
                store_meta_set(desk->store, META_MAILBOX, text);
}

/* Once for each change: a server that is away for a night says so once. */
static void tell(Desk *desk, bool good)
{
        char hidden[MAILBOX_ERROR_SIZE];
        const char *error = desk->error, *url = desk->config->bounces.mailbox;
        if (!desk->config->log.addresses) {
                log_hide_addresses(error, hidden, sizeof(hidden));
                error = hidden;
        }
        if (!good && !desk->failing)
                log_kind(JOURNAL_MAILBOX_FAILS, LOG_FIELDS({ "MAILBOX", url }),
                                "the mailbox for bounces, %s, cannot be read as it should be: %s", url,
                                error);
        if (good && desk->failing)
                log_kind(JOURNAL_MAILBOX_READ, LOG_FIELDS({ "MAILBOX", url }),
                                "the mailbox for bounces, %s, is read again", url);
        desk->failing = !good;
}

static bool look_and_tell(Desk *desk)
{
        Collector *collector = desk->collector;
        bool more = false;
        desk->place = progress_enter(&collector->progress, clock_monotonic());
        bool good = look(desk, &more);
        if (!atomic_load(&collector->interrupted)) {
                remember(desk, good);
                tell(desk, good);
        }
        desk->store = store_close(desk->store);
        progress_leave(&collector->progress, desk->place);
        return more;
}

static void use_config(Desk *desk, Config *config)
{
        mailbox_free(desk->mailbox);
        config_unref(desk->config);
        desk->mailbox = NULL;
        desk->config = config;
}

/* Under the lock. Waits until @next, which is monotonic, or until there is another configuration. Return: whether to go on. */
static bool wait_until(Collector *collector, const Desk *desk, usec_t next)
{
        struct timespec until = { .tv_sec = (time_t)(next / USEC_PER_SEC),
                .tv_nsec = (long)(next % USEC_PER_SEC) * 1000 };
        int r = 0;
        while (!collector->stopping && collector->config == desk->config && r == 0)
                r = next == USEC_INFINITY ? pthread_cond_wait(&collector->changed, &collector->lock)
                                          : pthread_cond_clockwait(&collector->changed, &collector->lock,
                                                            CLOCK_MONOTONIC, &until);
        return !collector->stopping;
}

/* Return: whether there is something to do: then it is begun, by desk->config. */
static bool begin(Collector *collector, Desk *desk, usec_t next)
{
        pthread_mutex_lock(&collector->lock);
        bool go_on = wait_until(collector, desk, next);
        if (go_on && collector->config != desk->config)
                use_config(desk, config_ref(collector->config));
        if (go_on)
                atomic_store(&collector->interrupted, false);
        collector->looking = go_on;
        pthread_mutex_unlock(&collector->lock);
        return go_on;
}

static void end(Collector *collector)
{
        pthread_mutex_lock(&collector->lock);
        collector->looking = false;
        pthread_mutex_unlock(&collector->lock);
}

static void *run(void *userdata)
{
        Collector *collector = userdata;
        Desk desk = { .collector = collector };
        pthread_setname_np(pthread_self(), "mailbox");
        for (usec_t next = 0; begin(collector, &desk, next);) {
                bool wanted = desk.config->bounces.mailbox[0];
                bool more = wanted && look_and_tell(&desk);
                end(collector);
                next = !wanted ? USEC_INFINITY
                               : clock_monotonic() + (more ? 0 : desk.config->bounces.interval);
        }
        use_config(&desk, NULL);
        return NULL;
}

int collector_new(const Clock *clock, Config *config, ZoneTable *zones, Collector **ret)
{
        Collector *collector = calloc(1, sizeof(*collector));
        if (!collector)
                return -ENOMEM;
        collector->clock = clock;
        collector->zones = zones;
        collector->config = config_ref(config);
        pthread_mutex_init(&collector->lock, NULL);
        pthread_cond_init(&collector->changed, NULL);
        int r = pthread_create(&collector->thread, NULL, run, collector);
        if (r != 0) {
                config_unref(collector->config);
                free(collector);
                return -r;
        }
        *ret = collector;
        return 0;
}

Collector *collector_free(Collector *collector)
{
        if (!collector)
                return NULL;
        collector_stop(collector);
        pthread_join(collector->thread, NULL);
        pthread_cond_destroy(&collector->changed);
        pthread_mutex_destroy(&collector->lock);
        config_unref(collector->config);
        free(collector);
        return NULL;
}

void collector_configure(Collector *collector, Config *config)
{
        pthread_mutex_lock(&collector->lock);
        Config *older = collector->config;
        collector->config = config_ref(config);
        atomic_store(&collector->interrupted, true);
        pthread_cond_broadcast(&collector->changed);
        pthread_mutex_unlock(&collector->lock);
        config_unref(older);
}

void collector_stop(Collector *collector)
{
        pthread_mutex_lock(&collector->lock);
        collector->stopping = true;
        atomic_store(&collector->interrupted, true);
        pthread_cond_broadcast(&collector->changed);
        pthread_mutex_unlock(&collector->lock);
}

bool collector_idle(Collector *collector)
{
        pthread_mutex_lock(&collector->lock);
        bool idle = !collector->looking;
        pthread_mutex_unlock(&collector->lock);
        return idle;
}

usec_t collector_oldest_sign(const Collector *collector)
{
        return progress_oldest(&collector->progress);
}
