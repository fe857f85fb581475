#pragma once

/*
 * SQLite's connection, for the files of this engine only: db-sqlite.c (connections and statements),
 * db-sqlite-file.c (the file, its lock and the notices of its changes), db-sqlite-copy.c (a file in a
 * directory that cannot be written) and db-sqlite-checkpointer.c.
 */

#include "store/db-internal.h"

#include <sqlite3.h>

/** Is told after each commit how many pages lie in the log. */
typedef void (*SqliteCommitHook)(int pages, void *userdata);

typedef struct SqliteDb {
        Db db; /* the first: a Db of this engine is one of these */
        sqlite3 *handle;
        usec_t patience;
        bool lazy; /* commits do not wait for the disk */
        bool is_reader;
        bool failed; /* a read, write or sync has failed: the state on the disk is not known any more */
        SqliteCommitHook hook;
        void *hook_userdata;
        char *path;
        bool has_lock; /* it is the daemon's */
        int lock_fd, watch_fd;
} SqliteDb;

static inline SqliteDb *sqlite_db(Db *db)
{
        return (SqliteDb *)db;
}

/**
 * sqlite_condition() - our condition for a result of SQLite: 0, DB_E_*, negative errno. After DB_E_IO the
 * connection has failed.
 */
int sqlite_condition(SqliteDb *db, int result);

/**
 * sqlite_copy_open() - open a private copy of the database and its log, for reading where nothing can be
 * written; `handle` is set, and what is left of a failure is sqlite_close()'s
 * Return: 0; DB_E_BUSY when the files would not rest; other DB_E_*, negative errno.
 */
int sqlite_copy_open(SqliteDb *db);

/**
 * sqlite_on_commit() - @hook: told instead of SQLite's own checkpoint within the commit; NULL: as from the
 * start
 */
void sqlite_on_commit(Db *db, SqliteCommitHook hook, void *userdata);

/**
 * sqlite_checkpoint() - move what lies in the log into the file, most of it beside the writers; then the
 * log begins anew
 * Return: 0; DB_E_BUSY when a reader or writer was in the way for longer than this connection's patience:
 * the log goes on; other DB_E_*.
 */
int sqlite_checkpoint(Db *db);

/* db-sqlite-salvage.c and db-sqlite-file.c: see the engine's table. */
int sqlite_salvage(Db *db, const char *table, const char *name, DbSalvage *ret);
int sqlite_bytes(Db *db, int64_t *ret);
int sqlite_lock(Db *db);
int sqlite_is_locked(Db *db, bool *ret);
int sqlite_listen(Db *db, int *ret_fd);
bool sqlite_heard(Db *db);

/*
 * db-sqlite-checkpointer.c: the upkeep of this engine (DbUpkeep of store/db.h), a thread that moves
 * committed pages from the log into the file. A checkpoint takes syncs of the disk that no writer should
 * wait for.
 */
int checkpointer_new(const char *url, DbUpkeep **ret);
void checkpointer_free(DbUpkeep *upkeep);

/** checkpointer_serve() - have a connection's commits counted; NULL: it checkpoints itself */
void checkpointer_serve(Db *db, DbUpkeep *upkeep);

/** checkpointer_told() - the number of pages in the log; from any thread, never waits. */
void checkpointer_told(DbUpkeep *upkeep, int pages);

bool checkpointer_is_busy(DbUpkeep *upkeep);

/**
 * checkpointer_has_failed() - whether the disk could not be written. It is not tried again: the kernel may
 * have dropped what only the log has still.
 */
bool checkpointer_has_failed(DbUpkeep *upkeep);
