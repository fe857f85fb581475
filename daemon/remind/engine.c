#include "remind/engine.h"

#include "base/hash.h"
#include "base/log.h"
#include "outbox/mailbox-reader.h"
#include "outbox/sender.h"
#include "remind/digest.h"
#include "remind/due.h"
#include "store/digest-index.h"
#include "store/due-index.h"
#include "store/ledger.h"
#include "store/reindex.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>

enum {
        DUE_BATCH = 2, /* rows of the alarm index in one go: the loop has other things to do */
        DIGEST_BATCH = 16,
        CLAIM_BATCH = 512, /* more than the sender's queue holds, so that it can be filled past what is under way */
        REST_MS = 6, /* of the fan-out while there is enough to send: both write, and only one at a time can */
        STORE_RETRY_SECONDS = 30,
        RETIRED_MAX = 8,
};

#define META_FIRST_START "first_start"
#define META_LEADS       "leads"
#define META_ZONES       "zones"

struct Engine {
        const Clock *clock;
        Config *config;
        ZoneTable *zones;
        Store *store;
        Checkpointer *checkpointer;
        Sender *sender;               /* NULL while nothing is to be delivered */
        Sender *retired[RETIRED_MAX]; /* not wanted any more, but perhaps with a mail in hand */
        int n_retired;
        MailboxReader *reader;
        sd_event_source *timer;
        sd_event_source *notice;
        int notice_fd;
        _Atomic bool fails; /* the store does, or the sender has given up */
        usec_t horizon;     /* nothing that fires before it is mailed */
        usec_t rest_until;  /* monotonic; of the fan-out */
        usec_t next;
};

static int arm(Engine *engine, usec_t time)
{
        engine->next = time;
        if (time == USEC_INFINITY)
                return sd_event_source_set_enabled(engine->timer, SD_EVENT_OFF);
        usec_t system = clock_to_system(engine->clock, time);
        int r = sd_event_source_set_time(engine->timer, system > 0 ? (uint64_t)system : 0);
        return r < 0 ? r : sd_event_source_set_enabled(engine->timer, SD_EVENT_ONESHOT);
}

typedef struct DueRows {
        DueEntry rows[DUE_BATCH];
        int n;
} DueRows;

static int on_due(const DueEntry *due, void *userdata)
{
        DueRows *rows = userdata;
        rows->rows[rows->n++] = *due;
        return 0;
}

/* A row that cannot be worked on must not hold up the others, nor be looked at again without end. */
static int process_row(Engine *engine, const DueEntry *due, usec_t now)
{
        int r = due_process(engine->store, engine->config, due, engine->horizon, now);
        if (r == 0 || r == DB_E_FULL || r == DB_E_IO || r == DB_E_READ_ONLY || r == DB_E_BUSY)
                return r;
        log_error("the reminders of object %" PRId64 " cannot be worked out: %s", due->object,
                        r < 0 ? strerror(-r) : store_explain(engine->store, r));
        DueEntry later = *due;
        later.next = now + USEC_PER_DAY;
        later.seen = now;
        return due_index_set(engine->store, &later);
}

static int process_due(Engine *engine, usec_t now)
{
        DueRows due = { .n = 0 };
        int r = due_index_each(engine->store, now, DUE_BATCH, on_due, &due);
        for (int i = 0; r == 0 && i < due.n; i++)
                r = process_row(engine, &due.rows[i], now);
        bool more = r == 0;
        for (int i = 0; more && i < DIGEST_BATCH; i++) {
                r = digest_process(engine->store, engine->config, now, &more);
                more = more && r == 0;
        }
        return r;
}

/* @ret_next: when the throttle lets more through; USEC_INFINITY when it is not what holds them up. */
static int offer_mails(Engine *engine, usec_t now, usec_t *ret_next)
{
        int64_t ids[CLAIM_BATCH];
        int n = 0;
        *ret_next = USEC_INFINITY;
        if (!engine->sender || sender_failed(engine->sender) || sender_has_enough(engine->sender))
                return 0;
        int r = ledger_claim(engine->store, now, CLAIM_BATCH, ids, &n);
        SenderOffer offer = SENDER_TAKEN;
        for (int i = 0; r == 0 && i < n && offer == SENDER_TAKEN; i++)
                offer = sender_offer(engine->sender, ids[i]);
        if (offer == SENDER_CLOSED)
                *ret_next = sender_next(engine->sender);
        return r;
}

/* When to look again: a mail that is due now is under way or queued, and the sender's notice wakes us. */
static int next_look(Engine *engine, usec_t now, usec_t *ret)
{
        usec_t alarm = USEC_INFINITY, digest = USEC_INFINITY, mail = USEC_INFINITY;
        int r = due_index_next(engine->store, &alarm);
        if (r == 0)
                r = digest_index_next(engine->store, &digest);
        alarm = digest < alarm ? digest : alarm;
        if (r == 0 && engine->sender)
                r = ledger_next_after(engine->store, now, &mail);
        *ret = alarm < mail ? alarm : mail;
        return r;
}

/* How long the fan-out is to leave the store to others, by the monotonic clock. */
static usec_t rest_left(const Engine *engine)
{
        usec_t now = clock_monotonic();
        bool sends = engine->sender && sender_has_enough(engine->sender);
        if (checkpointer_works(engine->checkpointer))
                return REST_MS * USEC_PER_MSEC;
        return sends && engine->rest_until > now ? engine->rest_until - now : 0;
}

/* What is derived can be derived again: nobody waits for the disk here. The commit of a mail, which does, takes along what it rests on. */
static int process_in_passing(Engine *engine, usec_t now)
{
        int r = store_set_durable(engine->store, false);
        if (r == 0)
                r = process_due(engine, now);
        int durable = store_set_durable(engine->store, true);
        return r != 0 ? r : durable;
}

static int fan_out(Engine *engine, usec_t now)
{
        if (checkpointer_failed(engine->checkpointer))
                return DB_E_IO;
        if (rest_left(engine) > 0)
                return 0;
        int r = process_in_passing(engine, now);
        engine->rest_until = clock_monotonic() + REST_MS * USEC_PER_MSEC;
        return r;
}

static int tick(Engine *engine)
{
        usec_t now = clock_now(engine->clock), next = USEC_INFINITY, throttle = USEC_INFINITY;
        int r = fan_out(engine, now);
        if (r == 0)
                r = offer_mails(engine, now, &throttle);
        if (r == 0)
                r = next_look(engine, now, &next);
        next = throttle < next ? throttle : next;
        next = next > now ? next : now + rest_left(engine);
        atomic_store(&engine->fails, r != 0 || (engine->sender && sender_failed(engine->sender)));
        if (r != 0) {
                log_kind(JOURNAL_STORE_FAILS, NULL, "the reminders wait, the store says: %s",
                                r < 0 ? strerror(-r) : store_explain(engine->store, r));
                next = now + STORE_RETRY_SECONDS * USEC_PER_SEC;
        }
        return arm(engine, next);
}

static void look(Engine *engine)
{
        int r = tick(engine);
        if (r < 0)
                log_error("the reminder timer cannot be set: %s", strerror(-r));
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
        (void)source;
        (void)usec;
        look(userdata);
        return 0;
}

/* Never waits for those who still wait for a server, unless the configuration was changed many times meanwhile. */
static void reap_retired(Engine *engine, int most_left)
{
        int n = 0;
        for (int i = 0; i < engine->n_retired; i++)
                if (engine->n_retired - i + n > most_left || sender_idle(engine->retired[i]))
                        sender_free(engine->retired[i]);
                else
                        engine->retired[n++] = engine->retired[i];
        engine->n_retired = n;
}

static void retire_sender(Engine *engine)
{
        if (!engine->sender)
                return;
        sender_stop(engine->sender);
        reap_retired(engine, RETIRED_MAX - 1);
        engine->retired[engine->n_retired++] = TAKE_PTR(engine->sender);
        reap_retired(engine, RETIRED_MAX);
}

static int on_notice(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
        (void)source;
        (void)events;
        eventfd_t count;
        eventfd_read(fd, &count);
        reap_retired(userdata, RETIRED_MAX);
        look(userdata);
        return 0;
}

void engine_wake(Engine *engine)
{
        arm(engine, clock_now(engine->clock));
}

static int store_horizon(Engine *engine, usec_t now)
{
        char text[24];
        engine->horizon = now;
        snprintf(text, sizeof(text), "%" PRId64, now);
        return store_meta_set(engine->store, META_FIRST_START, text);
}

/* The moment before which nothing is mailed is fixed once, in the store, so that a restart does not move it. */
static int load_horizon(Engine *engine)
{
        CLEANUP(cleanup_free) char *text = NULL;
        int r = store_meta_get(engine->store, META_FIRST_START, &text);
        if (r != 0)
                return r;
        if (text) {
                engine->horizon = strtoll(text, NULL, 10);
                return 0;
        }
        return store_horizon(engine, clock_now(engine->clock));
}

/*
 * A clock that was set back makes a future of what is in the store: mails that wait, alarms and digests that were worked out, perhaps even
 * the first start. The keys of the ledger see to it that nothing goes twice when all of it is worked out again.
 */
static int rewind_store(Engine *engine)
{
        int64_t n_mails = 0, n_events = 0;
        usec_t now = clock_now(engine->clock);
        int r = ledger_rewind(engine->store, now, &n_mails);
        if (r == 0)
                r = due_index_rewind(engine->store, now, &n_events);
        if (r == 0)
                r = digest_index_rewind(engine->store, now);
        /* A rehearsal in the past is over one day, and what was not to be mailed then is not to be mailed after it. */
        if (r == 0 && engine->horizon > now && engine->clock->ahead == 0)
                r = store_horizon(engine, now);
        if (r == 0 && n_mails + n_events > 0)
                log_warning("the clock was set back: %" PRId64 " open mails and the reminders of %" PRId64
                            " events are worked out again; what was sent is not sent again",
                                n_mails, n_events);
        return r;
}

void engine_clock_set(Engine *engine)
{
        int r = rewind_store(engine);
        if (r != 0)
                log_kind(JOURNAL_STORE_FAILS, NULL, "the clock was set, and the reminders do not follow: %s",
                                r < 0 ? strerror(-r) : store_explain(engine->store, r));
        engine_wake(engine);
}

/* What of the configuration decides when a reminder is due. */
static int leads_hash(const Config *config, char ret[static HASH_HEX_SIZE])
{
        Hash *hash = hash_new();
        if (!hash)
                return -ENOMEM;
        hash_field(hash, config->time_zone_name);
        for (size_t i = 0; i < config->n_kinds; i++) {
                hash_field(hash, config->kinds[i].name);
                for (size_t k = 0; k < config->kinds[i].n_remind; k++) {
                        char lead[LEAD_TEXT_SIZE];
                        lead_format(&config->kinds[i].remind[k], lead);
                        hash_field(hash, lead);
                }
        }
        hash_finish(hash, ret);
        hash_free(hash);
        return 0;
}

/* Should the configuration not come into force after all, every event is looked at once for nothing. */
static int refresh_alarms(Engine *engine, const Config *config)
{
        CLEANUP(cleanup_free) char *known = NULL;
        char leads[HASH_HEX_SIZE];
        int r = leads_hash(config, leads);
        if (r == 0)
                r = store_meta_get(engine->store, META_LEADS, &known);
        if (r != 0 || (known && strcmp(known, leads) == 0))
                return r;
        r = due_index_reset_all(engine->store, clock_now(engine->clock));
        return r != 0 ? r : store_meta_set(engine->store, META_LEADS, leads);
}

static int follow_zones(Engine *engine, const Config *config, const char *signature)
{
        usec_t now = clock_now(engine->clock);
        int64_t n = 0;
        int r = reindex_spans(engine->store, config->time_zone, now, &n);
        if (r == 0)
                r = due_index_reset_all(engine->store, now);
        if (r == 0)
                r = digest_index_reset(engine->store, now);
        if (r == 0)
                r = store_meta_set(engine->store, META_ZONES, signature);
        if (r == 0)
                log_info("the system's time zones have changed: %" PRId64
                         " events keep their wall clock and move to other moments",
                                n);
        return r;
}

/* The keys of the ledger have the wall clock, so that what was sent by the older rules is not sent again by the newer ones. */
static int refresh_zones(Engine *engine, const Config *config)
{
        CLEANUP(cleanup_free) char *known = NULL;
        char signature[HASH_HEX_SIZE];
        int r = zone_table_signature(engine->zones, signature);
        if (r == 0)
                r = store_meta_get(engine->store, META_ZONES, &known);
        if (r != 0 || (known && strcmp(known, signature) == 0))
                return r;
        if (!known)
                return store_meta_set(engine->store, META_ZONES, signature);
        r = store_begin(engine->store);
        if (r != 0)
                return r;
        r = follow_zones(engine, config, signature);
        if (r == 0)
                r = store_commit(engine->store);
        if (r != 0)
                store_rollback(engine->store);
        return r;
}

static int recover(Engine *engine, const Config *config)
{
        int n = 0;
        usec_t now = clock_now(engine->clock);
        int r = ledger_recover(engine->store, now, now + config->mail.retry_unknown, &n);
        if (r == 0 && n > 0)
                log_kind(JOURNAL_MAIL_UNKNOWN, NULL,
                                "%d mails were interrupted between handing over and reply; each is tried once more, later",
                                n);
        return r;
}

static int make_sources(Engine *engine, sd_event *loop)
{
        engine->notice_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (engine->notice_fd < 0)
                return -errno;
        int r = sd_event_add_time(loop, &engine->timer, CLOCK_REALTIME, 0, 1, on_timer, engine);
        if (r >= 0)
                r = sd_event_source_set_description(engine->timer, "reminders");
        if (r >= 0)
                r = sd_event_add_io(loop, &engine->notice, engine->notice_fd, EPOLLIN, on_notice, engine);
        if (r >= 0)
                r = sd_event_source_set_description(engine->notice, "mails-done");
        return r < 0 ? r : 0;
}

static int start_checkpointer(Engine *engine, const Config *config)
{
        int r = checkpointer_new(config->store, &engine->checkpointer);
        if (r == 0)
                store_set_checkpointer(engine->store, engine->checkpointer);
        return r;
}

int engine_new(sd_event *loop, const Clock *clock, Config *config, ZoneTable *zones, Store *store,
                Engine **ret)
{
        CLEANUP(engine_freep) Engine *engine = calloc(1, sizeof(*engine));
        if (!engine)
                return -ENOMEM;
        engine->clock = clock;
        engine->zones = zones;
        engine->store = store;
        engine->notice_fd = -1;
        int r = make_sources(engine, loop);
        if (r == 0)
                r = load_horizon(engine);
        if (r == 0)
                r = recover(engine, config);
        if (r == 0)
                r = rewind_store(engine);
        if (r == 0)
                r = start_checkpointer(engine, config);
        if (r == 0)
                r = mailbox_reader_new(clock, config, zones, &engine->reader);
        if (r == 0)
                r = engine_configure(engine, config);
        if (r == 0)
                *ret = TAKE_PTR(engine);
        return r;
}

Engine *engine_free(Engine *engine)
{
        if (!engine)
                return NULL;
        retire_sender(engine);
        mailbox_reader_free(engine->reader);
        reap_retired(engine, 0);
        store_set_checkpointer(engine->store, NULL);
        checkpointer_free(engine->checkpointer);
        sd_event_source_disable_unref(engine->timer);
        sd_event_source_disable_unref(engine->notice);
        if (engine->notice_fd >= 0)
                close(engine->notice_fd);
        config_unref(engine->config);
        free(engine);
        return NULL;
}

/* One that still works is told; one that has given up, or is not wanted any more, is let go and made anew where wanted. */
static int configure_sender(Engine *engine, Config *config)
{
        if (engine->sender && config->mail.deliver && !sender_failed(engine->sender))
                return sender_configure(engine->sender, config);
        Sender *sender = NULL;
        int r = config->mail.deliver ? sender_new(engine->clock, config, engine->zones, engine->checkpointer,
                                                       engine->notice_fd, &sender)
                                     : 0;
        if (r != 0)
                return r;
        retire_sender(engine);
        engine->sender = sender;
        return 0;
}

/* What can fail comes first: either all of the new configuration holds afterwards, or none of it. */
int engine_configure(Engine *engine, Config *config)
{
        int r = refresh_zones(engine, config);
        if (r == 0)
                r = refresh_alarms(engine, config);
        if (r == 0)
                r = configure_sender(engine, config);
        if (r != 0)
                return r;
        if (engine->config)
                mailbox_reader_configure(engine->reader, config);
        config_unref(engine->config);
        engine->config = config_ref(config);
        engine_wake(engine);
        return 0;
}

void engine_stop(Engine *engine)
{
        sd_event_source_set_enabled(engine->timer, SD_EVENT_OFF);
        sd_event_source_set_enabled(engine->notice, SD_EVENT_OFF);
        mailbox_reader_stop(engine->reader);
        retire_sender(engine);
}

bool engine_idle(Engine *engine)
{
        reap_retired(engine, RETIRED_MAX);
        return engine->n_retired == 0 && (!engine->sender || sender_idle(engine->sender)) &&
               mailbox_reader_idle(engine->reader);
}

bool engine_awaits_reply(const Engine *engine)
{
        bool awaits = engine->sender && sender_awaits_reply(engine->sender);
        for (int i = 0; i < engine->n_retired; i++)
                awaits = awaits || sender_awaits_reply(engine->retired[i]);
        return awaits;
}

bool engine_fails(const Engine *engine)
{
        return atomic_load(&engine->fails);
}

usec_t engine_oldest_sign(const Engine *engine)
{
        usec_t oldest = engine->sender ? sender_oldest_sign(engine->sender) : USEC_INFINITY;
        usec_t reader = mailbox_reader_oldest_sign(engine->reader);
        oldest = reader < oldest ? reader : oldest;
        for (int i = 0; i < engine->n_retired; i++) {
                usec_t sign = sender_oldest_sign(engine->retired[i]);
                oldest = sign < oldest ? sign : oldest;
        }
        return oldest;
}

int engine_status(Engine *engine, EngineStatus *ret)
{
        EngineStatus status = { .next = engine->next };
        int r = ledger_count_open(engine->store, &status.queued);
        if (r == 0)
                r = ledger_last_sent(engine->store, &status.last_sent);
        if (r == 0)
                *ret = status;
        return r;
}
