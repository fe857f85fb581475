#pragma once

/*
 * Everything that is kept: collections of objects, subscriptions, the alarm index and the mail ledger, in
 * one SQL database. A Store is one connection and belongs to one thread at a time; every thread opens its
 * own, or takes one from a pool (store/pool.h). Times are arguments: nothing in this module reads the
 * clock.
 */

#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/input-error.h"
#include "base/time.h"
#include "calendar/zone.h"
#include "store/db.h"

typedef struct Store Store;

/* Beside the DB_E_* conditions of store/db.h, which every function of this module may return: */
enum {
        STORE_E_NEWER = CONDITIONS_STORE + 20, /* the schema is of a newer program; nothing was touched */
        STORE_E_NOT_FOUND = CONDITIONS_STORE + 21, /* no such object, contact, subscription, mail */
        STORE_E_STALE = CONDITIONS_STORE + 22,     /* the kept object is newer than the given one */
        STORE_E_CONFLICT = CONDITIONS_STORE + 23,  /* the UID, or the name, belongs to something else */
        /* what is kept is not what the caller expects (ObjectPut.if_change) */
        STORE_E_MISMATCH = CONDITIONS_STORE + 24,
};

typedef enum StoreMode {
        STORE_CREATE,    /* read and write; made, and brought to this program's schema, when needed */
        STORE_WRITE,     /* read and write; must exist; brought to this program's schema */
        STORE_READ_ONLY, /* must exist */
} StoreMode;

/**
 * store_open() - open the database that @url names
 * @zones: borrowed, must outlive the store; kept objects are parsed with it
 * @ret_error: filled in for every DB_E_* and STORE_E_NEWER: what failed on which file, in one
 *             sentence; may be NULL
 */
int store_open(const char *url, StoreMode mode, ZoneTable *zones, Store **ret, InputError *ret_error);
Store *store_close(Store *store);
DEFINE_CLEANUP(Store, store_closep, store_close)

/**
 * store_explain() - one sentence on a condition that a function of this store has just returned; borrowed
 * until the next call.
 */
const char *store_explain(Store *store, int condition);

/**
 * store_set_durable() - whether a commit waits for the disk, as it does from the start; without, it is
 * durable no later than the next one that does. Not within a transaction.
 */
int store_set_durable(Store *store, bool durable);

/**
 * store_set_upkeep() - leave the engine's work behind the commits of this connection to @upkeep (borrowed),
 * see db_upkeep_new(); NULL, as from the start: the commits do it.
 */
void store_set_upkeep(Store *store, DbUpkeep *upkeep);

/**
 * store_begin_write() - a transaction that writes: what happens before store_commit() happens as a whole,
 * or not at all. This connection is the only writer of the store meanwhile; another one waits
 * (store_set_patience()), then gets DB_E_BUSY. A function that writes outside of a transaction commits on
 * its own.
 * store_begin_read() - a transaction that reads one state of the store and never waits for the writer
 */
int store_begin_write(Store *store);
int store_begin_read(Store *store);
int store_commit(Store *store);
void store_rollback(Store *store);

/** store_sequence() - the number of the newest change of any collection; one indexed read. */
int store_sequence(Store *store, int64_t *ret);

/**
 * store_data_version() - changes whenever another connection has committed (also for the ledger and
 * subscriptions).
 */
int store_data_version(Store *store, int64_t *ret);

/**
 * store_meta_get() - a named value of the store itself, such as the first start. *ret is NULL when it is
 * not set, else free() it.
 */
int store_meta_get(Store *store, const char *name, char **ret);
int store_meta_set(Store *store, const char *name, const char *value);

/** META_LAST_CHECK - when `convene check` last ran and how many faults it found: "USEC FAULTS" */
#define META_LAST_CHECK "last_check"

/**
 * META_MAILBOX - when the mailbox of bounces was last read as a whole (0: never) and the error since then,
 * if any: "USEC ERROR"
 */
#define META_MAILBOX "mailbox"

/**
 * store_check() - integrity of the database and of what is derived; @on_fault gets a sentence for each
 * fault.
 */
int store_check(Store *store, void (*on_fault)(const char *fault, void *userdata), void *userdata);

/**
 * store_lock() - where the engine allows one daemon for each store: be that one for the life of the Store.
 * DB_E_BUSY when another daemon is.
 * store_lock_held() - whether any daemon is
 */
int store_lock(Store *store);
int store_lock_held(Store *store, bool *ret);

/** store_set_patience() - how long a lock of another writer is waited for; some seconds unless set. */
void store_set_patience(Store *store, usec_t patience);

/** store_expect_bulk() - many objects are about to be written on this connection: it may use more memory. */
int store_expect_bulk(Store *store);

/** store_name() - how messages name the store: its file, or its server and database; borrowed. */
const char *store_name(const Store *store);

/** store_bytes() - the size of the store where the engine knows it, else 0 */
int store_bytes(Store *store, int64_t *ret);

Db *store_db(Store *store); /* for the files of this module */
ZoneTable *store_zones(Store *store);
