#include "remind/engine.h"

#include "base/log.h"
#include "remind/refresh.h"
#include "remind/restored.h"
#include "store/change-task.h"
#include "store/ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum {
        SOON_MS = 100, /* the changes of so long cost one look, which comes after the feed that shows them */
        REST_MS = 6, /* pause of the due work while the outbox has enough mails: it lets the outbox write */
        STORE_RETRY_SECONDS = 30,
        SERVER_RETRY_SECONDS = 5, /* after the server of the store was away */
};

struct Engine {
        const Clock *clock;
        Config *config;
        ZoneTable *zones;
        Store *store;
        const Node *node;
        DbUpkeep *upkeep;
        Outbox *outbox;
        const DueSource *const *sources;
        sd_event_source *timer;
        sd_event_source *soon;   /* for the look after a change of the store */
        sd_event_source *notice; /* of outbox_fd() */
        _Atomic bool fails;      /* the store or the sender has failed */
        bool held;               /* mails are held until an operator decides: see restored.h */
        bool derives;            /* this daemon has the job NODE_DUE, and has taken it over */
        bool was_woken;          /* the store was changed: a hold may have been ordered */
        usec_t horizon;          /* the store's first start: see due_is_wanted() */
        usec_t rest_until;       /* end of the due work's pause; monotonic clock */
        usec_t next;
        void (*on_damage)(void *userdata);
        void *userdata;
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

static int process_sources(Engine *engine, usec_t now)
{
        const DueWork work = { engine->store, engine->config, engine->horizon, now };
        int r = 0;
        for (size_t i = 0; r == 0 && engine->sources[i]; i++)
                r = engine->sources[i]->process(&work);
        return r;
}

static int find_next(Engine *engine, usec_t *ret)
{
        usec_t next = USEC_INFINITY, earliest = USEC_INFINITY;
        int r = 0;
        for (size_t i = 0; r == 0 && engine->sources[i]; i++) {
                r = engine->sources[i]->next(engine->store, &next);
                earliest = r == 0 && next < earliest ? next : earliest;
        }
        *ret = earliest;
        return r;
}

/* Finds the earliest due time of all sources. The queries share one transaction, to take the locks once. */
static int next_due(Engine *engine, usec_t *ret)
{
        int r = store_begin_read(engine->store);
        if (r != 0)
                return r;
        r = find_next(engine, ret);
        store_rollback(engine->store);
        return r;
}

/* Returns how long the due work must still pause, so that others can write to the store. */
static usec_t rest_left(const Engine *engine)
{
        usec_t now = clock_monotonic();
        if (db_upkeep_is_busy(engine->upkeep))
                return REST_MS * USEC_PER_MSEC;
        return outbox_has_enough_mails(engine->outbox) && engine->rest_until > now ? engine->rest_until - now
                                                                                   : 0;
}

/*
 * Processes the sources, and does not sync their transactions to disk: derived rows can be derived again.
 * The transaction that sets a mail to COMMITTED is synced, and makes the earlier ones durable too.
 */
static int process_without_sync(Engine *engine, usec_t now)
{
        int r = store_set_durable(engine->store, false);
        if (r == 0)
                r = process_sources(engine, now);
        int durable = store_set_durable(engine->store, true);
        return r != 0 ? r : durable;
}

static int wake_tasks(void *store)
{
        return change_task_wake_all(store);
}

/* Called before this daemon derives what another one has derived, or nobody. */
static int take_over(Engine *engine)
{
        int r = engine->derives ? 0 : store_write(engine->store, wake_tasks, engine->store);
        engine->derives = r == 0;
        return r;
}

/* Processes due work. @ret_next: the earliest due time that is left. */
static int process_due(Engine *engine, usec_t now, usec_t *ret_next)
{
        *ret_next = USEC_INFINITY;
        if (db_upkeep_has_failed(engine->upkeep))
                return DB_E_IO;
        if (!node_has(engine->node, NODE_DUE)) {
                engine->derives = false;
                return 0;
        }
        int r = take_over(engine);
        if (r == 0)
                r = next_due(engine, ret_next);
        if (r != 0 || *ret_next > now || rest_left(engine) > 0)
                return r;
        r = process_without_sync(engine, now);
        engine->rest_until = clock_monotonic() + REST_MS * USEC_PER_MSEC;
        return r == 0 ? next_due(engine, ret_next) : r;
}

/*
 * Several daemons may share the store. The hold is ended by the one that derives what is due, since it alone
 * knows when all of that is in the ledger.
 */
static int look_at_hold(Engine *engine, usec_t now, usec_t due)
{
        int r = engine->held || engine->was_woken ? restored_look(engine->store, &engine->held) : 0;
        engine->was_woken = engine->was_woken && r != 0;
        return r == 0 && engine->held && node_has(engine->node, NODE_DUE)
                               ? restored_settle(engine->store, due, now, &engine->held)
                               : r;
}

/* @due: the earliest due time of the sources */
static int offer(Engine *engine, usec_t now, usec_t due)
{
        int r = look_at_hold(engine, now, due);
        return r != 0 || engine->held ? r : outbox_offer(engine->outbox, now);
}

static int tick(Engine *engine)
{
        usec_t now = clock_now(engine->clock), due = USEC_INFINITY, mail = USEC_INFINITY;
        int r = process_due(engine, now, &due);
        if (r == 0)
                r = offer(engine, now, due);
        if (r == 0)
                r = outbox_next(engine->outbox, now, &mail);
        usec_t next = due < mail ? due : mail;
        next = next > now ? next : now + rest_left(engine);
        atomic_store(&engine->fails, r != 0 || outbox_failed(engine->outbox));
        if (r != 0) {
                log_kind(JOURNAL_STORE_FAILS, NULL, "the reminders wait, the store says: %s",
                                r < 0 ? strerror(-r) : store_explain(engine->store, r));
                next = now + (r == DB_E_AWAY ? SERVER_RETRY_SECONDS : STORE_RETRY_SECONDS) * USEC_PER_SEC;
        }
        if (engine->on_damage && (store_found_damage(engine->store) || outbox_found_damage(engine->outbox)))
                engine->on_damage(engine->userdata);
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

static int on_notice(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
        (void)source;
        (void)fd;
        (void)events;
        Engine *engine = userdata;
        outbox_acknowledge(engine->outbox);
        look(engine);
        return 0;
}

static int on_soon(sd_event_source *source, uint64_t usec, void *userdata)
{
        (void)source;
        (void)usec;
        look(userdata);
        return 0;
}

static void wake(Engine *engine)
{
        engine->was_woken = true;
        arm(engine, clock_now(engine->clock));
}

void engine_wake_soon(Engine *engine)
{
        int on = SD_EVENT_OFF;
        engine->was_woken = true;
        if (sd_event_source_get_enabled(engine->soon, &on) < 0 || on != SD_EVENT_OFF)
                return;
        if (sd_event_source_set_time_relative(engine->soon, SOON_MS * USEC_PER_MSEC) < 0 ||
                        sd_event_source_set_enabled(engine->soon, SD_EVENT_ONESHOT) < 0)
                wake(engine);
}

void engine_recover(Engine *engine)
{
        outbox_recover(engine->outbox);
        wake(engine);
}

static int store_horizon(Engine *engine, usec_t now)
{
        char text[24];
        engine->horizon = now;
        snprintf(text, sizeof(text), "%" PRId64, now);
        return store_meta_set(engine->store, META_FIRST_START, text);
}

/*
 * Loads the horizon (see due_is_wanted()). The first start stores its own time as the horizon, so that a
 * restart does not change it.
 */
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

static int rewind_sources(Engine *engine, usec_t now, int64_t *ret_n)
{
        int r = 0;
        for (size_t i = 0; r == 0 && engine->sources[i]; i++) {
                int64_t n = 0;
                if (engine->sources[i]->rewind)
                        r = engine->sources[i]->rewind(engine->store, now, &n);
                *ret_n += n;
        }
        return r;
}

/*
 * Called at the start and after the clock was set. If it was set back, the store has times that are now in
 * the future: adjusts waiting mails, marks due work to be derived again, and moves the horizon back to now.
 * The keys of the ledger prevent a mail from being sent twice.
 */
static int rewind_store(Engine *engine)
{
        int64_t n_mails = 0, n_due = 0;
        usec_t now = clock_now(engine->clock);
        /*
         * The clocks of daemons differ by a little. Only the clock of the one that derives due work
         * counts.
         */
        if (!node_has(engine->node, NODE_DUE))
                return 0;
        int r = ledger_rewind(engine->store, now, &n_mails);
        if (r == 0)
                r = rewind_sources(engine, now, &n_due);
        /*
         * In a rehearsal, whose clock is ahead of the system's or behind it, the horizon stays: reminders
         * before the horizon must not be mailed after the rehearsal.
         */
        if (r == 0 && engine->horizon > now && engine->clock->ahead == 0)
                r = store_horizon(engine, now);
        if (r == 0 && n_mails + n_due > 0)
                log_warning("the clock was set back: %" PRId64 " open mails and the reminders of %" PRId64
                            " events are worked out again; what was sent is not sent again",
                                n_mails, n_due);
        return r;
}

void engine_clock_set(Engine *engine)
{
        int r = rewind_store(engine);
        if (r != 0)
                log_kind(JOURNAL_STORE_FAILS, NULL, "the clock was set, and the reminders do not follow: %s",
                                r < 0 ? strerror(-r) : store_explain(engine->store, r));
        wake(engine);
}

static int make_timer(Engine *engine, sd_event *loop)
{
        int r = sd_event_add_time(loop, &engine->timer, CLOCK_REALTIME, 0, 1, on_timer, engine);
        if (r >= 0)
                r = sd_event_source_set_description(engine->timer, "reminders");
        if (r >= 0)
                r = sd_event_add_time(loop, &engine->soon, CLOCK_MONOTONIC, 0, 1, on_soon, engine);
        if (r >= 0)
                r = sd_event_source_set_enabled(engine->soon, SD_EVENT_OFF);
        return r < 0 ? r : 0;
}

static int listen_to_outbox(Engine *engine, sd_event *loop)
{
        int r = sd_event_add_io(
                        loop, &engine->notice, outbox_fd(engine->outbox), EPOLLIN, on_notice, engine);
        if (r >= 0)
                r = sd_event_source_set_description(engine->notice, "mails-done");
        return r < 0 ? r : 0;
}

static int start_upkeep(Engine *engine, const Config *config)
{
        int r = db_upkeep_new(config->store, &engine->upkeep);
        if (r == 0)
                store_set_upkeep(engine->store, engine->upkeep);
        return r;
}

static int refresh(Engine *engine, const Config *config)
{
        const Refresh refresh = { engine->store, engine->zones, engine->sources, clock_now(engine->clock) };
        int r = refresh_zones(&refresh, config);
        return r == 0 ? refresh_leads(&refresh, config) : r;
}

static int start_outbox(Engine *engine, const EngineOptions *options)
{
        OutboxOptions outbox = {
                .clock = options->clock,
                .zones = options->zones,
                .store = options->store,
                .node = options->node,
                .upkeep = engine->upkeep,
                .tables = options->tables,
                .takers = options->takers,
        };
        return outbox_new(&outbox, engine->config, &engine->outbox);
}

int engine_new(const EngineOptions *options, Config *config, Engine **ret)
{
        *ret = NULL;
        CLEANUP(engine_freep) Engine *engine = calloc(1, sizeof(*engine));
        if (!engine)
                return -ENOMEM;
        engine->clock = options->clock;
        engine->zones = options->zones;
        engine->store = options->store;
        engine->node = options->node;
        engine->sources = options->sources;
        engine->on_damage = options->on_damage;
        engine->userdata = options->userdata;
        engine->config = config_ref(config);
        int r = make_timer(engine, options->loop);
        if (r == 0)
                r = restored_start(engine->store, &engine->held);
        if (r == 0)
                r = load_horizon(engine);
        if (r == 0)
                r = rewind_store(engine);
        if (r == 0)
                r = start_upkeep(engine, config);
        if (r == 0)
                r = refresh(engine, config);
        if (r == 0)
                r = start_outbox(engine, options);
        if (r == 0)
                r = listen_to_outbox(engine, options->loop);
        if (r != 0)
                return r;
        wake(engine);
        *ret = TAKE_PTR(engine);
        return 0;
}

Engine *engine_free(Engine *engine)
{
        if (!engine)
                return NULL;
        sd_event_source_disable_unref(engine->timer);
        sd_event_source_disable_unref(engine->soon);
        sd_event_source_disable_unref(engine->notice);
        outbox_free(engine->outbox);
        store_set_upkeep(engine->store, NULL);
        db_upkeep_free(engine->upkeep);
        config_unref(engine->config);
        free(engine);
        return NULL;
}

struct EnginePlan {
        Config *config;
        OutboxPlan *outbox;
};

EnginePlan *engine_plan_free(EnginePlan *plan)
{
        if (!plan)
                return NULL;
        outbox_plan_free(plan->outbox);
        config_unref(plan->config);
        free(plan);
        return NULL;
}

/* The store is changed last: due work is derived again only when nothing else can fail. */
int engine_prepare(Engine *engine, Config *config, EnginePlan **ret)
{
        *ret = NULL;
        CLEANUP(engine_plan_freep) EnginePlan *plan = calloc(1, sizeof(*plan));
        if (!plan)
                return -ENOMEM;
        plan->config = config_ref(config);
        int r = outbox_prepare(engine->outbox, config, &plan->outbox);
        if (r == 0)
                r = refresh(engine, config);
        if (r == 0)
                *ret = TAKE_PTR(plan);
        return r;
}

void engine_commit(Engine *engine, EnginePlan *plan)
{
        outbox_commit(engine->outbox, TAKE_PTR(plan->outbox));
        config_unref(engine->config);
        engine->config = TAKE_PTR(plan->config);
        engine_plan_free(plan);
        wake(engine);
}

void engine_stop(Engine *engine)
{
        sd_event_source_set_enabled(engine->timer, SD_EVENT_OFF);
        sd_event_source_set_enabled(engine->soon, SD_EVENT_OFF);
        sd_event_source_set_enabled(engine->notice, SD_EVENT_OFF);
        outbox_stop(engine->outbox);
}

bool engine_idle(Engine *engine)
{
        return outbox_idle(engine->outbox);
}

bool engine_awaits_reply(const Engine *engine)
{
        return outbox_awaits_reply(engine->outbox);
}

bool engine_fails(const Engine *engine)
{
        return atomic_load(&engine->fails);
}

usec_t engine_oldest_sign(const Engine *engine)
{
        return outbox_oldest_sign(engine->outbox);
}

int engine_status(Engine *engine, EngineStatus *ret)
{
        EngineStatus status = { .next = engine->next, .held = engine->held };
        int r = ledger_count_open(engine->store, &status.queued);
        if (r == 0)
                r = ledger_last_sent(engine->store, &status.last_sent);
        if (r == 0)
                *ret = status;
        return r;
}
