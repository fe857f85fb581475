#include "outbox/mailbox-reader.h"

#include "base/log.h"
#include "base/progress.h"
#include "base/secret.h"
#include "mail/mailbox.h"
#include "outbox/returned.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { STORE_FAILURES_MAX = 3 /* in one round: more messages would only fail, too */ };

struct MailboxReader {
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
typedef struct Round {
        MailboxReader *reader;
        Config *config;
        Mailbox *mailbox;
        Store *store; /* of this look */
        int place, n_store_failures;
        bool failing;
        usec_t looked; /* when a look was last good */
        char error[MAILBOX_ERROR_SIZE];
} Round;

static int open_mailbox(Round *round)
{
        CLEANUP(secret_forget) char *password = NULL;
        const Config *config = round->config;
        int r = round->mailbox ? 0 : secret_read(config->bounces.password_file, &password);
        if (r < 0)
                snprintf(round->error, sizeof(round->error), "the password file %s cannot be read: %s",
                                config->bounces.password_file, strerror(-r));
        if (r < 0 || round->mailbox)
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
                snprintf(round->error, sizeof(round->error), "bounces.%s %s", error.where, error.message);
                return -EINVAL;
        }
        return mailbox_new(&options, &round->mailbox);
}

static int open_store(Round *round)
{
        InputError error = { .message = "" };
        int r = round->store ? 0
                             : store_open(round->config->store, STORE_WRITE, round->reader->zones,
                                               &round->store, &error);
        if (r != 0)
                snprintf(round->error, sizeof(round->error), "%s",
                                error.message[0] ? error.message : strerror(r < 0 ? -r : EIO));
        return r;
}

/* A message that the store could not take now is handed over again. */
static int on_message(const char *bytes, size_t len, void *userdata)
{
        Round *round = userdata;
        ReturnedReport report;
        int r = open_store(round);
        if (r == 0) {
                r = returned_take(round->store, round->config, bytes, len, NULL,
                                clock_now(round->reader->clock), &report);
                if (r == RETURNED_E_NO_BOUNCE || r == RETURNED_E_UNKNOWN)
                        return MAILBOX_LEAVE;
                if (r != 0)
                        snprintf(round->error, sizeof(round->error), "what came back cannot be entered: %s",
                                        r < 0 ? strerror(-r) : store_explain(round->store, r));
        }
        round->n_store_failures += r != 0;
        return r == 0 ? MAILBOX_REMOVE : -EAGAIN;
}

static bool on_wait(void *userdata)
{
        Round *round = userdata;
        progress_show(&round->reader->progress, round->place, clock_monotonic());
        return !atomic_load(&round->reader->interrupted) && round->n_store_failures < STORE_FAILURES_MAX;
}

/* Return: whether the look was good. @ret_more: there is more to read at once. */
static bool look(Round *round, bool *ret_more)
{
        MailboxRound found = { .more = false };
        const MailboxTaker reader = { .on_message = on_message, .on_wait = on_wait, .userdata = round };
        round->error[0] = '\0';
        round->n_store_failures = 0;
        int r = open_mailbox(round);
        if (r == 0)
                r = mailbox_read(round->mailbox, &reader, &found);
        if (!round->error[0])
                snprintf(round->error, sizeof(round->error), "%s",
                                found.error[0] || r >= 0 ? found.error : strerror(-r));
        *ret_more = r == 0 && found.more;
        return r == 0 && !round->error[0];
}

/* For those who ask the store: when a look was last good, and what is wrong since. */
static void remember(Round *round, bool good)
{
        CLEANUP(cleanup_free) char *known = NULL;
        char text[MAILBOX_ERROR_SIZE + 32];
        if (open_store(round) != 0 || store_meta_get(round->store, META_MAILBOX, &known) != 0)
                return;
        if (round->looked == 0 && known)
                round->looked = strtoll(known, NULL, 10);
        if (good)
                round->looked = clock_now(round->reader->clock);
        snprintf(text, sizeof(text), "%" PRId64 " %s", round->looked, good ? "" : round->error);
        if (!known || strcmp(known, text) != 0)
                store_meta_set(round->store, META_MAILBOX, text);
}

/* Once for each change: a server that is away for a night says so once. */
static void tell(Round *round, bool good)
{
        char hidden[MAILBOX_ERROR_SIZE];
        const char *error = round->error, *url = round->config->bounces.mailbox;
        if (!round->config->log.addresses) {
                log_hide_addresses(error, hidden, sizeof(hidden));
                error = hidden;
        }
        if (!good && !round->failing)
                log_kind(JOURNAL_MAILBOX_FAILS, LOG_FIELDS({ "MAILBOX", url }),
                                "the mailbox for bounces, %s, cannot be read as it should be: %s", url,
                                error);
        if (good && round->failing)
                log_kind(JOURNAL_MAILBOX_READ, LOG_FIELDS({ "MAILBOX", url }),
                                "the mailbox for bounces, %s, is read again", url);
        round->failing = !good;
}

static bool look_and_tell(Round *round)
{
        MailboxReader *reader = round->reader;
        bool more = false;
        round->place = progress_enter(&reader->progress, clock_monotonic());
        bool good = look(round, &more);
        if (!atomic_load(&reader->interrupted)) {
                remember(round, good);
                tell(round, good);
        }
        round->store = store_close(round->store);
        progress_leave(&reader->progress, round->place);
        return more;
}

static void use_config(Round *round, Config *config)
{
        mailbox_free(round->mailbox);
        config_unref(round->config);
        round->mailbox = NULL;
        round->config = config;
}

/* Under the lock. Waits until @next, which is monotonic, or until there is another configuration. Return: whether to go on. */
static bool wait_until(MailboxReader *reader, const Round *round, usec_t next)
{
        struct timespec until = { .tv_sec = (time_t)(next / USEC_PER_SEC),
                .tv_nsec = (long)(next % USEC_PER_SEC) * 1000 };
        int r = 0;
        while (!reader->stopping && reader->config == round->config && r == 0)
                r = next == USEC_INFINITY ? pthread_cond_wait(&reader->changed, &reader->lock)
                                          : pthread_cond_clockwait(&reader->changed, &reader->lock,
                                                            CLOCK_MONOTONIC, &until);
        return !reader->stopping;
}

/* Return: whether there is something to do: then it is begun, by round->config. */
static bool begin(MailboxReader *reader, Round *round, usec_t next)
{
        pthread_mutex_lock(&reader->lock);
        bool go_on = wait_until(reader, round, next);
        if (go_on && reader->config != round->config)
                use_config(round, config_ref(reader->config));
        if (go_on)
                atomic_store(&reader->interrupted, false);
        reader->looking = go_on;
        pthread_mutex_unlock(&reader->lock);
        return go_on;
}

static void end(MailboxReader *reader)
{
        pthread_mutex_lock(&reader->lock);
        reader->looking = false;
        pthread_mutex_unlock(&reader->lock);
}

static void *run(void *userdata)
{
        MailboxReader *reader = userdata;
        Round round = { .reader = reader };
        pthread_setname_np(pthread_self(), "mailbox");
        for (usec_t next = 0; begin(reader, &round, next);) {
                bool wanted = round.config->bounces.mailbox[0];
                bool more = wanted && look_and_tell(&round);
                end(reader);
                next = !wanted ? USEC_INFINITY
                               : clock_monotonic() + (more ? 0 : round.config->bounces.interval);
        }
        use_config(&round, NULL);
        return NULL;
}

int mailbox_reader_new(const Clock *clock, Config *config, ZoneTable *zones, MailboxReader **ret)
{
        MailboxReader *reader = calloc(1, sizeof(*reader));
        if (!reader)
                return -ENOMEM;
        reader->clock = clock;
        reader->zones = zones;
        reader->config = config_ref(config);
        pthread_mutex_init(&reader->lock, NULL);
        pthread_cond_init(&reader->changed, NULL);
        int r = pthread_create(&reader->thread, NULL, run, reader);
        if (r != 0) {
                config_unref(reader->config);
                free(reader);
                return -r;
        }
        *ret = reader;
        return 0;
}

MailboxReader *mailbox_reader_free(MailboxReader *reader)
{
        if (!reader)
                return NULL;
        mailbox_reader_stop(reader);
        pthread_join(reader->thread, NULL);
        pthread_cond_destroy(&reader->changed);
        pthread_mutex_destroy(&reader->lock);
        config_unref(reader->config);
        free(reader);
        return NULL;
}

void mailbox_reader_configure(MailboxReader *reader, Config *config)
{
        pthread_mutex_lock(&reader->lock);
        Config *older = reader->config;
        reader->config = config_ref(config);
        atomic_store(&reader->interrupted, true);
        pthread_cond_broadcast(&reader->changed);
        pthread_mutex_unlock(&reader->lock);
        config_unref(older);
}

void mailbox_reader_stop(MailboxReader *reader)
{
        pthread_mutex_lock(&reader->lock);
        reader->stopping = true;
        atomic_store(&reader->interrupted, true);
        pthread_cond_broadcast(&reader->changed);
        pthread_mutex_unlock(&reader->lock);
}

bool mailbox_reader_idle(MailboxReader *reader)
{
        pthread_mutex_lock(&reader->lock);
        bool idle = !reader->looking;
        pthread_mutex_unlock(&reader->lock);
        return idle;
}

usec_t mailbox_reader_oldest_sign(const MailboxReader *reader)
{
        return progress_oldest(&reader->progress);
}
