#pragma once

/*
 * The PostgreSQL connection, for the files of this engine only: db-postgres.c (connections, scripts and
 * transactions), db-postgres-link.c (connecting, and conditions for the server's errors),
 * db-postgres-wait.c (calls with a limit), db-postgres-statement.c, db-postgres-replay.c (transactions that
 * are run again), db-postgres-notify.c (notices of changes), db-postgres-lock.c (the lock that excludes all
 * daemons), db-postgres-node.c (the daemons) and db-postgres-check.c.
 *
 * The engine has one table of its own, `store_lock`. Row 1 is the lock of writers: each transaction that
 * writes locks it first, so that there is one writer at a time, and raises its `version` if it has written.
 * The lock is held until the commit is done, so versions are in the order of commits. Row 2 is the lock that
 * excludes all daemons.
 */

#include "base/buffer.h"
#include "store/db-internal.h"

#include <libpq-fe.h>

enum { POSTGRES_ID_SIZE = 24, POSTGRES_PARAMETERS_MAX = 40 };

typedef enum PostgresTransaction {
        POSTGRES_NO_TRANSACTION,
        POSTGRES_READS,
        POSTGRES_WRITES,
} PostgresTransaction;

/* A statement with its parameters, which are binary if there are `lengths`. All is borrowed. */
typedef struct PostgresCall {
        const char *sql;
        int n;
        const Oid *types; /* NULL: the server derives them */
        const char *const *values;
        const int *lengths;
        int format; /* of the rows: 0 is text, 1 is binary */
} PostgresCall;

typedef struct PostgresRecord PostgresRecord;
typedef struct PostgresLease PostgresLease;
typedef struct PostgresNode PostgresNode;

typedef struct PostgresDb {
        Db db; /* must be first: a Db of this engine is a PostgresDb */
        char *url;
        PGconn *link;
        bool is_lost;     /* the link is of no use, whatever PQstatus() says */
        unsigned session; /* number of the connection to the server; raised by each reconnection */
        unsigned n_names; /* number of statements and cursors that have had a name on the server */
        Buffer dropped;   /* commands that drop statements, to be sent with the next one that is prepared */
        bool is_reader;
        char *message;  /* of the last failure, NULL for none */
        bool is_late;   /* the last answer did not come within the limit */
        bool may_retry; /* the last failure was a conflict or a lost connection, and nothing was committed */

        usec_t limit;                  /* for an answer; USEC_INFINITY for none */
        usec_t patience, set_patience; /* wanted, and as the session has it */
        bool lazy, set_lazy;           /* commits do not wait for the disk */

        PostgresTransaction transaction;
        int failed;                            /* the first failure in the open transaction */
        bool has_written;                      /* the open transaction has changed rows */
        char transaction_id[POSTGRES_ID_SIZE]; /* the server's number of the open transaction that writes */
        char timeline[DB_TIMELINE_SIZE];       /* of the server, at the start of that transaction */
        PostgresRecord *record;                /* of the open transaction; NULL until the first one */
        int64_t changes;   /* rows changed by the last statement that could change rows */
        int64_t n_commits; /* commits of this connection that raised the version */

        DbUpkeep *upkeep; /* sends the notices of this connection; NULL if it sends them itself */
        PGconn *listener;
        int listen_fd; /* an epoll descriptor with the listener's socket; -1 if db_listen() was not called */
        usec_t listen_retry;  /* monotonic: when to connect the listener again */
        PostgresLease *lease; /* NULL without the lock that excludes all daemons */
        PostgresNode *node;   /* NULL if this connection has not joined the daemons */
} PostgresDb;

static inline PostgresDb *postgres_db(Db *db)
{
        return (PostgresDb *)db;
}

static inline void postgres_clear(PGresult **result)
{
        PQclear(*result);
}

/* db-postgres-link.c */

/**
 * postgres_connect() - connect to the server and prepare the session; waits for the server
 * @ret: set on failure too, for PQerrorMessage(); PQfinish() it. NULL without memory.
 * Return: 0, DB_E_AWAY and other DB_E_*, negative errno.
 */
int postgres_connect(const char *url, PGconn **ret);

/** postgres_link() - connect @db again if its connection was lost outside of a transaction */
int postgres_link(PostgresDb *db);

/**
 * postgres_condition() - convert a result of the server: 0, DB_E_*, negative errno. Notes the message; in a
 * transaction also the failure, since the server refuses everything that follows.
 */
int postgres_condition(PostgresDb *db, const PGresult *result);

/** postgres_note() - set the message of the last failure to the first line of @message */
void postgres_note(PostgresDb *db, const char *message);

/** postgres_run() - run one or more statements without parameters; @ret: the last result; may be NULL */
int postgres_run(PostgresDb *db, const char *sql, PGresult **ret);

/*
 * db-postgres-wait.c. Each function returns what the function of libpq returns: PQexec(), PQexecParams(),
 * PQexecPrepared() and PQprepare(). After the limit the connection is closed, which is a lost connection.
 */

PGresult *postgres_exec(PostgresDb *db, const char *sql);
PGresult *postgres_call(PostgresDb *db, const PostgresCall *call);
PGresult *postgres_call_named(PostgresDb *db, const char *name, const PostgresCall *call);
PGresult *postgres_name_call(PostgresDb *db, const char *name, const PostgresCall *call);

/* db-postgres-replay.c */

/** postgres_record() - record a statement of the open transaction that has succeeded, with its result */
void postgres_record(PostgresDb *db, const PostgresCall *call, const PGresult *result);

/** postgres_forget() - forget what was recorded: a transaction begins */
void postgres_forget(PostgresDb *db);
PostgresRecord *postgres_record_free(PostgresRecord *record);

/**
 * postgres_replay() - run the open transaction again, up to the statement that has failed, if a conflict or
 * a lost connection stopped it (PostgresDb.may_retry)
 * @failure: of the statement
 * @tries: counts the attempts for one statement, beginning with 0
 *
 * Return: 0 if each statement has had the same result as before, so that the transaction can go on with the
 * statement that has failed. Otherwise the transaction has failed, and this is its failure.
 */
int postgres_replay(PostgresDb *db, int failure, int *tries);

/**
 * postgres_query() - run a query with text parameters, in or outside of a transaction, on a connection that
 * is made again if it was lost
 * @ret: the rows as texts; the caller clears it, also after a failure
 */
int postgres_query(PostgresDb *db, const char *sql, int n, const char *const *values, PGresult **ret);

/** postgres_ask() - read the first column of the only row of a query as postgres_query(); "" for no row */
int postgres_ask(PostgresDb *db, const char *sql, int n, const char *const *values, char *ret, size_t size);

/* db-postgres.c */

/** postgres_begin_once() - begin a transaction, without another attempt and without a record */
int postgres_begin_once(PostgresDb *db, PostgresTransaction transaction);

int postgres_begin_write(Db *db);
int postgres_commit(Db *db);
void postgres_rollback(Db *db);

/** postgres_retries() - whether to run a failed transaction again; counts the attempts in @tries */
bool postgres_retries(PostgresDb *db, int *tries);

/* The functions of DbEngine in the other files: see store/db.h. */
int postgres_prepare(Db *db, const char *sql, bool in_parts, DbStatement **ret);
void postgres_finalize(DbStatement *statement);
void postgres_bind_int(DbStatement *statement, int parameter, int64_t value);
void postgres_bind_text(DbStatement *statement, int parameter, const char *text);
void postgres_bind_bytes(DbStatement *statement, int parameter, const void *bytes, size_t len);
int postgres_step(DbStatement *statement);
void postgres_reset(DbStatement *statement);
int64_t postgres_column_int(DbStatement *statement, int column);
bool postgres_column_is_null(DbStatement *statement, int column);
const char *postgres_column_text(DbStatement *statement, int column, size_t *ret_len);
int postgres_n_columns(DbStatement *statement);
const char *postgres_column_name(DbStatement *statement, int column);
DbType postgres_column_type(DbStatement *statement, int column);

int postgres_check(Db *db, const DbCheckOptions *options);

int postgres_lock(Db *db);
int postgres_is_locked(Db *db, bool *ret);
PostgresLease *postgres_lease_free(PostgresLease *lease);

/* Row 2 of `store_lock` belongs to a process that lives, as far as the server knows. */
#define POSTGRES_LOCK_IS_HELD                                                                               \
        "(until > now() AND NOT (server = pg_postmaster_start_time()"                                       \
        " AND NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = backend)))"

enum { POSTGRES_START_SECONDS = 60 }; /* the wait for another writer at the start, which fails otherwise */

/**
 * postgres_begin_alone() - begin a transaction and lock the row of writers; for connections other than
 * PostgresDb.link.
 * @seconds: how long to wait for another writer
 * Return: 0, DB_E_AWAY.
 */
int postgres_begin_alone(PGconn *link, int seconds);

/**
 * postgres_end_alone() - commit the transaction of postgres_begin_alone() if @r is 0, roll back otherwise.
 * Return: @r; DB_E_AWAY if the commit has failed.
 */
int postgres_end_alone(PGconn *link, int r);

int postgres_join(Db *db, const char *name, const char *version);
int64_t postgres_node_id(void);
int postgres_node_lives(Db *db, int64_t node, bool *ret);
int postgres_expire_nodes(Db *db, int *ret_n);
PostgresNode *postgres_node_free(PostgresNode *node);

/** postgres_any_node_lives() - whether any daemon has joined and lives; asked on @link */
int postgres_any_node_lives(PGconn *link, bool *ret);

/**
 * postgres_holder() - the name by which this process holds the daemon's lock: the same for all connections
 * of the process, and different from all other processes. Return: "" without random numbers.
 */
const char *postgres_holder(void);

int postgres_data_version(Db *db, int64_t *ret);
int postgres_listen(Db *db, int *ret_fd);
usec_t postgres_look_interval(Db *db);
bool postgres_heard(Db *db);

/** postgres_tell() - tell other connections of a commit, or leave that to the thread of db_set_upkeep() */
void postgres_tell(PostgresDb *db);

int postgres_teller_new(const char *url, DbUpkeep **ret);
void postgres_teller_free(DbUpkeep *upkeep);
void postgres_set_teller(Db *db, DbUpkeep *upkeep);
bool postgres_teller_is_busy(DbUpkeep *upkeep);
bool postgres_teller_has_failed(DbUpkeep *upkeep);
