#pragma once

/*
 * The seam between the store's statements and a database engine. Each statement is written once, in the SQL
 * that SQLite and PostgreSQL share, with parameters as $1, $2, ...; an engine is one table of functions
 * (store/db-internal.h). Nothing here is particular to an engine: no files, pages or logs. One connection
 * belongs to one thread at a time.
 */

#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/input-error.h"
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Db Db;
typedef struct DbStatement DbStatement;
typedef struct DbUpkeep DbUpkeep;

/* Conditions of every function below that touches the database; the same numbers in store.h. */
enum {
        DB_ROW = 1,                       /* db_step(): a row is there */
        DB_E_BUSY = CONDITIONS_STORE + 1, /* locked by another for longer than the time-out */
        DB_E_FULL = CONDITIONS_STORE + 2, /* disk or quota full */
        DB_E_READ_ONLY = CONDITIONS_STORE + 3,
        DB_E_CORRUPT = CONDITIONS_STORE + 4, /* damaged, or no database at all */
        DB_E_IO = CONDITIONS_STORE + 5, /* read, write or sync failed; never retried on this connection */
        DB_E_CONSTRAINT = CONDITIONS_STORE + 6,
};

/**
 * One statement of the store. SQL() makes one of a string literal and returns its address; SQL_STATEMENT
 * marks a named one or a table of them. The linker collects all of them in one section, from which
 * tests/check-sql prepares each on PostgreSQL: db_prepare() takes nothing else, so none is left out.
 */
typedef struct Sql {
        const char *text;
} Sql;

#define SQL_STATEMENT __attribute__((section("sql_statements"), used))
#define SQL(literal)                                                                                        \
        ({                                                                                                  \
                static const Sql sql_statement SQL_STATEMENT = { literal };                                 \
                &sql_statement;                                                                             \
        })

/**
 * db_open() - @url is "sqlite:PATH"; the database is created when @create. Return: 0, DB_E_*, -EINVAL for
 * an unknown scheme, negative errno.
 */
int db_open(const char *url, bool create, bool read_only, Db **ret);
Db *db_close(Db *db);
DEFINE_CLEANUP(Db, db_closep, db_close)

/** db_name() - how messages name the database of a URL, without a password; borrowed from @url. */
const char *db_name(const char *url);

/** db_message() - the engine's own words on the last failure, borrowed until the next call. */
const char *db_message(Db *db);

/** db_execute() - run one or more statements without parameters or rows; for the schema. */
int db_execute(Db *db, const char *sql);

/** db_set_patience() - how long a lock of another connection is waited for; some seconds unless set. */
void db_set_patience(Db *db, usec_t patience);

/** db_set_durable() - whether a commit waits for the disk. Not within a transaction. */
int db_set_durable(Db *db, bool durable);

/**
 * db_expect_bulk() - many rows are about to be written or read on this connection: it may use more memory.
 */
int db_expect_bulk(Db *db);

/**
 * db_set_references() - whether foreign keys are enforced, as from the start; without, a table can be made
 * anew under the same name. Not within a transaction.
 */
int db_set_references(Db *db, bool enforced);

/**
 * db_begin_write() - a transaction that writes. This connection is the only writer of the whole store until
 * it commits or rolls back: what it reads inside cannot change before it writes. Another writer waits for
 * its patience, then gets DB_E_BUSY.
 * db_begin_read() - a transaction that reads one state of the database and never waits for the writer
 */
int db_begin_write(Db *db);
int db_begin_read(Db *db);
int db_commit(Db *db);
void db_rollback(Db *db); /* nothing happens when no transaction is open */

bool db_in_transaction(Db *db);

/**
 * db_prepare() - a statement without bound parameters; borrowed, given back with db_reset()
 * @ret: NULL on failure
 *
 * The connection keeps a limited number of statements prepared: the one unused for the longest time makes
 * room. One that is in use is not handed out twice: a walk within a walk may use the same SQL.
 */
int db_prepare(Db *db, const Sql *sql, DbStatement **ret);

/* Bound text and bytes are borrowed until db_reset(). Parameters count from 1, columns from 0. */
void db_bind_int(DbStatement *statement, int parameter, int64_t value);
void db_bind_text(DbStatement *statement, int parameter, const char *text); /* NULL binds NULL */
void db_bind_bytes(DbStatement *statement, int parameter, const void *bytes, size_t len);

/** db_step() - Return: DB_ROW, 0 at the end, DB_E_*, negative errno. */
int db_step(DbStatement *statement);

/** db_reset() - ends the statement and gives it back; once for each db_prepare(), NULL is legal. */
void db_reset(DbStatement *statement);

int64_t db_int(DbStatement *statement, int column);
bool db_is_null(DbStatement *statement, int column);

/**
 * db_text() - a text, or bytes with @ret_len; borrowed until the next step. Never NULL: a damaged row may
 * have NULL in any column, which reads as "". Without @ret_len it ends with a NUL, whatever its type.
 */
const char *db_text(DbStatement *statement, int column, size_t *ret_len);

/** db_changes() - rows that the last statement changed. */
int64_t db_changes(Db *db);

/** db_has_table() - whether the database has a table. */
int db_has_table(Db *db, const char *name, bool *ret);

/** db_data_version() - a number that changes whenever another connection has committed. */
int db_data_version(Db *db, int64_t *ret);

/** db_bytes() - the size of the database where the engine knows it, else 0. */
int db_bytes(Db *db, int64_t *ret);

/** db_check() - the engine's own check of the whole database; @on_fault gets a sentence for each fault. */
int db_check(Db *db, void (*on_fault)(const char *fault, void *userdata), void *userdata);

/* A row of a damaged table, by its number; the name is NULL where no index has it. */
typedef struct DbSalvagedRow {
        int64_t row;
        char *name;
} DbSalvagedRow;

/* The rows that a damaged table has or had. */
typedef struct DbSalvage {
        DbSalvagedRow *rows; /* in ascending order */
        size_t n;
        bool has_hole; /* there may have been others, with numbers from `first` to `last` */
        int64_t first, last;
} DbSalvage;

/**
 * db_salvage() - the row numbers of a table whose pages or indexes are damaged, by walks that pass over
 * what cannot be read. A row that is found may still be unreadable itself.
 * @table: whose key is a number, or that has a hidden one
 * @name:  a column with an index of its own, to name rows by; NULL for none
 * @ret:   db_salvage_done() it; set on 0 only
 *
 * Return: 0, negative errno; -ENOTSUP with an engine that repairs itself.
 */
int db_salvage(Db *db, const char *table, const char *name, DbSalvage *ret);
void db_salvage_done(DbSalvage *salvage);

/**
 * db_lock() - where an engine allows one daemon for each database: take that place until the connection is
 * closed. DB_E_BUSY: another has it.
 * db_is_locked() - whether any daemon has it
 */
int db_lock(Db *db);
int db_is_locked(Db *db, bool *ret);

/**
 * db_listen() - a descriptor that becomes readable soon after another connection has written; once for each
 * connection, closed with it
 * db_heard() - read all that waits on it: whether any of it was about this database. May be wrong either
 * way: db_data_version() decides.
 */
int db_listen(Db *db, int *ret_fd);
bool db_heard(Db *db);

/**
 * db_upkeep_new() - a thread for the work that an engine puts off until after the commits. With SQLite it
 * moves what was committed from the log into the database's file, which takes syncs of the disk that a
 * writer should not wait for.
 * @url: of the store; it is opened when there is work
 * @ret: NULL with an engine that needs none; every function takes NULL
 *
 * Return: 0 or negative errno.
 */
int db_upkeep_new(const char *url, DbUpkeep **ret);
DbUpkeep *db_upkeep_free(DbUpkeep *upkeep);
DEFINE_CLEANUP(DbUpkeep, db_upkeep_freep, db_upkeep_free)

/**
 * db_set_upkeep() - leave that work of this connection's commits to @upkeep (borrowed); NULL, as from the
 * start: the commits do it.
 */
void db_set_upkeep(Db *db, DbUpkeep *upkeep);

/** db_upkeep_is_busy() - whether it works or is about to: a writer that can wait should. Any thread. */
bool db_upkeep_is_busy(DbUpkeep *upkeep);

/** db_upkeep_has_failed() - whether the disk could not be written; it is not tried again. Any thread. */
bool db_upkeep_has_failed(DbUpkeep *upkeep);
