#pragma once

/*
 * The engine: runs the sources of due work, which fill the ledger, and the outbox, which sends the mails
 * of the ledger. It arms one timer for the earliest due time. The sources, the kinds of mail and the
 * takers of returned mail are tables that the caller passes.
 */

#include "base/clock.h"
#include "config/config.h"
#include "outbox/outbox.h"
#include "remind/due-source.h"
#include "store/store.h"

#include <systemd/sd-event.h>

typedef struct Engine Engine;

/** Everything is borrowed and must outlive the engine. Tables end with NULL. */
typedef struct EngineOptions {
        sd_event *loop;
        const Clock *clock;
        ZoneTable *zones;
        Store *store; /* for the loop's thread only; the sender opens its own */
        const DueSource *const *sources;
        const OutboxTable *const *tables;
        const OutboxTaker *const *takers;
} EngineOptions;

/**
 * engine_new() - start an engine
 * The first start on a store fixes the time before which no reminder is mailed.
 * @config: referenced
 * Return: 0, a condition of the store, negative errno.
 */
int engine_new(const EngineOptions *options, Config *config, Engine **ret);

/**
 * engine_free() - stop the sender and free the engine; waits for the reply to a mail whose final dot was
 * sent
 */
Engine *engine_free(Engine *engine);
DEFINE_CLEANUP(Engine, engine_freep, engine_free)

/**
 * engine_stop() - begin nothing new
 * Mails between final dot and reply continue; all others end within a second and stay in the ledger. Never
 * waits.
 * engine_idle() - whether no mail is in progress any more
 * engine_awaits_reply() - whether a mail was handed over and its reply is still to come
 */
void engine_stop(Engine *engine);
bool engine_idle(Engine *engine);
bool engine_awaits_reply(const Engine *engine);

/**
 * engine_clock_set() - after the system's clock was set, forward or back: derive again everything that
 * depends on the old time
 */
void engine_clock_set(Engine *engine);

/**
 * engine_fails() - whether no reminders are sent because the store fails or the sender has given up; for
 * any thread
 */
bool engine_fails(const Engine *engine);

/**
 * engine_oldest_sign() - return the oldest heartbeat of the working threads, as progress_oldest(); each
 * thread updates its own about once a second
 */
usec_t engine_oldest_sign(const Engine *engine);

/**
 * engine_prepare() - do everything of a change of configuration that can fail
 * @config: referenced
 * @ret:    for engine_commit(), or for engine_plan_free() if the change is dropped; NULL on failure
 *
 * The last step makes the rows be derived again that the store derives from the configuration.
 *
 * Return: 0, a condition of the store, negative errno; on failure the engine continues as before.
 */
typedef struct EnginePlan EnginePlan;
int engine_prepare(Engine *engine, Config *config, EnginePlan **ret);
EnginePlan *engine_plan_free(EnginePlan *plan);
DEFINE_CLEANUP(EnginePlan, engine_plan_freep, engine_plan_free)

/** engine_commit() - switch to the prepared configuration; takes over @plan */
void engine_commit(Engine *engine, EnginePlan *plan);

/** engine_wake() - look for due work now, because the store has changed */
void engine_wake(Engine *engine);

/** The figures of the service status. */
typedef struct EngineStatus {
        usec_t next;      /* of the next timer; USEC_INFINITY for none */
        int64_t queued;   /* mails without a final state */
        usec_t last_sent; /* 0 for never */
        bool held;        /* mails are held: an older store was put back */
} EngineStatus;

int engine_status(Engine *engine, EngineStatus *ret);
