#pragma once

/*
 * Everything that is kept: collections of objects, subscriptions, the alarm index and the mail ledger, in one SQL database. A Store is
 * one connection and belongs to one thread at a time; every thread opens its own. Times are arguments, there is no clock in here.
 */

#include "base/cleanup.h"
#include "base/input-error.h"
#include "base/time.h"
#include "calendar/zone.h"
#include "store/checkpointer.h"
#include "store/db.h"

typedef struct Store Store;

/* Beside the DB_E_* conditions of store/db.h, which every function of this module may return: */
enum {
        STORE_E_NEWER = 20,     /* the schema is of a newer program; nothing was touched */
        STORE_E_NOT_FOUND = 21, /* no such object, contact, subscription, mail */
        STORE_E_STALE = 22,     /* the kept object is newer than the given one */
        STORE_E_CONFLICT = 23,  /* the UID belongs to something else */
};

typedef enum StoreMode {
        STORE_CREATE,    /* read and write; made, and brought to this program's schema, when needed */
        STORE_WRITE,     /* read and write; must exist; brought to this program's schema */
        STORE_READ_ONLY, /* must exist */
} StoreMode;

/**
 * store_open() - open the database that @url names
 * @zones: borrowed, must outlive the store; kept objects are parsed with it
 * @ret_error: filled in for every DB_E_* and STORE_E_NEWER: what failed on which file, in one sentence; may be NULL
 */
int store_open(const char *url, StoreMode mode, ZoneTable *zones, Store **ret, InputError *ret_error);
Store *store_close(Store *store);
DEFINE_CLEANUP(Store, store_closep, store_close)

/** store_explain() - one sentence on a condition that a function of this store has just returned; borrowed until the next call. */
const char *store_explain(Store *store, int condition);

/** store_set_durable() - whether a commit waits for the disk, as it does from the start; without, it is durable no later than the next one that does. Not within a transaction. */
int store_set_durable(Store *store, bool durable);

/** store_set_checkpointer() - who brings home what this connection commits (borrowed); NULL, as from the start: its own commits, now and then. */
void store_set_checkpointer(Store *store, Checkpointer *checkpointer);

/** store_begin() - a write transaction; calls between it and store_commit() are one. Writers outside of one commit each on its own. */
int store_begin(Store *store);
int store_begin_read(Store *store);
int store_commit(Store *store);
void store_rollback(Store *store);

/** store_sequence() - the number of the newest change of any collection; one indexed read. */
int store_sequence(Store *store, int64_t *ret);

/** store_data_version() - changes whenever another connection has committed (also for the ledger and subscriptions). */
int store_data_version(Store *store, int64_t *ret);

/** store_meta_get() - a named setting of the store itself, such as the first start. *ret is NULL when not set, else free() it. */
int store_meta_get(Store *store, const char *name, char **ret);
int store_meta_set(Store *store, const char *name, const char *value);

/** META_LAST_CHECK - where `convene check` leaves when it was and how many faults it has found: "USEC FAULTS". */
#define META_LAST_CHECK "last_check"

/** META_MAILBOX - when the mailbox of bounces was last read as a whole, 0 for never, and what is wrong since, or nothing: "USEC ERROR". */
#define META_MAILBOX "mailbox"

/** store_check() - integrity of the database and of what is derived; @on_fault gets a sentence for each fault. */
int store_check(Store *store, void (*on_fault)(const char *fault, void *userdata), void *userdata);

/** store_lock() - one daemon for each store, whatever name it goes by: held for the life of the Store. DB_E_BUSY when another has it. store_lock_held() - does anybody? */
int store_lock(Store *store);
int store_lock_held(Store *store, bool *ret);

/** store_set_patience() - how long a lock of another writer is waited for; some seconds unless set. */
void store_set_patience(Store *store, usec_t patience);

/** store_expect_bulk() - many objects are to be written on this connection: memory is better spent on its cache than saved. */
int store_expect_bulk(Store *store);

const char *store_path(const Store *store);

Db *store_db(Store *store); /* for the files of this module */
ZoneTable *store_zones(Store *store);
