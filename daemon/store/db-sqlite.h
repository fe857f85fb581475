#pragma once

/*
 * The SQLite connection, for the files of this engine only: db-sqlite.c (connections),
 * db-sqlite-statement.c, db-sqlite-transaction.c and db-sqlite-turn.c (transactions, and the order of those
 * that write), db-sqlite-file.c (the file, its lock and notices of its changes), db-sqlite-copy.c (a file in
 * a read-only directory), db-sqlite-check.c, db-sqlite-salvage.c and db-sqlite-repair.c (damaged tables) and
 * db-sqlite-checkpointer.c, and db-sqlite-backup.c (copies).
 */

#include "store/db-internal.h"

#include <sqlite3.h>

/** Called after each commit with the number of pages in the log. */
typedef void (*SqliteCommitHook)(int pages, void *userdata);

typedef struct SqliteDb {
        Db db; /* must be first: a Db of this engine is a SqliteDb */
        sqlite3 *handle;
        usec_t patience;
        bool lazy; /* commits do not wait for the disk */
        bool is_reader;
        bool failed; /* a read, write or sync has failed: the state on disk is unknown */
        SqliteCommitHook hook;
        void *hook_userdata;
        char *path;
        bool has_lock; /* this connection has the daemon's lock */
        int lock_fd, watch_fd;
        struct WriteTurn *turn; /* of the file; NULL before the first transaction that writes */
        bool has_turn;
} SqliteDb;

static inline SqliteDb *sqlite_db(Db *db)
{
        return (SqliteDb *)db;
}

/**
 * sqlite_condition() - convert a result of SQLite: 0, DB_E_*, negative errno. DB_E_IO marks a writing
 * connection as failed.
 */
int sqlite_condition(SqliteDb *db, int result);

/* The functions of DbEngine in db-sqlite-transaction.c, and one for the end of a connection. */
int sqlite_begin_write(Db *db);
int sqlite_begin_read(Db *db);
int sqlite_commit(Db *db);
void sqlite_rollback(Db *db);
bool sqlite_in_transaction(Db *db);
void sqlite_forget_turn(SqliteDb *db);

/* The functions of DbEngine in db-sqlite-statement.c. */
int sqlite_prepare(Db *db, const char *sql, bool in_parts, DbStatement **ret);
void sqlite_finalize(DbStatement *statement);
void sqlite_bind_int(DbStatement *statement, int parameter, int64_t value);
void sqlite_bind_text(DbStatement *statement, int parameter, const char *text);
void sqlite_bind_bytes(DbStatement *statement, int parameter, const void *bytes, size_t len);
int sqlite_step(DbStatement *statement);
void sqlite_reset(DbStatement *statement);
int64_t sqlite_column_int(DbStatement *statement, int column);
const char *sqlite_column_text(DbStatement *statement, int column, size_t *ret_len);
bool sqlite_column_is_null(DbStatement *statement, int column);
int sqlite_n_columns(DbStatement *statement);
const char *sqlite_column_name(DbStatement *statement, int column);
DbType sqlite_column_type(DbStatement *statement, int column);

/**
 * sqlite_copy_open() - open a private copy of the database and its log, for reading in a read-only
 * directory. Sets `handle`; after a failure call sqlite_close().
 * Return: 0; DB_E_BUSY if the files kept changing; other DB_E_*, negative errno.
 */
int sqlite_copy_open(SqliteDb *db);

/**
 * sqlite_on_commit() - call @hook after each commit, instead of SQLite's own checkpoint. With NULL, the
 * default, SQLite checkpoints.
 */
void sqlite_on_commit(Db *db, SqliteCommitHook hook, void *userdata);

/**
 * sqlite_checkpoint() - copy the log into the database file, mostly in parallel with writers, and restart
 * the log
 * Return: 0; DB_E_BUSY if a reader or writer blocked the checkpoint for longer than this connection's
 * patience, so that the log was not restarted; other DB_E_*.
 */
int sqlite_checkpoint(Db *db);

/**
 * sqlite_make_private() - create the file of a new database with the mode 0600 or, in a directory for one
 * group only, 0640, whatever the umask; also if @path is a link to a missing file. An existing file is not
 * changed.
 */
void sqlite_make_private(const char *path);

typedef struct SqliteTables {
        char **names;
        size_t n;
} SqliteTables;

/**
 * sqlite_list_tables() - add the names of the tables, without SQLite's own, to the empty @tables
 * Return: 0, DB_E_*, negative errno. In every case the caller must call sqlite_tables_done().
 */
int sqlite_list_tables(SqliteDb *db, SqliteTables *tables);
void sqlite_tables_done(SqliteTables *tables);

/* The functions of DbEngine in -salvage.c, -check.c, -repair.c, -backup.c and -file.c: see store/db.h. */
int sqlite_salvage(Db *db, const char *table, const char *name, DbSalvage *ret);
int sqlite_check(Db *db, const DbCheckOptions *options);
bool sqlite_has_moved(Db *db);
int sqlite_backup(Db *db, const char *path);
int sqlite_empty_log(Db *db);
int64_t sqlite_log_bytes(Db *db);
int sqlite_settle(Db *db);
int sqlite_spare_url(Db *db, char **ret);
int sqlite_discard(const char *place);
int sqlite_rebuild(Db *fresh, Db *damaged, const DbRebuildOptions *options);
int sqlite_drop_orphans(Db *db);
int sqlite_replace(Db *damaged, Db *fresh, const char *mark, char **ret_aside);
int sqlite_bytes(Db *db, int64_t *ret);
const char *sqlite_path(Db *db);
int sqlite_lock(Db *db);
int sqlite_is_locked(Db *db, bool *ret);
int sqlite_listen(Db *db, int *ret_fd);
usec_t sqlite_look_interval(Db *db);
bool sqlite_heard(Db *db);

/*
 * db-sqlite-checkpointer.c: the DbUpkeep of this engine, a thread that copies committed pages from the log
 * into the database file. This includes syncs to disk, for which a writer should not wait.
 */
int checkpointer_new(const char *url, DbUpkeep **ret);
void checkpointer_free(DbUpkeep *upkeep);

/**
 * checkpointer_serve() - leave a connection's checkpoints to the thread. With NULL the connection
 * checkpoints itself.
 */
void checkpointer_serve(Db *db, DbUpkeep *upkeep);

/**
 * checkpointer_told() - report the number of pages in the log to the thread. May be called from any thread;
 * does not wait for the disk.
 */
void checkpointer_told(DbUpkeep *upkeep, int pages);

bool checkpointer_is_busy(DbUpkeep *upkeep);

/**
 * checkpointer_has_failed() - whether writing to the disk failed. The thread does not try again: the kernel
 * may have dropped pages that only the log still has.
 */
bool checkpointer_has_failed(DbUpkeep *upkeep);
