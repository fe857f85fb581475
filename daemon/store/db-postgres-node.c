/*
 * The daemons of a database. Each has a row of `node`. Its lease, `until`, is by the server's clock, and a
 * thread renews it on a connection of its own. A daemon that finds that another one has ended without
 * leaving removes its row, as the only writer. A connection that serves a daemon's mails writes only while
 * there is the daemon's row, which is the fence (lock_writers() in db-postgres.c). So a daemon that could
 * not renew its lease, and has expired, writes no more about mails that others have taken over, until it has
 * joined again with another number.
 */

#include "store/db-postgres.h"

#include "base/clock.h"
#include "base/process.h"
#include "base/worker.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RENEW_SECONDS = 5, RETRY_SECONDS = 1, REJOIN_SECONDS = 5, SURE_SECONDS = 10, NUMBER_SIZE = 24 };

/* Microseconds of the server's clock. */
#define NOW   "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
#define LEASE "30000000"

struct PostgresNode {
        char *url, *name, *version;
        char process[PROCESS_NAME_SIZE];
        PGconn *link;
        Worker *worker;
};

/* The number of this process; 0: it has not joined. A process joins one database only. */
static _Atomic int64_t node_id;

/* Monotonic: since when each renewal of the lease was successful; 0: the last one was not. */
static _Atomic usec_t renewed_since;

int64_t postgres_node_id(void)
{
        return atomic_load(&node_id);
}

static int connect_again(PostgresNode *node)
{
        if (node->link && PQstatus(node->link) == CONNECTION_OK)
                return 0;
        PQfinish(node->link);
        node->link = NULL;
        int r = postgres_connect(node->url, &node->link);
        /* A lease that is lost with the server is renewed by the next renewal. */
        if (r == 0)
                PQclear(PQexec(node->link, "SET synchronous_commit TO off; SET lock_timeout = 5000"));
        return r;
}

/*
 * Runs a statement with text parameters that returns one number. @ret: 0 if it returns no row; may be
 * NULL
 */
static int ask(PostgresNode *node, const char *sql, int n, const char *const *values, int64_t *ret)
{
        CLEANUP(postgres_clear)
        PGresult *result = PQexecParams(node->link, sql, n, NULL, values, NULL, NULL, 0);
        if (PQresultStatus(result) != PGRES_TUPLES_OK)
                return DB_E_AWAY;
        *ret = PQntuples(result) > 0 ? strtoll(PQgetvalue(result, 0, 0), NULL, 10) : 0;
        return 0;
}

/*
 * A standby that is promoted may lack the row and the number of a daemon that goes on. The time lets nobody
 * else have that number.
 */
static const char raise_number[] = "UPDATE counter SET value = greatest(value + 1, " NOW ")"
                                   " WHERE name = 'node' RETURNING value";

/* Enters the row, with the next number, in an open transaction that is the only writer. */
static int enter(PostgresNode *node, int64_t *ret)
{
        const char *values[] = { node->name, node->version, node->process };
        int64_t held = 0, number = 0;
        int r = ask(node, "SELECT 1 FROM store_lock WHERE id = 2 AND " POSTGRES_LOCK_IS_HELD, 0, NULL,
                        &held);
        if (r == 0 && held)
                return DB_E_BUSY;
        if (r == 0)
                r = ask(node, raise_number, 0, NULL, &number);
        return r != 0 ? r
                      : ask(node,
                                        "INSERT INTO node (id, name, version, process, started, until)"
                                        " SELECT value, $1, $2, $3, " NOW ", " NOW " + " LEASE
                                        " FROM counter WHERE name = 'node' RETURNING id",
                                        3, values, ret);
}

/* @seconds: how long to wait for a writer */
static int join(PostgresNode *node, int seconds)
{
        int64_t number = 0;
        int r = connect_again(node);
        if (r != 0)
                return r;
        r = postgres_begin_alone(node->link, seconds);
        if (r == 0)
                r = enter(node, &number);
        r = postgres_end_alone(node->link, r);
        if (r == 0)
                atomic_store(&node_id, number);
        return r;
}

/* Renews the lease; joins again if this daemon has expired. */
static int renew(PostgresNode *node)
{
        char number[NUMBER_SIZE];
        const char *values[] = { number };
        int64_t found = 0;
        snprintf(number, sizeof(number), "%" PRId64, postgres_node_id());
        int r = connect_again(node);
        if (r == 0)
                r = ask(node, "UPDATE node SET until = " NOW " + " LEASE " WHERE id = $1 RETURNING id", 1,
                                values, &found);
        return r == 0 && found == 0 ? join(node, REJOIN_SECONDS) : r;
}

static void note_renewal(int r)
{
        if (r != 0)
                atomic_store(&renewed_since, 0);
        else if (atomic_load(&renewed_since) == 0)
                atomic_store(&renewed_since, clock_monotonic());
}

static void run(Worker *worker, void *userdata)
{
        PostgresNode *node = userdata;
        for (usec_t next = clock_monotonic() + RENEW_SECONDS * USEC_PER_SEC; !worker_is_stopping(worker);) {
                if (clock_monotonic() >= next) {
                        int r = renew(node);
                        note_renewal(r);
                        next = clock_monotonic() + (r == 0 ? RENEW_SECONDS : RETRY_SECONDS) * USEC_PER_SEC;
                }
                worker_wait(worker, next);
        }
}

/* Leaves, and tells the others, who take over at once. */
static void leave(PostgresNode *node)
{
        char sql[256];
        snprintf(sql, sizeof(sql),
                        "UPDATE store_lock SET version = version + 1 WHERE id = 1;"
                        "DELETE FROM node WHERE id = %" PRId64 "; NOTIFY convened",
                        postgres_node_id());
        if (node->link && PQstatus(node->link) == CONNECTION_OK)
                PQclear(PQexec(node->link, sql));
        atomic_store(&node_id, 0);
}

PostgresNode *postgres_node_free(PostgresNode *node)
{
        if (!node)
                return NULL;
        if (node->worker) {
                worker_free(node->worker);
                leave(node);
        }
        PQfinish(node->link);
        free(node->url);
        free(node->name);
        free(node->version);
        free(node);
        return NULL;
}

int postgres_join(Db *base, const char *name, const char *version)
{
        PostgresDb *db = postgres_db(base);
        PostgresNode *node = calloc(1, sizeof(*node));
        if (!node)
                return -ENOMEM;
        node->url = strdup(db->url);
        node->name = strdup(name);
        node->version = strdup(version);
        process_name(node->process);
        int r = node->url && node->name && node->version ? join(node, POSTGRES_START_SECONDS) : -ENOMEM;
        note_renewal(r);
        if (r == 0)
                r = worker_new("store-lease", run, node, &node->worker);
        if (r != 0)
                postgres_node_free(node);
        else
                db->node = node;
        return r;
}

#define LIST_NODES "SELECT id, process, CASE WHEN until > " NOW " THEN 'y' ELSE 'n' END FROM node"

static int64_t number_at(const PGresult *nodes, int row)
{
        return strtoll(PQgetvalue(nodes, row, 0), NULL, 10);
}

static bool is_gone(const PGresult *nodes, int row)
{
        return process_is_gone(PQgetvalue(nodes, row, 1));
}

static bool has_lease(const PGresult *nodes, int row)
{
        return PQgetvalue(nodes, row, 2)[0] == 'y';
}

int postgres_any_node_lives(PGconn *link, bool *ret)
{
        CLEANUP(postgres_clear) PGresult *nodes = PQexec(link, LIST_NODES);
        if (PQresultStatus(nodes) != PGRES_TUPLES_OK)
                return DB_E_AWAY;
        *ret = false;
        for (int i = 0; i < PQntuples(nodes); i++)
                *ret = *ret || (has_lease(nodes, i) && !is_gone(nodes, i));
        return 0;
}

int postgres_node_lives(Db *base, int64_t node, bool *ret)
{
        PostgresDb *db = postgres_db(base);
        CLEANUP(postgres_clear) PGresult *nodes = NULL;
        int r = postgres_query(db, LIST_NODES, 0, NULL, &nodes);
        for (int i = 0; r == 0 && i < PQntuples(nodes); i++)
                if (number_at(nodes, i) == node)
                        *ret = has_lease(nodes, i) && !is_gone(nodes, i);
        return r;
}

/* The lease is looked at again, now as the only writer: it may just have been renewed. */
static int expire(Db *db, int64_t node, bool is_certain, int *n)
{
        static const Sql gone = { "DELETE FROM node WHERE id = $1" };
        static const Sql expired = { "DELETE FROM node WHERE id = $1 AND until <= " NOW };
        DbStatement *statement;
        int r = db_prepare(db, is_certain ? &gone : &expired, &statement);
        if (r == 0) {
                db_bind_int(statement, 1, node);
                r = db_step(statement);
        }
        db_reset(statement);
        *n += r == 0 && db_changes(db) > 0;
        return r;
}

static bool is_sure(void)
{
        usec_t since = atomic_load(&renewed_since);
        return since > 0 && clock_monotonic() - since >= SURE_SECONDS * USEC_PER_SEC;
}

int postgres_expire_nodes(Db *base, int *ret_n)
{
        PostgresDb *db = postgres_db(base);
        CLEANUP(postgres_clear) PGresult *nodes = NULL;
        bool sure = is_sure();
        int r = postgres_query(db, LIST_NODES, 0, NULL, &nodes);
        for (int i = 0; r == 0 && i < PQntuples(nodes); i++) {
                bool gone = is_gone(nodes, i);
                if (number_at(nodes, i) != postgres_node_id() && (gone || (sure && !has_lease(nodes, i))))
                        r = expire(base, number_at(nodes, i), gone, ret_n);
        }
        return r;
}
