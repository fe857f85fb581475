#pragma once

/*
 * Inside of remind/ only: one writer of the ledger for all SMTP threads. What several threads want written at the same time goes into one
 * transaction and one sync of the disk, and nobody waits for a lock by sleeping.
 */

#include "config/config.h"
#include "store/store.h"

#include <pthread.h>

typedef struct Scribe Scribe;

/** A write on the scribe's own store, inside of a transaction that others share: it does all of what it wants or returns nonzero having done nothing. */
typedef int (*ScribeWrite)(Store *store, void *userdata);

/** A write that was asked for. The caller's, who keeps it and what it needs until scribe_finish() has returned. */
typedef struct ScribeOrder {
        ScribeWrite write;
        void *userdata;
        int result;
        bool done;
        pthread_cond_t *waiter; /* of the thread that waits for it; NULL when none does */
        struct ScribeOrder *next;
} ScribeOrder;

/** scribe_new() - the store is opened with the first write. @config is referenced, @zones borrowed. */
int scribe_new(Config *config, ZoneTable *zones, Scribe **ret);
Scribe *scribe_free(Scribe *scribe);
DEFINE_CLEANUP(Scribe, scribe_freep, scribe_free)

/**
 * scribe_submit() - from any thread: to be written together with whatever is written next, behind what was submitted before; never waits
 * @order: `write` and `userdata` are set
 */
void scribe_submit(Scribe *scribe, ScribeOrder *order);

/**
 * scribe_finish() - wait until an order is on the disk, and put it there if nobody else is about to
 * Return: what its write returned (STORE_E_CONFLICT and STORE_E_NOT_FOUND concern this write alone), or what the transaction as a whole
 * said: then nothing of it was written.
 */
int scribe_finish(Scribe *scribe, ScribeOrder *order);

/** scribe_write() - both in one. */
int scribe_write(Scribe *scribe, ScribeWrite write, void *userdata);
