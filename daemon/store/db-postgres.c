/*
 * The PostgreSQL engine of store/db.h: connections, scripts and transactions. A connection that is lost is
 * made again by the next call; in a transaction, the transaction is run again (db-postgres-replay.c), or
 * fails with DB_E_AWAY if that does not succeed.
 *
 * A transaction that writes runs at READ COMMITTED and first locks the row of writers, so each of its
 * statements sees all that was committed before it became the only writer. A statement that writes outside
 * of a transaction gets a transaction of its own, with the same lock.
 */

#include "store/db-postgres.h"

#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
        PATIENCE_MS = 5000,
        TRIES_MAX = 8,
        SETTLE_POLL_MS = 100,
        SCHEMA_MAX_BYTES = 1024 * 1024,
        SETTING_SIZE = 96,
        DROPPED_MAX_BYTES = 64 * 1024,
};

#define SCHEME "postgresql:"

/* Half of a page stays free, so that a raised version fits beside the old one and needs no index entry. */
static const char lock_table[] =
                "BEGIN;"
                "CREATE TABLE IF NOT EXISTS store_lock (id BIGINT PRIMARY KEY, version BIGINT NOT NULL,"
                " holder TEXT NOT NULL, until TIMESTAMPTZ NOT NULL, backend BIGINT NOT NULL, server TIMESTAMPTZ NOT NULL)"
                " WITH (fillfactor = 50);"
                "INSERT INTO store_lock (id, version, holder, until, backend, server)"
                " VALUES (1, 0, '', '-infinity', 0, '-infinity'), (2, 0, '', '-infinity', 0, '-infinity')"
                " ON CONFLICT DO NOTHING;"
                "COMMIT";

static const char begin_reading[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

static const char *postgres_message(Db *db)
{
        const char *message = postgres_db(db)->message;
        return message ? message : "";
}

bool postgres_retries(PostgresDb *db, int *tries)
{
        return db->may_retry && ++*tries < TRIES_MAX;
}

/* A session whose transaction does not end is of no use. */
static void end_transaction(PostgresDb *db)
{
        if (PQstatus(db->link) == CONNECTION_OK && PQtransactionStatus(db->link) != PQTRANS_IDLE)
                PQclear(postgres_exec(db, "ROLLBACK"));
        if (PQtransactionStatus(db->link) != PQTRANS_IDLE)
                db->is_lost = true;
}

/* If two programs create the table at once, one of them fails in spite of IF NOT EXISTS, and tries again. */
static int make_lock_table(PostgresDb *db)
{
        int r = -EIO;
        for (int tries = 0; r != 0 && tries < TRIES_MAX; tries++) {
                r = postgres_link(db);
                if (r == 0)
                        r = postgres_run(db, lock_table, NULL);
                if (r != 0)
                        end_transaction(db);
        }
        return r;
}

static int postgres_has_table(Db *base, const char *name, bool *ret)
{
        PostgresDb *db = postgres_db(base);
        char found[2] = "";
        int r = postgres_ask(db, "SELECT CASE WHEN to_regclass($1) IS NULL THEN 'n' ELSE 'y' END", 1, &name,
                        found, sizeof(found));
        if (r == 0)
                *ret = found[0] == 'y';
        return r;
}

static int ensure_lock_table(PostgresDb *db, bool create)
{
        bool there;
        int r = postgres_has_table(&db->db, "store_lock", &there);
        if (r != 0 || there)
                return r;
        return create ? make_lock_table(db) : -ENOENT;
}

static void postgres_close(Db *base)
{
        PostgresDb *db = postgres_db(base);
        db->lease = postgres_lease_free(db->lease);
        db->node = postgres_node_free(db->node);
        PQfinish(db->listener);
        if (db->listen_fd >= 0)
                close(db->listen_fd);
        PQfinish(db->link);
        db->record = postgres_record_free(db->record);
        buffer_done(&db->dropped);
        free(db->message);
        free(db->url);
        free(db);
}

static int postgres_open(const char *place, bool create, bool read_only, Db **ret, char **ret_why)
{
        PostgresDb *db = calloc(1, sizeof(*db));
        if (!db)
                return -ENOMEM;
        db->db.engine = &db_postgres;
        db->is_reader = read_only;
        db->listen_fd = -1;
        db->dropped = BUFFER_INIT(DROPPED_MAX_BYTES);
        db->patience = PATIENCE_MS * USEC_PER_MSEC;
        db->limit = USEC_INFINITY;
        int r = asprintf(&db->url, SCHEME "%s", place) < 0 ? -ENOMEM : ensure_lock_table(db, create);
        if (r == 0) {
                *ret = &db->db;
                return 0;
        }
        *ret_why = TAKE_PTR(db->message);
        postgres_close(&db->db);
        return r;
}

static const char *postgres_name(const char *place)
{
        return strncmp(place, "//", 2) == 0 ? place + 2 : place;
}

static usec_t postgres_set_patience(Db *db, usec_t patience)
{
        usec_t before = postgres_db(db)->patience;
        postgres_db(db)->patience = patience;
        return before;
}

static void postgres_set_limit(Db *db, usec_t limit)
{
        postgres_db(db)->limit = limit;
}

static int postgres_set_durable(Db *db, bool durable)
{
        postgres_db(db)->lazy = !durable;
        return 0;
}

static int postgres_expect_bulk(Db *db)
{
        (void)db;
        return 0;
}

/* Needed only to replace a table, which no migration does with this engine: it begins with version 4. */
static int postgres_set_references(Db *db, bool enforced)
{
        (void)db, (void)enforced;
        return 0;
}

/* Brings the session's settings up to date. 0 would mean to PostgreSQL to wait for ever. */
static int apply_settings(PostgresDb *db)
{
        char sql[SETTING_SIZE];
        usec_t ms = db->patience / USEC_PER_MSEC;
        if (db->patience == db->set_patience && db->lazy == db->set_lazy)
                return 0;
        snprintf(sql, sizeof(sql), "SET lock_timeout = %lld; SET synchronous_commit TO %s",
                        (long long)(ms > 0 ? ms : 1), db->lazy ? "off" : "DEFAULT");
        int r = postgres_run(db, sql, NULL);
        if (r != 0)
                return r;
        db->set_patience = db->patience;
        db->set_lazy = db->lazy;
        return 0;
}

/* The timeline of the server's log. A standby begins another one when it is promoted. */
#define TIMELINE "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"

/*
 * A connection that serves a daemon's mails writes only while that daemon has its row. Each statement sees
 * what was committed when it began, so the row is looked for by another one than that which waits for the
 * lock.
 */
static int lock_writers(PostgresDb *db)
{
        static const char start[] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
                                    "SELECT id FROM store_lock WHERE id = 1 FOR UPDATE;"
                                    "SELECT pg_current_xact_id(), " TIMELINE;
        char sql[512];
        CLEANUP(postgres_clear) PGresult *result = NULL;
        char alive[96] = "";
        int64_t node = postgres_node_id();
        if (db->upkeep && node > 0)
                snprintf(alive, sizeof(alive),
                                " WHERE EXISTS (SELECT 1 FROM node WHERE node.id = %" PRId64 ")", node);
        snprintf(sql, sizeof(sql), "%s%s", start, alive);
        int r = postgres_run(db, sql, &result);
        if (r == 0 && PQntuples(result) != 1) {
                postgres_note(db, "this daemon could not renew its lease, and was removed by another one");
                return DB_E_BUSY;
        }
        if (r != 0)
                return r;
        snprintf(db->transaction_id, sizeof(db->transaction_id), "%s", PQgetvalue(result, 0, 0));
        snprintf(db->timeline, sizeof(db->timeline), "%s", PQgetvalue(result, 0, 1));
        return 0;
}

int postgres_begin_once(PostgresDb *db, PostgresTransaction transaction)
{
        int r = postgres_link(db);
        if (r == 0)
                r = apply_settings(db);
        if (r == 0)
                r = transaction == POSTGRES_WRITES ? lock_writers(db)
                                                   : postgres_run(db, begin_reading, NULL);
        if (r != 0)
                end_transaction(db);
        return r;
}

/* Begins a transaction; if the connection turns out to be lost, on a new one. */
static int begin(PostgresDb *db, PostgresTransaction transaction)
{
        int r, tries = 0;
        do {
                db->may_retry = false;
                r = postgres_begin_once(db, transaction);
        } while (r != 0 && postgres_retries(db, &tries));
        if (r != 0)
                return r;
        db->transaction = transaction;
        db->failed = 0;
        db->has_written = false;
        postgres_forget(db);
        return 0;
}

int postgres_begin_write(Db *base)
{
        PostgresDb *db = postgres_db(base);
        return db->is_reader ? DB_E_READ_ONLY : begin(db, POSTGRES_WRITES);
}

static int postgres_begin_read(Db *db)
{
        return begin(postgres_db(db), POSTGRES_READS);
}

/*
 * The state of the transaction $1 of the timeline $2. After a failover to a standby that had not received
 * it, another transaction may have this number: its commit tells nothing. But a commit writes timeline and
 * number into the row of writers, where they stay until the next commit.
 */
static const char ask_state[] =
                "SELECT CASE WHEN holder = $2 || ' ' || $1 THEN 'committed'"
                " WHEN " TIMELINE " = $2 THEN coalesce(pg_xact_status(CAST($1 AS xid8)), '')"
                " ELSE replace(coalesce(pg_xact_status(CAST($1 AS xid8)), ''), 'committed', 'unknown') END"
                " FROM store_lock WHERE id = 1";

/*
 * Finds out whether a transaction was committed whose connection was lost in the commit. The old session may
 * still be at work on it. Return: 0 if it was; DB_E_AWAY if it was not, so that it may run again, or if that
 * is not known, or not in time.
 */
static int settle_commit(PostgresDb *db)
{
        const char *const transaction[] = { db->transaction_id, db->timeline };
        usec_t deadline = clock_monotonic() + db->patience;
        char status[16];
        for (;;) {
                int r = postgres_ask(db, ask_state, 2, transaction, status, sizeof(status));
                if (r == 0 && strcmp(status, "in progress") != 0)
                        break;
                db->may_retry = false;
                if ((r != 0 && r != DB_E_AWAY) || clock_monotonic() >= deadline)
                        return DB_E_AWAY;
                nanosleep(&(struct timespec){ .tv_nsec = SETTLE_POLL_MS * 1000000L }, NULL);
        }
        db->may_retry = strcmp(status, "aborted") == 0;
        return strcmp(status, "committed") == 0 ? 0 : DB_E_AWAY;
}

/* The server answers the COMMIT of a failed transaction with ROLLBACK, and without an error. */
static int send_commit(PostgresDb *db)
{
        CLEANUP(postgres_clear) PGresult *result = NULL;
        char raise[128];
        snprintf(raise, sizeof(raise),
                        "UPDATE store_lock SET version = version + 1, holder = '%s %s' WHERE id = 1; COMMIT",
                        db->timeline, db->transaction_id);
        int r = postgres_run(db, db->has_written ? raise : "COMMIT", &result);
        return r == 0 && strcmp(PQcmdStatus(result), "COMMIT") != 0 ? -EIO : r;
}

/* A transaction that has changed nothing, and has read all its rows, has no need of its commit. */
static int commit_once(PostgresDb *db)
{
        PostgresTransaction transaction = db->transaction;
        int r = send_commit(db);
        if (r != 0 && db->may_retry && !db->has_written) {
                end_transaction(db);
                return 0;
        }
        if (r != DB_E_AWAY)
                return r;
        db->transaction = POSTGRES_NO_TRANSACTION;
        r = settle_commit(db);
        db->transaction = transaction;
        return r;
}

int postgres_commit(Db *base)
{
        PostgresDb *db = postgres_db(base);
        int r, tries = 0;
        if (db->failed)
                return db->failed;
        do
                r = commit_once(db);
        while (r != 0 && (r = postgres_replay(db, r, &tries)) == 0);
        if (r != 0)
                return r;
        db->transaction = POSTGRES_NO_TRANSACTION;
        if (db->has_written) {
                db->n_commits++;
                postgres_tell(db);
        }
        return 0;
}

void postgres_rollback(Db *base)
{
        PostgresDb *db = postgres_db(base);
        if (db->transaction == POSTGRES_NO_TRANSACTION)
                return;
        db->transaction = POSTGRES_NO_TRANSACTION;
        end_transaction(db);
}

static int run_script(PostgresDb *db, const char *sql)
{
        const PostgresCall script = { .sql = sql, .n = -1 };
        int r = db->failed, tries = 0;
        if (r != 0)
                return r;
        do
                r = postgres_run(db, sql, NULL);
        while (r != 0 && (r = postgres_replay(db, r, &tries)) == 0);
        db->has_written = true;
        if (r == 0)
                postgres_record(db, &script, NULL);
        return r;
}

static int run_script_as_transaction(PostgresDb *db, const char *sql)
{
        int r = postgres_begin_write(&db->db);
        if (r != 0)
                return r;
        r = run_script(db, sql);
        if (r == 0)
                r = postgres_commit(&db->db);
        if (r != 0)
                postgres_rollback(&db->db);
        return r;
}

/*
 * Runs a script. Texts are compared as bytes, as SQLite does, whatever the locale of the database, so each
 * column of the type TEXT gets the collation "C".
 */
static int postgres_execute(Db *base, const char *sql)
{
        static const char type[] = " TEXT";
        PostgresDb *db = postgres_db(base);
        CLEANUP(buffer_done) Buffer translated = BUFFER_INIT(SCHEMA_MAX_BYTES);
        const char *found;
        while ((found = strstr(sql, type))) {
                found += sizeof(type) - 1;
                buffer_append(&translated, sql, (size_t)(found - sql));
                buffer_puts(&translated, " COLLATE \"C\"");
                sql = found;
        }
        buffer_puts(&translated, sql);
        if (buffer_error(&translated) < 0)
                return buffer_error(&translated);
        return db->transaction != POSTGRES_NO_TRANSACTION
                               ? run_script(db, buffer_text(&translated))
                               : run_script_as_transaction(db, buffer_text(&translated));
}

static bool postgres_may_retry(Db *db)
{
        return postgres_db(db)->may_retry;
}

static const char *postgres_timeline(Db *db)
{
        return postgres_db(db)->timeline;
}

static bool postgres_in_transaction(Db *db)
{
        return postgres_db(db)->transaction != POSTGRES_NO_TRANSACTION;
}

static int64_t postgres_changes(Db *db)
{
        return postgres_db(db)->changes;
}

/* A database cannot be replaced under a connection that is open. */
static bool postgres_has_moved(Db *db)
{
        (void)db;
        return false;
}

static int postgres_bytes(Db *base, int64_t *ret)
{
        PostgresDb *db = postgres_db(base);
        char size[POSTGRES_ID_SIZE];
        int r = postgres_ask(db, "SELECT pg_database_size(current_database())", 0, NULL, size, sizeof(size));
        if (r == 0)
                *ret = strtoll(size, NULL, 10);
        return r;
}

const DbEngine db_postgres = {
        .scheme = SCHEME,
        .open = postgres_open,
        .close = postgres_close,
        .name = postgres_name,
        .message = postgres_message,
        .execute = postgres_execute,
        .set_patience = postgres_set_patience,
        .set_limit = postgres_set_limit,
        .set_durable = postgres_set_durable,
        .expect_bulk = postgres_expect_bulk,
        .set_references = postgres_set_references,
        .begin_write = postgres_begin_write,
        .begin_read = postgres_begin_read,
        .commit = postgres_commit,
        .rollback = postgres_rollback,
        .in_transaction = postgres_in_transaction,
        .may_retry = postgres_may_retry,
        .timeline = postgres_timeline,
        .prepare = postgres_prepare,
        .finalize = postgres_finalize,
        .bind_int = postgres_bind_int,
        .bind_text = postgres_bind_text,
        .bind_bytes = postgres_bind_bytes,
        .step = postgres_step,
        .reset = postgres_reset,
        .column_int = postgres_column_int,
        .column_is_null = postgres_column_is_null,
        .column_text = postgres_column_text,
        .n_columns = postgres_n_columns,
        .column_name = postgres_column_name,
        .column_type = postgres_column_type,
        .changes = postgres_changes,
        .has_table = postgres_has_table,
        .data_version = postgres_data_version,
        .has_moved = postgres_has_moved,
        .bytes = postgres_bytes,
        .check = postgres_check,
        .lock = postgres_lock,
        .is_locked = postgres_is_locked,
        .join = postgres_join,
        .node = postgres_node_id,
        .node_lives = postgres_node_lives,
        .expire_nodes = postgres_expire_nodes,
        .listen = postgres_listen,
        .look_interval = postgres_look_interval,
        .heard = postgres_heard,
        .upkeep_new = postgres_teller_new,
        .upkeep_free = postgres_teller_free,
        .set_upkeep = postgres_set_teller,
        .upkeep_is_busy = postgres_teller_is_busy,
        .upkeep_has_failed = postgres_teller_has_failed,
};
