#pragma once

/*
 * The thin seam between the store's statements and a database engine. Statements are written once, in the SQL that SQLite and
 * PostgreSQL share, with parameters as $1, $2, ...; an engine is one table of functions (`db-sqlite.c`). One connection belongs to one
 * thread at a time.
 */

#include "base/cleanup.h"
#include "base/input-error.h"
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Db Db;
typedef struct DbStatement DbStatement;

/* Conditions of every function below that touches the database; the same numbers in store.h. */
enum {
        DB_ROW = 1,    /* db_step(): a row is there */
        DB_E_BUSY = 2, /* locked by another for longer than the time-out */
        DB_E_FULL = 3, /* disk or quota full */
        DB_E_READ_ONLY = 4,
        DB_E_CORRUPT = 5, /* damaged, or no database at all */
        DB_E_IO = 6,      /* read, write or sync failed; never retried on this connection */
        DB_E_CONSTRAINT = 7,
};

/** db_open() - @url is "sqlite:PATH"; the file is created when @create. Return: 0, DB_E_*, -EINVAL for another scheme, negative errno. */
int db_open(const char *url, bool create, bool read_only, Db **ret);
Db *db_close(Db *db);
DEFINE_CLEANUP(Db, db_closep, db_close)

/** db_message() - the engine's own words on the last failure, borrowed until the next call. */
const char *db_message(Db *db);

/** db_execute() - run one or more statements without parameters or rows. */
int db_execute(Db *db, const char *sql);

/** db_set_patience() - how long a lock of another is waited for; some seconds unless set. */
void db_set_patience(Db *db, usec_t patience);

/** db_set_durable() - whether commits wait for the disk. Not within a transaction. */
int db_set_durable(Db *db, bool durable);

/**
 * db_on_commit() - what is committed lies in a log at first, and a commit that finds a thousand pages of 4 kB there brings them home, which
 * takes some milliseconds and two syncs of the disk
 * @hook: is told their number after each commit instead, and somebody else calls db_checkpoint(); NULL: as from the start
 */
typedef void (*DbCommitHook)(int pages, void *userdata);
void db_on_commit(Db *db, DbCommitHook hook, void *userdata);

/**
 * db_checkpoint() - bring home what lies in the log, most of it beside those who write; then the log begins anew
 * Return: 0; DB_E_BUSY when somebody reads or writes for longer than this connection's patience: then the log goes on; other DB_E_*.
 */
int db_checkpoint(Db *db);

/** db_begin() - a write transaction (takes the write lock at once); db_begin_read() - a snapshot for reading. */
int db_begin(Db *db);
int db_begin_read(Db *db);
int db_commit(Db *db);
void db_rollback(Db *db); /* nothing happens when no transaction is open */

bool db_in_transaction(Db *db);

/** db_prepare() - a statement from the connection's cache, reset and unbound; borrowed. @sql is a string literal: its address is the cache's key. */
int db_prepare(Db *db, const char *sql, DbStatement **ret);

/* Bound text and blobs are borrowed until the statement was stepped to its end or reset. Parameters and columns count from 1 and 0, as usual. */
void db_bind_int(DbStatement *statement, int parameter, int64_t value);
void db_bind_text(DbStatement *statement, int parameter, const char *text); /* NULL binds NULL */
void db_bind_blob(DbStatement *statement, int parameter, const void *bytes, size_t len);

/** db_step() - Return: DB_ROW, 0 at the end (the statement is reset), DB_E_*. */
int db_step(DbStatement *statement);
void db_reset(DbStatement *statement);

int64_t db_int(DbStatement *statement, int column);
const char *db_text(DbStatement *statement, int column,
                size_t *ret_len); /* borrowed until the next step; NULL for NULL */

/** db_changes() - rows that the last statement changed. */
int64_t db_changes(Db *db);

/** db_has_table() - whether the database has a table. */
int db_has_table(Db *db, const char *name, bool *ret);

/** db_data_version() - a number that changes whenever another connection has committed. */
int db_data_version(Db *db, int64_t *ret);

/** db_large_cache() - let this connection use some 64 MB of memory for pages. */
int db_large_cache(Db *db);

/** db_check() - the engine's own check of the whole database; @on_fault gets a sentence for each fault. */
int db_check(Db *db, void (*on_fault)(const char *fault, void *userdata), void *userdata);

/** db_path() - the file that a URL names; borrowed from it. */
const char *db_path(const char *url);
