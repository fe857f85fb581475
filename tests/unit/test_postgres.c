/*
 * Tests the engine of PostgreSQL where it differs from SQLite's: lost connections, the lock of writers, two
 * programs at once, types. Needs a server (tests/postgresql.py); without one the tests are skipped.
 */

#include "base/clock.h"
#include "base/process.h"
#include "store/db-internal.h"
#include "store/db-postgres.h"
#include "store/ledger.h"
#include "store/query.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>

#include "scratch.h"

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Store *store;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        *state = f;
        if (!getenv("CONVENED_POSTGRESQL"))
                return 0;
        scratch_open(f->directory, f->url);
        scratch_store(f->url, &f->zones, &f->store);
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        if (f->store)
                scratch_close(f->directory, f->store, NULL, f->zones);
        free(f);
        return 0;
}

static Fixture *take(void **state)
{
        Fixture *f = *state;
        if (!f->store)
                skip();
        return f;
}

static Store *open_another(const Fixture *f, StoreMode mode)
{
        Store *store = NULL;
        assert_int_equal(store_open(f->url, mode, f->zones, &store, NULL), 0);
        return store;
}

/* Runs a statement on a connection of its own, as an administrator would. */
static void administer(const Fixture *f, const char *sql)
{
        PGconn *link = PQconnectdb(f->url);
        PGresult *result = PQexec(link, sql);
        ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
                fail_msg("%s: %s", sql, PQerrorMessage(link));
        PQclear(result);
        PQfinish(link);
}

#define CUT_ALL                                                                                             \
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"                                     \
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"

static int64_t count_meta(Store *store)
{
        int64_t n = -1;
        assert_int_equal(query_number(store, SQL("SELECT count(*) FROM meta WHERE name LIKE 'test%'"), NULL,
                                         0, 0, &n),
                        0);
        return n;
}

static void test_columns__have_all_types_of_numbers(void **state)
{
        Fixture *f = take(state);
        static const struct {
                int line;
                Sql sql;
                int64_t expected;
        } rows[] = {
                { __LINE__, { "SELECT CAST(-9000000000000000000 AS BIGINT)" }, -9000000000000000000 },
                { __LINE__, { "SELECT -7" }, -7 },
                { __LINE__, { "SELECT CAST(-3 AS SMALLINT)" }, -3 },
                { __LINE__, { "SELECT 2 > 1" }, 1 },
                { __LINE__, { "SELECT '12'" }, 12 },
                { __LINE__, { "SELECT CAST(0 AS NUMERIC)" }, 0 },
                { __LINE__, { "SELECT CAST(10000 AS NUMERIC)" }, 10000 },
                { __LINE__, { "SELECT CAST(-1234567890123.9 AS NUMERIC)" }, -1234567890123 },
                { __LINE__, { "SELECT CAST(0.5 AS NUMERIC)" }, 0 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                DbStatement *statement;
                char text[32];
                snprintf(text, sizeof(text), "%lld", (long long)rows[i].expected);
                assert_int_equal(db_prepare(store_db(f->store), &rows[i].sql, &statement), 0);
                assert_int_equal(db_step(statement), DB_ROW);
                if (db_int(statement, 0) != rows[i].expected ||
                                strcmp(db_text(statement, 0, NULL), text) != 0)
                        fail_msg("line %d: %lld", rows[i].line, (long long)db_int(statement, 0));
                db_reset(statement);
        }
}

/* The server may have been restarted while the connection was idle. */
static void test_connection__lost_when_idle_is_made_again(void **state)
{
        Fixture *f = take(state);
        assert_int_equal(count_meta(f->store), 0);
        administer(f, CUT_ALL);
        assert_int_equal(count_meta(f->store), 0);
        administer(f, CUT_ALL);
        assert_int_equal(store_meta_set(f->store, "test", "1"), 0);
        administer(f, CUT_ALL);
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(count_meta(f->store), 1);
        assert_int_equal(store_commit(f->store), 0);
}

/* The statements of the transaction are run again. */
static void test_connection__lost_in_a_transaction(void **state)
{
        Fixture *f = take(state);
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(store_meta_set(f->store, "test1", "1"), 0);
        administer(f, CUT_ALL);
        assert_int_equal(store_meta_set(f->store, "test2", "1"), 0);
        assert_int_equal(count_meta(f->store), 2);
        administer(f, CUT_ALL);
        assert_int_equal(store_commit(f->store), 0);
        assert_int_equal(count_meta(f->store), 2);
}

/*
 * After a failover the number of the lost transaction may be that of another one, which was committed: here
 * of an earlier transaction, on a timeline that is not the server's.
 */
static void test_connection__lost_in_a_commit_and_another_has_its_number(void **state)
{
        Fixture *f = take(state);
        PostgresDb *db = postgres_db(store_db(f->store));
        char earlier[POSTGRES_ID_SIZE], mark[128];
        assert_int_equal(store_meta_set(f->store, "test1", "1"), 0);
        snprintf(earlier, sizeof(earlier), "%s", db->transaction_id);
        for (int known = 0; known <= 1; known++) {
                assert_int_equal(store_begin_write(f->store), 0);
                assert_int_equal(store_meta_set(f->store, "test2", "1"), 0);
                snprintf(db->transaction_id, sizeof(db->transaction_id), "%s", earlier);
                snprintf(db->timeline, sizeof(db->timeline), "FFFFFFFF");
                administer(f, CUT_ALL);
                snprintf(mark, sizeof(mark), "UPDATE store_lock SET holder = 'FFFFFFFF %s' WHERE id = 1",
                                known ? earlier : "0");
                administer(f, mark);
                assert_int_equal(store_commit(f->store), known ? 0 : DB_E_AWAY);
                store_rollback(f->store);
                assert_int_equal(count_meta(f->store), 1);
        }
}

/* A server that hangs keeps the connection, but answers nothing. */
static void test_limit__ends_the_wait_for_an_answer(void **state)
{
        Fixture *f = take(state);
        Db *db = store_db(f->store);
        DbStatement *statement;
        db_set_limit(db, 200 * USEC_PER_MSEC);
        assert_int_equal(db_prepare_text(db, "SELECT pg_sleep(600)", &statement), 0);
        assert_int_equal(store_begin_read(f->store), 0);
        assert_int_equal(db_step(statement), DB_E_AWAY);
        db_reset(statement);
        store_rollback(f->store);
        db_set_limit(db, 60 * USEC_PER_SEC);
        assert_int_equal(store_meta_set(f->store, "test", "1"), 0);
        administer(f, CUT_ALL);
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(count_meta(f->store), 1);
        administer(f, CUT_ALL);
        assert_int_equal(store_meta_set(f->store, "test2", "1"), 0);
        assert_int_equal(store_commit(f->store), 0);
        assert_int_equal(count_meta(f->store), 2);
}

static void test_connection__lost_in_a_transaction_that_reads(void **state)
{
        Fixture *f = take(state);
        DbStatement *statement;
        int n = 0, r;
        assert_int_equal(store_begin_read(f->store), 0);
        assert_int_equal(db_prepare_text(store_db(f->store), "SELECT * FROM generate_series(1, 1200)",
                                         &statement),
                        0);
        while ((r = db_step(statement)) == DB_ROW)
                if (n++ % 500 == 100)
                        administer(f, CUT_ALL);
        db_reset(statement);
        assert_int_equal(r, 0);
        assert_int_equal(n, 1200);
        assert_int_equal(store_commit(f->store), 0);
}

#define CUT_AND_WRITE CUT_ALL "; UPDATE meta SET value = '2' WHERE name = 'test'"

/* The program may have decided by what it had read. */
static void test_connection__lost_and_what_was_read_has_changed(void **state)
{
        Fixture *f = take(state);
        CLEANUP(cleanup_free) char *value = NULL;
        assert_int_equal(store_meta_set(f->store, "test", "1"), 0);
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(store_meta_get(f->store, "test", &value), 0);
        administer(f, CUT_AND_WRITE);
        assert_int_equal(store_meta_set(f->store, "test2", "1"), DB_E_BUSY);
        assert_int_equal(store_meta_set(f->store, "test3", "1"), DB_E_BUSY);
        assert_int_equal(store_commit(f->store), DB_E_BUSY);
        store_rollback(f->store);
        assert_int_equal(count_meta(f->store), 1);
}

/* The writer has compared the timeline at the transaction's beginning (store/promotion.h). */
static void test_connection__lost_in_a_transaction_and_a_standby_is_promoted(void **state)
{
        Fixture *f = take(state);
        PostgresDb *db = postgres_db(store_db(f->store));
        assert_int_equal(store_begin_write(f->store), 0);
        snprintf(db->timeline, sizeof(db->timeline), "FFFFFFFF");
        administer(f, CUT_ALL);
        assert_int_equal(store_meta_set(f->store, "test", "1"), DB_E_BUSY);
        assert_true(db_may_retry(store_db(f->store)));
        store_rollback(f->store);
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(store_meta_set(f->store, "test", "1"), 0);
        assert_int_equal(store_commit(f->store), 0);
}

typedef struct Write {
        const Fixture *f;
        int n_runs;
} Write;

static int write_after_a_cut(void *userdata)
{
        Write *write = userdata;
        CLEANUP(cleanup_free) char *value = NULL;
        int r = store_meta_get(write->f->store, "test", &value);
        if (write->n_runs++ == 0)
                administer(write->f, CUT_AND_WRITE);
        return r != 0 ? r : store_meta_set(write->f->store, "test2", value);
}

static void test_store_write__runs_again_when_what_was_read_has_changed(void **state)
{
        Fixture *f = take(state);
        CLEANUP(cleanup_free) char *value = NULL;
        Write write = { .f = f };
        assert_int_equal(store_meta_set(f->store, "test", "1"), 0);
        assert_int_equal(store_write(f->store, write_after_a_cut, &write), 0);
        assert_int_equal(write.n_runs, 2);
        assert_int_equal(store_meta_get(f->store, "test2", &value), 0);
        assert_string_equal(value, "2");
}

static void test_failure__stays_until_the_end_of_the_transaction(void **state)
{
        Fixture *f = take(state);
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(store_meta_set(f->store, "test", "1"), 0);
        assert_int_equal(QUERY_RUN(f->store, "INSERT INTO meta (name, value) VALUES ($1, 'x')",
                                         BIND_T("test")),
                        DB_E_CONSTRAINT);
        assert_int_equal(store_meta_set(f->store, "test2", "1"), DB_E_CONSTRAINT);
        assert_int_equal(store_commit(f->store), DB_E_CONSTRAINT);
        store_rollback(f->store);
        assert_int_equal(count_meta(f->store), 0);
        assert_int_equal(store_meta_set(f->store, "test", "\xff"), DB_E_CONSTRAINT);
}

/* A statement outside of a transaction must wait for the writer too. */
static void test_begin_write__only_writer(void **state)
{
        Fixture *f = take(state);
        CLEANUP(store_closep) Store *other = open_another(f, STORE_WRITE);
        store_set_patience(other, 50 * USEC_PER_MSEC);
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(store_begin_write(other), DB_E_BUSY);
        assert_int_equal(store_meta_set(other, "test", "1"), DB_E_BUSY);
        assert_int_equal(count_meta(other), 0);
        assert_int_equal(store_commit(f->store), 0);
        assert_int_equal(store_meta_set(other, "test", "1"), 0);
}

static void *count_up(void *userdata)
{
        const Fixture *f = userdata;
        CLEANUP(store_closep) Store *store = open_another(f, STORE_WRITE);
        for (int i = 0; i < 50; i++) {
                int64_t n;
                assert_int_equal(store_begin_write(store), 0);
                assert_int_equal(query_number(store, SQL("SELECT value FROM counter WHERE name = 'mail'"),
                                                 NULL, 0, -1, &n),
                                0);
                assert_int_equal(QUERY_RUN(store, "UPDATE counter SET value = $1 WHERE name = 'mail'",
                                                 BIND_I(n + 1)),
                                0);
                assert_int_equal(store_commit(store), 0);
        }
        return NULL;
}

/* Rows that a writer has read do not change until its commit: no increment is lost. */
static void test_begin_write__what_was_read_stays(void **state)
{
        Fixture *f = take(state);
        pthread_t threads[3];
        int64_t n = 0;
        for (int i = 0; i < 3; i++)
                assert_int_equal(pthread_create(&threads[i], NULL, count_up, f), 0);
        for (int i = 0; i < 3; i++)
                pthread_join(threads[i], NULL);
        assert_int_equal(query_number(f->store, SQL("SELECT value FROM counter WHERE name = 'mail'"), NULL,
                                         0, -1, &n),
                        0);
        assert_int_equal(n, 150);
}

static void *create(void *userdata)
{
        return open_another(userdata, STORE_CREATE);
}

static void test_store_open__by_several_programs_at_once(void **state)
{
        Fixture *f = take(state);
        Fixture fresh = { .zones = f->zones };
        pthread_t threads[4];
        scratch_database(getenv("CONVENED_POSTGRESQL"), fresh.url);
        for (int i = 0; i < 4; i++)
                assert_int_equal(pthread_create(&threads[i], NULL, create, &fresh), 0);
        for (int i = 0; i < 4; i++) {
                void *store;
                pthread_join(threads[i], &store);
                assert_int_equal(store_meta_set(store, "test", "1"), 0);
                store_close(store);
        }
}

static void test_store_open__of_an_empty_database(void **state)
{
        Fixture *f = take(state);
        char url[SCRATCH_URL_SIZE];
        Store *store = NULL;
        InputError error = { 0 };
        scratch_database(getenv("CONVENED_POSTGRESQL"), url);
        assert_int_equal(store_open(url, STORE_WRITE, f->zones, &store, &error), -ENOENT);
        assert_int_equal(store_open(url, STORE_READ_ONLY, f->zones, &store, &error), -ENOENT);
        assert_int_equal(store_open("postgresql://127.0.0.1:1/none", STORE_READ_ONLY, f->zones, &store,
                                         &error),
                        DB_E_AWAY);
        assert_non_null(strstr(error.message, "refused"));
}

/* The version tells of the commits of others, and of those that changed something. */
static void test_data_version__others_that_wrote(void **state)
{
        Fixture *f = take(state);
        CLEANUP(store_closep) Store *other = open_another(f, STORE_WRITE);
        int64_t before, after;
        /* The first transaction of a store writes the timeline (store/promotion.h). */
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(store_commit(f->store), 0);
        assert_int_equal(store_data_version(f->store, &before), 0);
        assert_int_equal(store_meta_set(f->store, "test", "1"), 0);
        assert_int_equal(store_begin_write(other), 0);
        assert_int_equal(store_commit(other), 0);
        assert_int_equal(store_meta_drop(other, "no such name"), 0);
        assert_int_equal(store_data_version(f->store, &after), 0);
        assert_int_equal(before, after);
        assert_int_equal(store_meta_set(other, "test", "2"), 0);
        assert_int_equal(store_data_version(f->store, &after), 0);
        assert_int_not_equal(before, after);
}

static bool hears(Store *store, int fd)
{
        struct pollfd fds = { .fd = fd, .events = POLLIN };
        while (poll(&fds, 1, 5000) == 1)
                if (db_heard(store_db(store)))
                        return true;
        return false;
}

static void test_listen__hears_commits_also_after_a_cut(void **state)
{
        Fixture *f = take(state);
        CLEANUP(store_closep) Store *other = open_another(f, STORE_WRITE);
        int64_t version;
        int fd;
        assert_int_equal(db_listen(store_db(f->store), &fd), 0);
        assert_int_equal(store_meta_set(other, "test", "1"), 0);
        assert_true(hears(f->store, fd));
        administer(f, CUT_ALL);
        assert_true(hears(f->store, fd));
        usec_t deadline = clock_monotonic() + 20 * USEC_PER_SEC;
        bool heard = false;
        while (!heard && clock_monotonic() < deadline) {
                struct pollfd fds = { .fd = fd, .events = POLLIN };
                assert_int_equal(store_data_version(f->store, &version), 0);
                assert_int_equal(store_meta_set(other, "test", "1"), 0);
                heard = poll(&fds, 1, 100) == 1 && db_heard(store_db(f->store));
        }
        assert_true(heard);
}

/* A thread sends the notices of a connection that commits often, and those before its end too. */
static void test_upkeep__sends_the_notices(void **state)
{
        Fixture *f = take(state);
        DbUpkeep *upkeep = NULL;
        int fd;
        assert_int_equal(db_upkeep_new(f->url, &upkeep), 0);
        CLEANUP(store_closep) Store *writer = open_another(f, STORE_WRITE);
        store_set_upkeep(writer, upkeep);
        assert_int_equal(db_listen(store_db(f->store), &fd), 0);
        for (int i = 0; i < 10; i++)
                assert_int_equal(store_meta_set(writer, "test", "1"), 0);
        assert_true(hears(f->store, fd));
        store_set_upkeep(writer, NULL);
        db_upkeep_free(upkeep);
}

/* The connections that serve the mails of a daemon write nothing when it has expired. */
static void test_join__an_expired_daemon_writes_nothing(void **state)
{
        Fixture *f = take(state);
        DbUpkeep *upkeep = NULL;
        bool held;
        assert_int_equal(db_join(store_db(f->store), "this", "1"), 0);
        assert_int_equal(db_upkeep_new(f->url, &upkeep), 0);
        CLEANUP(store_closep) Store *writer = open_another(f, STORE_WRITE);
        store_set_upkeep(writer, upkeep);
        assert_int_equal(store_meta_set(writer, "test", "1"), 0);
        assert_int_equal(store_lock_held(writer, &held), 0);
        assert_true(held);
        administer(f, "DELETE FROM node");
        assert_int_equal(store_meta_set(writer, "test", "2"), DB_E_BUSY);
        assert_int_equal(store_lock_held(writer, &held), 0);
        assert_false(held);
        store_set_upkeep(writer, NULL);
        db_upkeep_free(upkeep);
}

static void *write_meta(void *userdata)
{
        static int result;
        result = store_meta_set(userdata, "test", "2");
        return &result;
}

enum { POLLS_MAX = 6000, POLL_MS = 10 };

/* Waits until a connection waits for a lock; fails after a minute at the earliest. */
static void await_waiter(const Fixture *f)
{
        PGconn *link = PQconnectdb(f->url);
        int polls = 0;
        for (bool waits = false; !waits; poll(NULL, 0, POLL_MS)) {
                assert_true(polls++ < POLLS_MAX);
                PGresult *result = PQexec(link,
                                "SELECT count(*) FROM pg_stat_activity"
                                " WHERE datname = current_database() AND wait_event_type = 'Lock'");
                assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
                waits = atoi(PQgetvalue(result, 0, 0)) > 0;
                PQclear(result);
        }
        PQfinish(link);
}

/* A daemon that is removed while it waits for its turn to write does not write. */
static void test_join__a_daemon_that_expires_while_it_waits_writes_nothing(void **state)
{
        Fixture *f = take(state);
        DbUpkeep *upkeep = NULL;
        pthread_t thread;
        void *result = NULL;
        assert_int_equal(db_join(store_db(f->store), "this", "1"), 0);
        assert_int_equal(db_upkeep_new(f->url, &upkeep), 0);
        CLEANUP(store_closep) Store *writer = open_another(f, STORE_WRITE);
        store_set_upkeep(writer, upkeep);
        store_set_patience(writer, 60 * USEC_PER_SEC);
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(pthread_create(&thread, NULL, write_meta, writer), 0);
        await_waiter(f);
        assert_int_equal(query_run(f->store, SQL("DELETE FROM node"), NULL, 0), 0);
        assert_int_equal(store_commit(f->store), 0);
        assert_int_equal(pthread_join(thread, &result), 0);
        assert_int_equal(*(int *)result, DB_E_BUSY);
        assert_int_equal(count_meta(f->store), 0);
        store_set_upkeep(writer, NULL);
        db_upkeep_free(upkeep);
}

static int64_t count_nodes(Store *store)
{
        int64_t n = -1;
        assert_int_equal(query_number(store, SQL("SELECT count(*) FROM node"), NULL, 0, 0, &n), 0);
        return n;
}

/* Another daemon of another machine, as a row. */
#define ANOTHER(until)                                                                                        \
        "INSERT INTO node (id, name, version, process, started, until) VALUES (1000, 'another', '1', '', 0, " \
        "CAST(extract(epoch FROM now()) * 1000000 AS BIGINT) + " until ")"

/* A mail that a daemon has begun to send is changed by this daemon only. */
static void test_ledger__a_move_needs_the_owner(void **state)
{
        Fixture *f = take(state);
        int64_t n = -1;
        assert_int_equal(db_join(store_db(f->store), "this", "1"), 0);
        administer(f, ANOTHER("30000000"));
        administer(f, "INSERT INTO mail (id, key, kind, contact, object, uid, recurrence_id, start, rule, state,"
                      " attempts, tries, due, next_attempt, expires, message_id, token, reply, created, updated, owner)"
                      " VALUES (1, 'k', 'reminder', 0, 0, '', '', '', '', 2, 2, 0, 0, 0, 100, '', 't', '', 0, 0, 1000)");
        assert_int_equal(ledger_defer(f->store, 1, 1, "", 1), STORE_E_CONFLICT);
        assert_int_equal(ledger_close(f->store, 1, MAIL_SENT, MAIL_REASON_NONE, "", 1), STORE_E_CONFLICT);
        administer(f, "UPDATE mail SET owner = (SELECT value FROM counter WHERE name = 'node')");
        assert_int_equal(ledger_defer(f->store, 1, 1, "", 1), 0);
        assert_int_equal(query_number(f->store, SQL("SELECT owner FROM mail"), NULL, 0, -1, &n), 0);
        assert_int_equal(n, 0);
}

static void test_join__beside_others_but_not_beside_the_lock(void **state)
{
        Fixture *f = take(state);
        CLEANUP(store_closep) Store *locking = open_another(f, STORE_WRITE);
        administer(f, ANOTHER("30000000"));
        assert_int_equal(store_lock(locking), DB_E_BUSY);
        assert_int_equal(db_join(store_db(f->store), "this", "1"), 0);
        int64_t number = db_node(store_db(f->store));
        assert_true(number > 0);
        assert_int_equal(count_nodes(f->store), 2);
        f->store = store_close(f->store);
        f->store = open_another(f, STORE_WRITE);
        assert_int_equal(count_nodes(f->store), 1);
        /* As a promoted standby, which may lack the newest numbers. */
        administer(f, "UPDATE counter SET value = 0 WHERE name = 'node'");
        assert_int_equal(db_join(store_db(f->store), "this", "1"), 0);
        assert_true(db_node(store_db(f->store)) > number);
        f->store = store_close(f->store);
        f->store = open_another(f, STORE_WRITE);
        administer(f, "DELETE FROM node");
        assert_int_equal(store_lock(locking), 0);
        assert_int_equal(db_join(store_db(f->store), "this", "1"), DB_E_BUSY);
}

/*
 * A lease that has ended is not judged by a daemon that has just come. A process of this machine that
 * is gone needs no judgement.
 */
static void test_expire__by_the_process_and_by_the_lease(void **state)
{
        Fixture *f = take(state);
        char process[PROCESS_NAME_SIZE], sql[256];
        int n = -1;
        administer(f, ANOTHER("0"));
        assert_int_equal(db_join(store_db(f->store), "this", "1"), 0);
        assert_int_equal(db_expire_nodes(store_db(f->store), &n), 0);
        assert_int_equal(n, 0);
        process_name(process);
        assert_false(process_is_gone(process));
        process[strlen(process) - 1] ^= 1;
        assert_true(process_is_gone(process));
        snprintf(sql, sizeof(sql), "UPDATE node SET process = '%s' WHERE id = 1000", process);
        administer(f, sql);
        assert_int_equal(db_expire_nodes(store_db(f->store), &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(count_nodes(f->store), 1);
}

/* A daemon that was killed leaves a lock whose session is gone; one that lives elsewhere has time. */
static void test_lock__of_a_session_that_is_gone(void **state)
{
        Fixture *f = take(state);
        static const char leave[] =
                        "UPDATE store_lock SET holder = 'another', until = now() + INTERVAL '1 minute',"
                        " backend = 0, server = pg_postmaster_start_time() WHERE id = 2";
        bool held = true;
        administer(f, leave);
        assert_int_equal(store_lock_held(f->store, &held), 0);
        assert_false(held);
        administer(f, "UPDATE store_lock SET server = '-infinity' WHERE id = 2");
        assert_int_equal(store_lock(f->store), DB_E_BUSY);
        administer(f, "UPDATE store_lock SET until = now() WHERE id = 2");
        assert_int_equal(store_lock(f->store), 0);
}

#define STORE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORE_TEST(test_columns__have_all_types_of_numbers),
                STORE_TEST(test_connection__lost_when_idle_is_made_again),
                STORE_TEST(test_connection__lost_in_a_transaction),
                STORE_TEST(test_connection__lost_in_a_commit_and_another_has_its_number),
                STORE_TEST(test_limit__ends_the_wait_for_an_answer),
                STORE_TEST(test_connection__lost_in_a_transaction_that_reads),
                STORE_TEST(test_connection__lost_and_what_was_read_has_changed),
                STORE_TEST(test_connection__lost_in_a_transaction_and_a_standby_is_promoted),
                STORE_TEST(test_store_write__runs_again_when_what_was_read_has_changed),
                STORE_TEST(test_failure__stays_until_the_end_of_the_transaction),
                STORE_TEST(test_begin_write__only_writer),
                STORE_TEST(test_begin_write__what_was_read_stays),
                STORE_TEST(test_store_open__by_several_programs_at_once),
                STORE_TEST(test_store_open__of_an_empty_database),
                STORE_TEST(test_data_version__others_that_wrote),
                STORE_TEST(test_listen__hears_commits_also_after_a_cut),
                STORE_TEST(test_upkeep__sends_the_notices),
                STORE_TEST(test_join__an_expired_daemon_writes_nothing),
                STORE_TEST(test_join__a_daemon_that_expires_while_it_waits_writes_nothing),
                STORE_TEST(test_ledger__a_move_needs_the_owner),
                STORE_TEST(test_join__beside_others_but_not_beside_the_lock),
                STORE_TEST(test_expire__by_the_process_and_by_the_lease),
                STORE_TEST(test_lock__of_a_session_that_is_gone),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
