#pragma once

/*
 * The engine runs the sources of due work, which fill the ledger, and the outbox, which sends the mails of
 * the ledger. It arms one timer for the earliest due time. The caller passes the sources, the kinds of
 * mail and the takers of returned mail as tables.
 */

#include "base/clock.h"
#include "config/config.h"
#include "outbox/outbox.h"
#include "remind/due-source.h"
#include "store/store.h"

#include <systemd/sd-event.h>

typedef struct Engine Engine;

/** All pointers are borrowed and must outlive the engine. The tables end with NULL. */
typedef struct EngineOptions {
        sd_event *loop;
        const Clock *clock;
        ZoneTable *zones;
        Store *store;     /* used on the loop's thread only; the outbox's threads open their own */
        const Node *node; /* this daemon among others; NULL: it is alone */
        const DueSource *const *sources;
        const OutboxTable *const *tables;
        const OutboxTaker *const *takers;
        /* Called on the loop's thread when a damaged part of the store was found. May be NULL. */
        void (*on_damage)(void *userdata);
        void *userdata;
} EngineOptions;

/**
 * engine_new() - start an engine
 * @config: referenced
 *
 * The time of the first start with a store is its horizon: see due_is_wanted() for reminders that fire
 * before it.
 *
 * Return: 0, a condition of the store, or negative errno.
 */
int engine_new(const EngineOptions *options, Config *config, Engine **ret);

/**
 * engine_free() - stop and free the engine. Waits for the reply to each mail whose final dot was sent.
 */
Engine *engine_free(Engine *engine);
DEFINE_CLEANUP(Engine, engine_freep, engine_free)

/**
 * engine_stop() - start nothing new. A mail whose final dot was sent waits for its reply. All others are
 * aborted within a second and stay in the ledger. Does not block.
 */
void engine_stop(Engine *engine);

/** engine_idle() - whether no mail is being sent and the mailbox is not being read */
bool engine_idle(Engine *engine);

/** engine_awaits_reply() - whether the server's reply to a mail is still missing */
bool engine_awaits_reply(const Engine *engine);

/**
 * engine_clock_set() - derive again what depends on the old time; called after the system's clock was set
 * forward or back
 */
void engine_clock_set(Engine *engine);

/**
 * engine_fails() - whether no reminders are sent because the store or the sender has failed. Any thread may
 * call this function.
 */
bool engine_fails(const Engine *engine);

/**
 * engine_oldest_sign() - return the time of the oldest heartbeat of all threads, as progress_oldest(). A
 * thread updates its heartbeat about once a second.
 */
usec_t engine_oldest_sign(const Engine *engine);

/**
 * engine_prepare() - do the steps of a change of configuration that can fail
 * @config: referenced
 * @ret:    to be passed to engine_commit(), or to engine_plan_free() if the change is cancelled; NULL on
 *          failure
 *
 * The last step marks the rows of the store that depend on the configuration to be derived again.
 *
 * Return: 0, a condition of the store, or negative errno; on failure the engine continues as before.
 */
typedef struct EnginePlan EnginePlan;
int engine_prepare(Engine *engine, Config *config, EnginePlan **ret);
EnginePlan *engine_plan_free(EnginePlan *plan);
DEFINE_CLEANUP(EnginePlan, engine_plan_freep, engine_plan_free)

/** engine_commit() - use the prepared configuration; takes ownership of @plan */
void engine_commit(Engine *engine, EnginePlan *plan);

/**
 * engine_wake_soon() - look for due work soon; called after each change of the store. Changes that come one
 * after another cost one look.
 */
void engine_wake_soon(Engine *engine);

/**
 * engine_recover() - look for due work and for the mails of daemons that have ended; called after another
 * daemon has ended, and after this one has taken a job
 */
void engine_recover(Engine *engine);

/** Figures for the service status. */
typedef struct EngineStatus {
        usec_t next;      /* time of the timer; USEC_INFINITY for none */
        int64_t queued;   /* mails without a final state */
        usec_t last_sent; /* 0 for never */
        bool held;        /* mails are held until an operator decides: see restored.h */
} EngineStatus;

int engine_status(Engine *engine, EngineStatus *ret);
