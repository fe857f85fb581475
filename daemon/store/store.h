#pragma once

/*
 * All stored data: collections of objects, subscriptions, the alarm index and the mail ledger, in one SQL
 * database. A Store is one connection and belongs to one thread at a time; every thread opens its own, or
 * takes one from a pool (store/pool.h). Times are arguments: no function of this module reads the clock.
 */

#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/input-error.h"
#include "base/time.h"
#include "calendar/zone.h"
#include "store/db.h"

typedef struct Store Store;

/* Conditions that functions of this module return in addition to the DB_E_* conditions of store/db.h. */
enum {
        STORE_E_NEWER = CONDITIONS_STORE + 20,     /* a newer program made the schema; nothing was changed */
        STORE_E_NOT_FOUND = CONDITIONS_STORE + 21, /* no such object, contact, subscription, mail */
        STORE_E_STALE = CONDITIONS_STORE + 22,     /* the stored object is newer than the given one */
        STORE_E_CONFLICT = CONDITIONS_STORE + 23,  /* the UID or the name belongs to another object */
        /* the stored object is not the expected version (ObjectPut.if_change) */
        STORE_E_MISMATCH = CONDITIONS_STORE + 24,
        /* the stored event is the booking of a meeting, which only a step of the meeting changes */
        STORE_E_MEETING = CONDITIONS_STORE + 25,
};

typedef enum StoreMode {
        STORE_CREATE,    /* read and write; created and migrated if needed */
        STORE_WRITE,     /* read and write; must exist; migrated if needed */
        STORE_READ_ONLY, /* must exist */
} StoreMode;

/**
 * store_open() - open the database @url
 * @zones:     borrowed, must outlive the store; used to parse stored objects
 * @ret:       NULL on failure
 * @ret_error: one sentence with the failure and the file, set on failure unless there is no memory; may be
 *             NULL
 *
 * Return: 0; -ENOENT if there is no store, or if it cannot be created; STORE_E_NEWER; STORE_E_NOT_FOUND if
 * an older program made the schema and @mode is STORE_READ_ONLY; DB_E_*; negative errno.
 */
int store_open(const char *url, StoreMode mode, ZoneTable *zones, Store **ret, InputError *ret_error);
Store *store_close(Store *store);

/**
 * store_was_put_back() - whether this connection was the first for writing on a store that was put back
 * from a backup, and has renewed its epoch (store/sync-mark.h)
 */
bool store_was_put_back(const Store *store);
DEFINE_CLEANUP(Store, store_closep, store_close)

/**
 * store_explain() - one sentence for a condition or a negative errno that a function of this store has just
 * returned; borrowed until the next call. If @store is NULL, the sentence lacks the engine's message.
 */
const char *store_explain(Store *store, int condition);

/**
 * store_set_durable() - set whether a commit waits for the disk; by default it does. If a commit does not
 * wait, it reaches the disk with the next commit that does, or earlier. Not allowed in a transaction.
 */
int store_set_durable(Store *store, bool durable);

/**
 * store_set_upkeep() - leave the work that the engine postpones until after the commits to @upkeep
 * (borrowed), see db_upkeep_new(). With NULL, the default, the commits do the work.
 */
void store_set_upkeep(Store *store, DbUpkeep *upkeep);

/**
 * store_begin_write() - begin a transaction that writes. All changes until store_commit() take effect
 * together or not at all. During the transaction this connection is the only writer of the store; another
 * writer waits (store_set_patience()), then gets DB_E_BUSY. Outside of a transaction each writing function
 * commits by itself.
 */
int store_begin_write(Store *store);

/**
 * store_begin_read() - begin a transaction that reads one state of the store and never waits for a writer
 */
int store_begin_read(Store *store);

/** store_in_transaction() - whether a transaction of either kind is open */
bool store_in_transaction(const Store *store);

int store_commit(Store *store);
void store_rollback(Store *store);

/**
 * A write of several statements. If the caller has a transaction open, the write is part of it; else the
 * write is its own transaction.
 *
 *     StoreWrite write;
 *     int r = store_write_begin(store, &write);
 *     ...
 *     return store_write_end(&write, r);
 */
typedef struct StoreWrite {
        Store *store;
        bool own;
} StoreWrite;

int store_write_begin(Store *store, StoreWrite *ret);
/** store_write_end() - commit if @r is 0, roll back otherwise. Return: @r, or the result of the commit. */
int store_write_end(StoreWrite *write, int r);

/** store_sequence() - the number of the last change in any collection; a fast indexed read. */
int store_sequence(Store *store, int64_t *ret);

/**
 * store_may_retry() - whether to run a failed transaction again from its beginning, see db_may_retry()
 * @tries: counts the attempts, beginning with 0; their number is limited
 */
bool store_may_retry(Store *store, int *tries);

/**
 * store_write() - run @write in a transaction; again each time it has failed with DB_E_CORRUPT and met a
 * damaged object that was not known before; and again, a few times, if another transaction or a lost
 * connection stopped it (db_may_retry())
 *
 * After damage SQLite refuses to write in the same transaction. When an object is known to be damaged, its
 * page is not read: object_get_by_id() and object_change() return DB_E_CORRUPT, and @write can go on.
 *
 * Return: the result of @write, conditions of the store, negative errno.
 */
int store_write(Store *store, int (*write)(void *userdata), void *userdata);

/** store_damaged_count() - the number of objects that this connection knows to be damaged */
size_t store_damaged_count(const Store *store);

/**
 * store_found_damage() - whether a statement of this connection has met damage (DB_E_CORRUPT) since the last
 * call
 */
bool store_found_damage(Store *store);

/**
 * store_data_version() - a number that changes after each commit of another connection, including commits
 * that change only the ledger or subscriptions.
 */
int store_data_version(Store *store, int64_t *ret);

/**
 * store_meta_get() - read a named value of the store itself, such as the time of the first start
 * @ret: the caller frees it; NULL if the value is not set
 */
int store_meta_get(Store *store, const char *name, char **ret);
int store_meta_set(Store *store, const char *name, const char *value);
int store_meta_drop(Store *store, const char *name);

/**
 * META_FIRST_START - when a daemon first used the store, in microseconds. No mail is sent that was due
 * before this time.
 */
#define META_FIRST_START "first_start"

/**
 * META_LAST_CHECK - the time of the last check and the number of its faults: "USEC FAULTS"; a check by the
 * daemon adds a third field, from which the daemon knows the faults that it has logged
 */
#define META_LAST_CHECK "last_check"

/** META_RETRY - when an operator last ordered a new attempt for the waiting mails, in microseconds */
#define META_RETRY "retry"

/**
 * META_MAILBOX - when the mailbox for bounces was last read completely (0 if never), and the error that has
 * occurred since, if any: "USEC ERROR"
 */
#define META_MAILBOX "mailbox"

/**
 * store_check() - check the database as db_check() does, then the derived columns and the ledger
 * Return: as db_check(); -ECANCELED comes from the database's part only.
 */
int store_check(Store *store, const DbCheckOptions *options);

/**
 * store_lock() - take the lock that allows one daemon for each store, until the Store is closed. DB_E_BUSY:
 * another daemon has the lock. -ESTALE: the store was replaced after store_open().
 */
int store_lock(Store *store);

/** store_lock_held() - whether any daemon has the lock */
int store_lock_held(Store *store, bool *ret);

/**
 * store_set_patience() - set how long to wait for a lock of another writer; by default some seconds.
 * Return: the value before.
 */
usec_t store_set_patience(Store *store, usec_t patience);

/** store_set_limit() - set how long to wait for each answer of a database server, see db_set_limit() */
void store_set_limit(Store *store, usec_t limit);

/** store_expect_bulk() - let this connection use more memory because it will write many objects. */
int store_expect_bulk(Store *store);

/** store_name() - the name of the store for messages: its file, or its server and database; borrowed. */
const char *store_name(const Store *store);

/** store_has_moved() - see db_has_moved() */
bool store_has_moved(Store *store);

/** store_bytes() - the size of the store; 0 if the engine does not know it */
int store_bytes(Store *store, int64_t *ret);

Db *store_db(Store *store); /* for the files of this module */
ZoneTable *store_zones(Store *store);
