#pragma once

/*
 * The interface between the store's statements and a database engine. Each statement is written once, in
 * the SQL that SQLite and PostgreSQL share, with parameters as $1, $2, ...; an engine is one table of
 * functions (store/db-internal.h). No function here requires that an engine has files, pages or a log: with
 * an engine that has none, the functions about them return NULL or -ENOTSUP. One connection belongs to one
 * thread at a time.
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

/*
 * Conditions that every function below may return if it uses the database. store.h continues the numbers.
 */
enum {
        DB_ROW = 1,                       /* db_step(): a row can be read */
        DB_E_BUSY = CONDITIONS_STORE + 1, /* locked by another connection for longer than the patience */
        DB_E_FULL = CONDITIONS_STORE + 2, /* disk or quota full */
        DB_E_READ_ONLY = CONDITIONS_STORE + 3,
        DB_E_CORRUPT = CONDITIONS_STORE + 4, /* damaged, or not a database */
        DB_E_IO = CONDITIONS_STORE + 5, /* read, write or sync failed; do not retry on this connection */
        DB_E_CONSTRAINT = CONDITIONS_STORE + 6,
        DB_E_AWAY = CONDITIONS_STORE + 7, /* the server cannot be reached, or has ended the transaction */
};

/**
 * A statement of the store. SQL() makes a statement from a string literal and returns its address;
 * SQL_STATEMENT marks a named statement or a table of statements. The linker collects all statements in one
 * section, and tests/check-sql prepares each of them on PostgreSQL. db_prepare() takes only this type, so
 * no statement is left out.
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
 * db_open() - open the database @url: "sqlite:PATH", or a URI of PostgreSQL (PostgreSQL manual, 34.1.1.2)
 * @create:  create the database if it does not exist; with PostgreSQL, the tables of the engine in it
 * @ret_why: set to the server's reason of a failure, to be freed; NULL if there is none; may be NULL
 *
 * Return: 0, DB_E_*, -EINVAL for an unknown scheme, negative errno.
 */
int db_open(const char *url, bool create, bool read_only, Db **ret, char **ret_why);
Db *db_close(Db *db);
DEFINE_CLEANUP(Db, db_closep, db_close)

/** db_name() - the name of a URL's database for messages, without a password; borrowed from @url. */
const char *db_name(const char *url);

/** db_path() - the path of the file of a URL's database; NULL if the engine has none. Borrowed from @url. */
const char *db_path(const char *url);

/** db_message() - the engine's message for the last failure; borrowed until the next call. */
const char *db_message(Db *db);

/** db_execute() - run one or more statements without parameters or rows; for the schema. */
int db_execute(Db *db, const char *sql);

/**
 * db_set_patience() - set how long to wait for a lock of another connection; by default some seconds.
 * Return: the value before.
 */
usec_t db_set_patience(Db *db, usec_t patience);

/**
 * db_set_limit() - set how long to wait for each answer of the server; by default as long as it takes.
 * Afterwards the call returns DB_E_AWAY, and the next one connects again.
 */
void db_set_limit(Db *db, usec_t limit);

/** db_set_durable() - set whether a commit waits for the disk. Not allowed in a transaction. */
int db_set_durable(Db *db, bool durable);

/** db_expect_bulk() - let this connection use more memory because it will read or write many rows. */
int db_expect_bulk(Db *db);

/**
 * db_set_references() - set whether foreign keys are enforced; by default they are. Switch them off to
 * replace a table by a new table of the same name. Not allowed in a transaction.
 */
int db_set_references(Db *db, bool enforced);

/**
 * db_begin_write() - begin a transaction that writes. Until its end this connection is the only writer of
 * the whole store, so nothing that it has read can change. Another connection that begins to write waits
 * (db_set_patience()), then gets DB_E_BUSY.
 */
int db_begin_write(Db *db);

/**
 * db_begin_read() - begin a transaction that reads one state of the database and never waits for a writer
 */
int db_begin_read(Db *db);

int db_commit(Db *db);
void db_rollback(Db *db); /* does nothing if no transaction is open */

bool db_in_transaction(Db *db);

enum { DB_TIMELINE_SIZE = 9 };

/**
 * db_timeline() - the timeline of the server's log in the open transaction that writes, a text shorter than
 * DB_TIMELINE_SIZE; borrowed. A standby that is promoted begins another one. NULL: there is no server.
 */
const char *db_timeline(Db *db);

/**
 * db_may_retry() - whether the last failure was that of a transaction that another one or a lost connection
 * stopped, so that it may succeed if it is rolled back and run again from its beginning. The engine has
 * tried that itself, and has found that the transaction would read other rows now.
 */
bool db_may_retry(Db *db);

/**
 * db_prepare() - prepare a statement, without bound parameters
 * @ret: borrowed; give it back with db_reset(). NULL on failure.
 *
 * The connection caches a limited number of prepared statements and drops the least recently used. While a
 * cached statement is in use, the same SQL is prepared again, so nested queries may use it.
 */
int db_prepare(Db *db, const Sql *sql, DbStatement **ret);

/**
 * db_prepare_text() - prepare a statement that is not kept, for SQL that is made at run time
 * @sql: copied
 * @ret: give it back with db_reset() when it is not needed again; db_rewind() lets it run again
 *
 * Its rows are read in parts, so a table of any size may be read; the transaction must be open for that.
 */
int db_prepare_text(Db *db, const char *sql, DbStatement **ret);

/** db_rewind() - end the statement and remove its bound parameters, so that it can run again */
void db_rewind(DbStatement *statement);

/* Bound text and bytes are borrowed until db_reset(). Parameters count from 1, columns from 0. */
void db_bind_int(DbStatement *statement, int parameter, int64_t value);
void db_bind_text(DbStatement *statement, int parameter, const char *text); /* NULL binds NULL */
void db_bind_bytes(DbStatement *statement, int parameter, const void *bytes, size_t len);

/** db_step() - run the statement to its next row. Return: DB_ROW, 0 at the end, DB_E_*, negative errno. */
int db_step(DbStatement *statement);

/** db_reset() - end the statement and give it back; call once for each db_prepare(). NULL is allowed. */
void db_reset(DbStatement *statement);

int64_t db_int(DbStatement *statement, int column);
bool db_is_null(DbStatement *statement, int column);

/**
 * db_text() - read a column as text, or as bytes if @ret_len is not NULL; borrowed until the next step. The
 * result is never NULL: an SQL NULL, which a damaged row may have in any column, is returned as "". Without
 * @ret_len the result ends with a NUL byte, whatever the column's type.
 */
const char *db_text(DbStatement *statement, int column, size_t *ret_len);

/* The type that a column was declared with. */
typedef enum DbType {
        DB_NUMBER, /* BIGINT */
        DB_TEXT,
        DB_BYTES, /* BYTEA */
} DbType;

/* The columns of the current row. A name is borrowed until the statement is given back. */
int db_n_columns(DbStatement *statement);
const char *db_column_name(DbStatement *statement, int column);
DbType db_column_type(DbStatement *statement, int column);

/** db_changes() - the number of rows changed by the last statement. */
int64_t db_changes(Db *db);

/** db_has_table() - whether the database has a table. */
int db_has_table(Db *db, const char *name, bool *ret);

/** db_data_version() - a number that changes after each commit of another connection. */
int db_data_version(Db *db, int64_t *ret);

/**
 * db_has_moved() - whether the database was replaced, moved or removed, so that db_open() would not open
 * this database again.
 */
bool db_has_moved(Db *db);

/** db_bytes() - the size of the database; 0 if the engine does not know it. */
int db_bytes(Db *db, int64_t *ret);

/**
 * db_log_bytes() - the size of the log beside the database's file, whose changes a plain copy of the
 * file may lack; 0 if there is none
 */
int64_t db_log_bytes(Db *db);

/**
 * db_empty_log() - write the log into the database's file and empty it, so that it has no bytes from before
 * the last commit. Return: 0, also without a log; DB_E_BUSY if a reader needs the log for longer than the
 * patience; other DB_E_*.
 */
int db_empty_log(Db *db);

/** db_file() - the path of the database's file; NULL if the engine has none. Borrowed. */
const char *db_file(Db *db);

/** The options of a check. */
typedef struct DbCheckOptions {
        bool full; /* also each index against its table, which takes many times as long */
        void (*on_fault)(const char *fault, void *userdata); /* gets a sentence for each fault */
        bool (*on_pause)(void *userdata); /* called every few ms; false ends the check; may be NULL */
        void *userdata;
} DbCheckOptions;

/**
 * db_check() - run the engine's check of the whole database
 *
 * A quick check reads every page and every row: it finds pages that are damaged, lost or used twice, and
 * rows that break their table's rules, such as references to missing rows. A full one also finds indexes
 * whose rows differ from those of their table. No transaction lasts longer than the check of one table.
 *
 * Return: 0 at the end of the check, whether or not it found faults; -ECANCELED if @on_pause ended it;
 * DB_E_*, negative errno.
 */
int db_check(Db *db, const DbCheckOptions *options);

/* A row of a damaged table. The name is NULL if no readable index contains it. */
typedef struct DbSalvagedRow {
        int64_t row;
        char *name;
} DbSalvagedRow;

/* The rows found in a damaged table. */
typedef struct DbSalvage {
        DbSalvagedRow *rows; /* in ascending order */
        size_t n;
        bool has_hole; /* more rows may have existed, with numbers from `first` to `last` */
        int64_t first, last;
} DbSalvage;

/**
 * db_salvage() - find the row numbers of a table whose pages or indexes are damaged, skipping unreadable
 * parts. The rows found may be unreadable too.
 * @table: a table with a numeric key or a hidden row number
 * @name:  a column with its own index, whose value becomes the name of a row; NULL for none
 * @ret:   free it with db_salvage_done(); set on 0 only
 *
 * Return: 0, negative errno; -ENOTSUP if the engine has no such function.
 */
int db_salvage(Db *db, const char *table, const char *name, DbSalvage *ret);
void db_salvage_done(DbSalvage *salvage);

/* A row that db_rebuild() could not copy, or a range of numbers of rows that may have existed. */
typedef struct DbLoss {
        const char *table, *name; /* the name is "" if no index has it */
        int64_t first, last;
} DbLoss;

typedef struct DbRowName {
        const char *table, *column; /* as for db_salvage() */
} DbRowName;

typedef struct DbRebuildOptions {
        const DbRowName *names; /* the last entry has the table NULL */
        int (*on_loss)(const DbLoss *loss, void *userdata);
        void *userdata;
} DbRebuildOptions;

/*
 * Copies and the replacement of a database, for engines that keep it in a file; -ENOTSUP with others.
 *
 * db_backup() - copy a database to the file @path while others use it; see store/backup.h
 * db_path_of() - the path of the file in an URL; borrowed from @url
 * db_settle() - end the log, and be the only writer from now on; DB_E_BUSY if another connection is open
 * db_spare_url() - the URL at which the replacement of this database is made; free() it
 * db_discard() - remove the database at @url, if there is one
 * db_rebuild() - copy every readable row of @damaged into @fresh, which has the same tables; afterwards
 *                foreign keys are not enforced on @fresh
 * db_drop_orphans() - delete the rows that refer to a missing row, and enforce foreign keys again
 * db_replace() - rename @damaged to a name that ends in @mark, and give @fresh the old name. *ret_aside is
 *                the new name of @damaged; free() it. At every moment the old name leads to one of the two
 *                databases. Close both connections afterwards.
 */
int db_backup(Db *db, const char *path);
const char *db_path_of(const char *url);
int db_settle(Db *db);
int db_spare_url(Db *db, char **ret);
int db_discard(const char *url);
int db_rebuild(Db *fresh, Db *damaged, const DbRebuildOptions *options);
int db_drop_orphans(Db *db);
int db_replace(Db *damaged, Db *fresh, const char *mark, char **ret_aside);

/**
 * db_lock() - take the lock that allows one daemon for each database, until the connection is closed.
 * DB_E_BUSY: another daemon has the lock. -ESTALE: the database was replaced after db_open().
 */
int db_lock(Db *db);

/** db_is_locked() - whether any daemon has the lock, or has joined */
int db_is_locked(Db *db, bool *ret);

/**
 * db_join() - become one of the daemons of the database, until the connection is closed
 * @name, @version: what others are told of this daemon
 *
 * With SQLite there is one daemon, and this is db_lock(). With PostgreSQL there may be any number, but none
 * beside a lock. A daemon has a lease by the server's clock, which a thread renews. If another daemon has
 * removed it because it could not renew its lease, it joins again by itself, with another number; until then
 * the connections that serve its mails (db_set_upkeep()) cannot write, and get DB_E_BUSY.
 *
 * Return: 0; DB_E_BUSY: somebody has the lock; -ESTALE; DB_E_AWAY.
 */
int db_join(Db *db, const char *name, const char *version);

/**
 * db_node() - the number of this process among the daemons of the database, which is never used again; 0
 * without db_join(), and with an engine that allows one daemon only. Any thread may call this function.
 */
int64_t db_node(Db *db);

/** db_node_lives() - whether a daemon has a lease, and its process is not known to be gone */
int db_node_lives(Db *db, int64_t node, bool *ret);

/**
 * db_expire_nodes() - remove the daemons that have ended without leaving: those whose process is gone,
 * and those whose lease has ended. @ret_n: their number
 *
 * A daemon that has just lost the server itself does not judge others by their leases.
 */
int db_expire_nodes(Db *db, int *ret_n);

/**
 * db_listen() - open a descriptor that becomes readable soon after another connection has written. Call it
 * once for each connection; db_close() closes the descriptor.
 */
int db_listen(Db *db, int *ret_fd);

/**
 * db_look_interval() - how long to wait between two looks at db_data_version() without a notice. With
 * PostgreSQL it is different each time, from one to five seconds, so that many programs do not ask at once.
 */
usec_t db_look_interval(Db *db);

/**
 * db_heard() - read everything pending on the descriptor. Return: whether any of it was about this
 * database. The result may be wrong in both directions; db_data_version() is exact.
 */
bool db_heard(Db *db);

/**
 * db_upkeep_new() - start a thread for work that the engine postpones until after the commits. With SQLite
 * this is the checkpoint: the thread copies committed pages from the log into the database file. This
 * includes syncs to disk, for which a writer should not wait.
 * @url: of the database; the thread opens it when it first has work
 * @ret: NULL if the engine needs no such thread; every function below accepts NULL
 *
 * Return: 0 or negative errno.
 */
int db_upkeep_new(const char *url, DbUpkeep **ret);
DbUpkeep *db_upkeep_free(DbUpkeep *upkeep);
DEFINE_CLEANUP(DbUpkeep, db_upkeep_freep, db_upkeep_free)

/**
 * db_set_upkeep() - leave the postponed work of this connection to @upkeep (borrowed). With NULL, the
 * default, the connection does it in its commits.
 */
void db_set_upkeep(Db *db, DbUpkeep *upkeep);

/**
 * db_upkeep_is_busy() - whether the thread is working or is about to. A writer that is not urgent should
 * wait. May be called from any thread.
 */
bool db_upkeep_is_busy(DbUpkeep *upkeep);

/**
 * db_upkeep_has_failed() - whether writing to the disk failed; the thread does not try again. May be called
 * from any thread.
 */
bool db_upkeep_has_failed(DbUpkeep *upkeep);
