#pragma once

/*
 * The engine: lets the sources of due work fill the ledger, and the outbox carry the mails of the ledger
 * out. It arms one timer for the earliest moment at which there is something to do. The sources, the kinds
 * of mail and the takers of returned mail are tables that its maker hands to it: the engine knows none of
 * them.
 */

#include "base/clock.h"
#include "config/config.h"
#include "outbox/outbox.h"
#include "remind/due-source.h"
#include "store/store.h"

#include <systemd/sd-event.h>

typedef struct Engine Engine;

/** All of it is borrowed and must outlive the engine. Tables end with NULL. */
typedef struct EngineOptions {
        sd_event *loop;
        const Clock *clock;
        ZoneTable *zones;
        Store *store; /* used on the loop's thread only; the sender opens its own by the configuration's URL */
        const DueSource *const *sources;
        const OutboxTable *const *tables;
        const OutboxTaker *const *takers;
} EngineOptions;

/**
 * engine_new() - the first start on a store fixes the moment before which nothing is mailed
 * @config: referenced
 * Return: 0, a condition of the store, negative errno.
 */
int engine_new(const EngineOptions *options, Config *config, Engine **ret);

/** engine_free() - stops the sender; a mail between dot and reply is waited for. */
Engine *engine_free(Engine *engine);
DEFINE_CLEANUP(Engine, engine_freep, engine_free)

/**
 * engine_stop() - nothing new begins: mails that are between dot and reply go on, all others end within a
 * second and are left to the ledger. Never waits: engine_idle() says when no mail is in hand any more,
 * engine_awaits_reply() whether one was handed over.
 */
void engine_stop(Engine *engine);
bool engine_idle(Engine *engine);
bool engine_awaits_reply(const Engine *engine);

/**
 * engine_clock_set() - the system's clock was set, forward or back: what was worked out by the other one is
 * worked out again.
 */
void engine_clock_set(Engine *engine);

/**
 * engine_fails() - whether reminders stand still because the store cannot be read or written; any thread
 * may ask.
 */
bool engine_fails(const Engine *engine);

/**
 * engine_oldest_sign() - of the threads at work, as progress_oldest(); each shows one about once a second.
 */
usec_t engine_oldest_sign(const Engine *engine);

/**
 * engine_prepare() - do all that can fail before the engine goes on with another configuration
 * @config: referenced
 * @ret:    for engine_commit(), or for engine_plan_free() when the configuration is not to hold
 *          after all; NULL on failure
 *
 * Rows that the store derives from the configuration are marked to be derived again, as the last step that
 * can fail.
 *
 * Return: 0, a condition of the store, negative errno; the engine goes on as before.
 */
typedef struct EnginePlan EnginePlan;
int engine_prepare(Engine *engine, Config *config, EnginePlan **ret);
EnginePlan *engine_plan_free(EnginePlan *plan);
DEFINE_CLEANUP(EnginePlan, engine_plan_freep, engine_plan_free)

/** engine_commit() - go on with what was prepared; @plan is taken over. */
void engine_commit(Engine *engine, EnginePlan *plan);

/** engine_wake() - the store has changed, look again now. */
void engine_wake(Engine *engine);

/** The figures of the service status. */
typedef struct EngineStatus {
        usec_t next;      /* of the next look; USEC_INFINITY when nothing is to come */
        int64_t queued;   /* not final */
        usec_t last_sent; /* 0 when never */
} EngineStatus;

int engine_status(Engine *engine, EngineStatus *ret);
