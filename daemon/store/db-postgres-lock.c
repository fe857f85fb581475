/*
 * The lock that excludes all daemons: row 2 of `store_lock`, which a thread of the holder renews on a
 * connection of its own. The lock is free when it was not renewed in time, by the server's clock. After its
 * holder was killed it is free at once: its session is gone from a server that has not been restarted since.
 * Daemons of versions that were alone with a database have this lock, too.
 */

#include "store/db-postgres.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/worker.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { RENEW_SECONDS = 5 };

/* The lease is longer than a renewal and its time-outs. */
#define LEASE "INTERVAL '30 seconds'"

#define IS_HELD POSTGRES_LOCK_IS_HELD

#define HOLD_LOCK                                                                                           \
        "UPDATE store_lock SET holder = $1, until = now() + " LEASE                                         \
        ", backend = pg_backend_pid(), server = pg_postmaster_start_time() WHERE id = 2 AND "

static const char take_lock[] = HOLD_LOCK "NOT " IS_HELD " RETURNING holder";
static const char renew_lock[] = HOLD_LOCK "(holder = $1 OR NOT " IS_HELD ") RETURNING holder";

static const char give_lock[] = "UPDATE store_lock SET until = '-infinity' WHERE id = 2 AND holder = $1";

struct PostgresLease {
        char *url;
        PGconn *link; /* its session is the sign of life */
        Worker *worker;
};

static struct {
        pthread_once_t once;
        char name[TOKEN_SIZE];
} holder = { .once = PTHREAD_ONCE_INIT };

static void name_holder(void)
{
        if (token_make(holder.name) != 0)
                holder.name[0] = '\0';
}

const char *postgres_holder(void)
{
        pthread_once(&holder.once, name_holder);
        return holder.name;
}

/* Return: 0; DB_E_BUSY if another process has the lock; DB_E_AWAY. */
static int hold(PostgresLease *lease, const char *sql)
{
        const char *name = postgres_holder();
        if (lease->link && PQstatus(lease->link) != CONNECTION_OK) {
                PQfinish(lease->link);
                lease->link = NULL;
        }
        int r = lease->link ? 0 : postgres_connect(lease->url, &lease->link);
        if (r != 0)
                return r;
        CLEANUP(postgres_clear)
        PGresult *result = PQexecParams(lease->link, sql, 1, NULL, &name, NULL, NULL, 0);
        return PQresultStatus(result) != PGRES_TUPLES_OK ? DB_E_AWAY
               : PQntuples(result) == 0                  ? DB_E_BUSY
                                                         : 0;
}

/* Renews the lock. A failure is not final: the writers are told by the lock itself. */
static void run(Worker *worker, void *userdata)
{
        PostgresLease *lease = userdata;
        for (usec_t next = clock_monotonic() + RENEW_SECONDS * USEC_PER_SEC; !worker_is_stopping(worker);) {
                if (clock_monotonic() >= next) {
                        hold(lease, renew_lock);
                        next = clock_monotonic() + RENEW_SECONDS * USEC_PER_SEC;
                }
                worker_wait(worker, next);
        }
}

PostgresLease *postgres_lease_free(PostgresLease *lease)
{
        if (!lease)
                return NULL;
        const char *name = postgres_holder();
        if (lease->worker) {
                worker_free(lease->worker);
                PQclear(PQexecParams(lease->link, give_lock, 1, NULL, &name, NULL, NULL, 0));
        }
        PQfinish(lease->link);
        free(lease->url);
        free(lease);
        return NULL;
}

int postgres_begin_alone(PGconn *link, int seconds)
{
        char sql[128];
        snprintf(sql, sizeof(sql),
                        "BEGIN; SET LOCAL lock_timeout = '%d s'; SELECT id FROM store_lock WHERE id = 1 FOR UPDATE",
                        seconds);
        CLEANUP(postgres_clear) PGresult *result = PQexec(link, sql);
        return PQresultStatus(result) == PGRES_TUPLES_OK ? 0 : DB_E_AWAY;
}

int postgres_end_alone(PGconn *link, int r)
{
        CLEANUP(postgres_clear) PGresult *end = PQexec(link, r == 0 ? "COMMIT" : "ROLLBACK");
        return r != 0 ? r : strcmp(PQcmdStatus(end), "COMMIT") == 0 ? 0 : DB_E_AWAY;
}

/* Takes the lock unless a daemon has joined; in one transaction, which no daemon can join meanwhile. */
static int take(PostgresLease *lease)
{
        bool lives = false;
        int r = postgres_connect(lease->url, &lease->link);
        if (r != 0)
                return r;
        r = postgres_begin_alone(lease->link, POSTGRES_START_SECONDS);
        if (r == 0)
                r = hold(lease, take_lock);
        if (r == 0)
                r = postgres_any_node_lives(lease->link, &lives);
        if (r == 0 && lives)
                r = DB_E_BUSY;
        return postgres_end_alone(lease->link, r);
}

int postgres_lock(Db *base)
{
        PostgresDb *db = postgres_db(base);
        PostgresLease *lease = calloc(1, sizeof(*lease));
        if (!lease)
                return -ENOMEM;
        lease->url = strdup(db->url);
        int r = !lease->url ? -ENOMEM : !postgres_holder()[0] ? -EIO : take(lease);
        if (r == 0)
                r = worker_new("store-lease", run, lease, &lease->worker);
        if (r != 0)
                postgres_lease_free(lease);
        else
                db->lease = lease;
        return r;
}

int postgres_is_locked(Db *base, bool *ret)
{
        PostgresDb *db = postgres_db(base);
        char held[2] = "";
        int r = postgres_ask(db,
                        "SELECT CASE WHEN " IS_HELD " THEN 'y' ELSE 'n' END FROM store_lock WHERE id = 2", 0,
                        NULL, held, sizeof(held));
        if (r == 0 && held[0] != 'y')
                return postgres_any_node_lives(db->link, ret);
        *ret = held[0] == 'y';
        return r;
}
