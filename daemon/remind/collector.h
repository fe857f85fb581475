#pragma once

/*
 * Reads the mailbox that bounces come to, round after round, on a thread of its own: the server may take its time. What it makes of a message is
 * bounce_take()'s matter; a person's mail, and what cannot be assigned, stays in the mailbox for a person.
 */

#include "base/clock.h"
#include "config/config.h"
#include "store/store.h"

typedef struct Collector Collector;

/** collector_new() - the first look is taken at once, where bounces.mailbox is set. @config is referenced, the others borrowed. Return: 0 or negative errno. */
int collector_new(const Clock *clock, Config *config, ZoneTable *zones, Collector **ret);

/** collector_free() - waits for the thread: collector_stop() and collector_idle() come first where that must not take long. */
Collector *collector_free(Collector *collector);
DEFINE_CLEANUP(Collector, collector_freep, collector_free)

/** collector_configure() - look again, by another configuration; a look that is under way ends. */
void collector_configure(Collector *collector, Config *config);

/** collector_stop() - a look ends within a second, what it has not dealt with stays in the mailbox. Never waits. */
void collector_stop(Collector *collector);
bool collector_idle(Collector *collector);

/** collector_oldest_sign() - as progress_oldest() */
usec_t collector_oldest_sign(const Collector *collector);
