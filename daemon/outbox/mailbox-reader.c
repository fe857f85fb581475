#include "outbox/mailbox-reader.h"

#include "base/log.h"
#include "base/secret.h"
#include "base/worker.h"
#include "mail/mailbox.h"
#include "store/history.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum {
        STORE_FAILURES_MAX = 3, /* after so many, a reading ends: the remaining messages would fail too */
        JOB_WAIT_SECONDS = 2,   /* until the next look whether this daemon has the job */
};

struct MailboxReader {
        const Clock *clock;
        ZoneTable *zones;
        const OutboxTaker *const *takers;
        const Node *node;
        Worker *worker;
        pthread_mutex_t lock;
        Config *config;
        bool looking;
        _Atomic bool interrupted; /* stopped or reconfigured: end the current reading */
};

/* The thread's open mailbox and store, and the configuration they were opened with. */
typedef struct ReaderLook {
        MailboxReader *reader;
        Config *config;
        Mailbox *mailbox;
        Store *store; /* open during one reading only */
        int n_store_failures;
        bool failing;  /* the last reading failed, and this was logged */
        usec_t looked; /* time of the last successful reading */
        char error[MAILBOX_ERROR_SIZE];
} ReaderLook;

static int open_mailbox(ReaderLook *look)
{
        CLEANUP(secret_forget) char *password = NULL;
        const Config *config = look->config;
        int r = look->mailbox ? 0 : secret_read(config->bounces.password_file, &password);
        if (r < 0)
                snprintf(look->error, sizeof(look->error), "the password file %s cannot be read: %s",
                                config->bounces.password_file, strerror(-r));
        if (r < 0 || look->mailbox)
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
                snprintf(look->error, sizeof(look->error), "bounces.%s %s", error.where, error.message);
                return -EINVAL;
        }
        return mailbox_new(&options, &look->mailbox);
}

static int open_store(ReaderLook *look)
{
        InputError error = { .message = "" };
        int r = look->store ? 0
                            : store_open(look->config->store, STORE_WRITE, look->reader->zones, &look->store,
                                              &error);
        if (r == 0)
                history_set_author(look->store, HISTORY_MAILBOX, "");
        else
                snprintf(look->error, sizeof(look->error), "%s",
                                error.message[0] ? error.message : strerror(r < 0 ? -r : EIO));
        return r;
}

static int show_to_takers(ReaderLook *look, const char *bytes, size_t len)
{
        const MailboxReader *reader = look->reader;
        int r = TAKER_E_LEAVE;
        for (size_t i = 0; r == TAKER_E_LEAVE && reader->takers[i]; i++)
                r = reader->takers[i]->take(look->store, look->config, bytes, len, clock_now(reader->clock));
        if (r != 0 && r != TAKER_E_LEAVE)
                snprintf(look->error, sizeof(look->error), "what came back cannot be entered: %s",
                                r < 0 ? strerror(-r) : store_explain(look->store, r));
        return r;
}

/* Passes a message to the takers. If the store fails, the message stays and is read again later. */
static int on_message(const char *bytes, size_t len, void *userdata)
{
        ReaderLook *look = userdata;
        int r = open_store(look);
        if (r == 0)
                r = show_to_takers(look, bytes, len);
        if (r == TAKER_E_LEAVE)
                return MAILBOX_LEAVE;
        look->n_store_failures += r != 0;
        return r == 0 ? MAILBOX_REMOVE : -EAGAIN;
}

static bool on_wait(void *userdata)
{
        ReaderLook *look = userdata;
        worker_show(look->reader->worker);
        return !atomic_load(&look->reader->interrupted) && look->n_store_failures < STORE_FAILURES_MAX;
}

/* Reads the mailbox. Return: false if anything failed. @ret_more: whether messages are left to read. */
static bool read_mailbox(ReaderLook *look, bool *ret_more)
{
        MailboxRound found = { .more = false };
        const MailboxTaker reader = { .on_message = on_message, .on_wait = on_wait, .userdata = look };
        look->error[0] = '\0';
        look->n_store_failures = 0;
        int r = open_mailbox(look);
        if (r == 0)
                r = mailbox_read(look->mailbox, &reader, &found);
        if (!look->error[0])
                snprintf(look->error, sizeof(look->error), "%s",
                                found.error[0] || r >= 0 ? found.error : strerror(-r));
        *ret_more = r == 0 && found.more;
        return r == 0 && !look->error[0];
}

/*
 * Stores the time of the last successful reading and the error of a later one, for `convene status` and
 * /health.
 */
static void remember(ReaderLook *look, bool good)
{
        CLEANUP(cleanup_free) char *known = NULL;
        char text[MAILBOX_ERROR_SIZE + 32];
        if (open_store(look) != 0 || store_meta_get(look->store, META_MAILBOX, &known) != 0)
                return;
        if (look->looked == 0 && known)
                look->looked = strtoll(known, NULL, 10);
        if (good)
                look->looked = clock_now(look->reader->clock);
        snprintf(text, sizeof(text), "%" PRId64 " %s", look->looked, good ? "" : look->error);
        if (!known || strcmp(known, text) != 0)
                store_meta_set(look->store, META_MAILBOX, text);
}

/* Logs the change from success to failure or back, not every failed reading. */
static void tell(ReaderLook *look, bool good)
{
        char hidden[MAILBOX_ERROR_SIZE];
        const char *error = look->error, *url = look->config->bounces.mailbox;
        if (!look->config->log.addresses) {
                log_hide_addresses(error, hidden, sizeof(hidden));
                error = hidden;
        }
        if (!good && !look->failing)
                log_kind(JOURNAL_MAILBOX_FAILS, LOG_FIELDS({ "MAILBOX", url }),
                                "the mailbox for bounces, %s, cannot be read as it should be: %s", url,
                                error);
        if (good && look->failing)
                log_kind(JOURNAL_MAILBOX_READ, LOG_FIELDS({ "MAILBOX", url }),
                                "the mailbox for bounces, %s, is read again", url);
        look->failing = !good;
}

static bool look_and_tell(ReaderLook *look)
{
        MailboxReader *reader = look->reader;
        bool more = false;
        bool good = read_mailbox(look, &more);
        if (!atomic_load(&reader->interrupted)) {
                remember(look, good);
                tell(look, good);
        }
        look->store = store_close(look->store);
        return more;
}

static void use_config(ReaderLook *look, Config *config)
{
        mailbox_free(look->mailbox);
        config_unref(look->config);
        look->mailbox = NULL;
        look->config = config;
}

/* Starts a reading if it is due or the configuration is new. Return: whether it was started. */
static bool begin(MailboxReader *reader, ReaderLook *look, usec_t next)
{
        pthread_mutex_lock(&reader->lock);
        bool is_new = reader->config != look->config;
        bool is_time = (is_new || next <= clock_monotonic()) && !worker_is_stopping(reader->worker);
        if (is_time && is_new)
                use_config(look, config_ref(reader->config));
        if (is_time)
                atomic_store(&reader->interrupted, false);
        reader->looking = is_time;
        pthread_mutex_unlock(&reader->lock);
        return is_time;
}

static void end(MailboxReader *reader)
{
        pthread_mutex_lock(&reader->lock);
        reader->looking = false;
        pthread_mutex_unlock(&reader->lock);
}

/* Reads the configured mailbox. Return: when the next reading is due, monotonic; USEC_INFINITY for never. */
static usec_t look_once(ReaderLook *look)
{
        const Config *config = look->config;
        if (!config->bounces.mailbox[0])
                return USEC_INFINITY;
        if (!node_has(look->reader->node, NODE_MAILBOX))
                return clock_monotonic() + JOB_WAIT_SECONDS * USEC_PER_SEC;
        bool more = look_and_tell(look);
        return clock_monotonic() + (more ? 0 : config->bounces.interval);
}

static void run(Worker *worker, void *userdata)
{
        MailboxReader *reader = userdata;
        ReaderLook look = { .reader = reader };
        for (usec_t next = 0; !worker_is_stopping(worker);) {
                if (!begin(reader, &look, next)) {
                        worker_wait(worker, next);
                        continue;
                }
                next = look_once(&look);
                end(reader);
        }
        use_config(&look, NULL);
}

int mailbox_reader_new(const MailboxReaderOptions *options, Config *config, MailboxReader **ret)
{
        *ret = NULL;
        CLEANUP(mailbox_reader_freep) MailboxReader *reader = calloc(1, sizeof(*reader));
        if (!reader)
                return -ENOMEM;
        reader->clock = options->clock;
        reader->zones = options->zones;
        reader->takers = options->takers;
        reader->node = options->node;
        reader->config = config_ref(config);
        pthread_mutex_init(&reader->lock, NULL);
        int r = worker_new("mailbox", run, reader, &reader->worker);
        if (r == 0)
                *ret = TAKE_PTR(reader);
        return r;
}

MailboxReader *mailbox_reader_free(MailboxReader *reader)
{
        if (!reader)
                return NULL;
        if (reader->worker)
                mailbox_reader_stop(reader);
        worker_free(reader->worker);
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
        pthread_mutex_unlock(&reader->lock);
        worker_wake(reader->worker);
        config_unref(older);
}

void mailbox_reader_stop(MailboxReader *reader)
{
        pthread_mutex_lock(&reader->lock);
        worker_stop(reader->worker);
        atomic_store(&reader->interrupted, true);
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
        return worker_oldest_sign(reader->worker);
}
