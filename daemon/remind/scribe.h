#pragma once

/*
 * Inside of remind/ only: one writer of the ledger for all SMTP threads. What several threads want written at the same time goes into one
 * transaction and one sync of the disk, and nobody waits for a lock by sleeping.
 */

#include "config/config.h"
#include "store/store.h"

typedef struct Scribe Scribe;

/** A write on the scribe's own store, inside of a transaction that others share: it does all of what it wants or returns nonzero having done nothing. */
typedef int (*ScribeWrite)(Store *store, void *userdata);

/** scribe_new() - the store is opened with the first write. @config is referenced, @zones borrowed. */
int scribe_new(Config *config, ZoneTable *zones, Scribe **ret);
Scribe *scribe_free(Scribe *scribe);
DEFINE_CLEANUP(Scribe, scribe_freep, scribe_free)

typedef enum ScribeSync {
        SCRIBE_DURABLE, /* on the disk when scribe_write() returns */
        SCRIBE_SOON, /* before, or with, the next durable write: enough for what only a later one relies on */
} ScribeSync;

/**
 * scribe_write() - from any thread
 * Return: what @write returned (STORE_E_CONFLICT and STORE_E_NOT_FOUND concern this write alone), or what the transaction as a whole said:
 * then nothing of it was written.
 */
int scribe_write(Scribe *scribe, ScribeSync sync, ScribeWrite write, void *userdata);
