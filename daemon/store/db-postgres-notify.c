/*
 * How connections learn of each other's commits. The version in `store_lock` is the truth, and is read every
 * few seconds; NOTIFY only makes it fast. It is sent after the commit: within the transaction it would make
 * all writers wait for each other (PostgreSQL takes one lock for the queue of all notices).
 */

#include "store/db-postgres.h"

#include "base/clock.h"
#include "base/worker.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>

#define TELL   "NOTIFY convened"
#define LISTEN "LISTEN convened"

enum { TELL_INTERVAL_MS = 100, LISTEN_RETRY_SECONDS = 5, SESSION_SHIFT = 40 };

/* The thread that sends the notices of a process which commits often. */
typedef struct Teller {
        DbUpkeep upkeep; /* must be first */
        char *url;
        PGconn *link;
        Worker *worker;
        _Atomic bool is_asked; /* something was committed since the last notice */
} Teller;

static Teller *teller_of(DbUpkeep *upkeep)
{
        return (Teller *)upkeep;
}

/* A notice that is lost is no failure: the others read the version. */
static void send_notice(Teller *teller)
{
        if (teller->link && PQstatus(teller->link) != CONNECTION_OK) {
                PQfinish(teller->link);
                teller->link = NULL;
        }
        if (!teller->link && postgres_connect(teller->url, &teller->link) != 0)
                return;
        PQclear(PQexec(teller->link, TELL));
}

/* Sends at most ten notices a second. Commits just before the end are told too. */
static void run(Worker *worker, void *userdata)
{
        Teller *teller = userdata;
        for (usec_t next = 0;;) {
                usec_t now = clock_monotonic();
                bool is_last = worker_is_stopping(worker);
                if ((now >= next || is_last) && atomic_exchange(&teller->is_asked, false)) {
                        send_notice(teller);
                        next = clock_monotonic() + TELL_INTERVAL_MS * USEC_PER_MSEC;
                } else if (is_last) {
                        return;
                } else {
                        worker_wait(worker, atomic_load(&teller->is_asked) ? next : USEC_INFINITY);
                }
        }
}

void postgres_teller_free(DbUpkeep *upkeep)
{
        Teller *teller = teller_of(upkeep);
        worker_free(teller->worker);
        PQfinish(teller->link);
        free(teller->url);
        free(teller);
}

int postgres_teller_new(const char *url, DbUpkeep **ret)
{
        Teller *teller = calloc(1, sizeof(*teller));
        if (!teller)
                return -ENOMEM;
        teller->upkeep.engine = &db_postgres;
        teller->url = strdup(url);
        int r = teller->url ? worker_new("store-notify", run, teller, &teller->worker) : -ENOMEM;
        if (r != 0)
                postgres_teller_free(&teller->upkeep);
        else
                *ret = &teller->upkeep;
        return r;
}

void postgres_set_teller(Db *db, DbUpkeep *upkeep)
{
        postgres_db(db)->upkeep = upkeep;
}

/* Nothing that a writer should wait for is left to the thread. */
bool postgres_teller_is_busy(DbUpkeep *upkeep)
{
        (void)upkeep;
        return false;
}

bool postgres_teller_has_failed(DbUpkeep *upkeep)
{
        (void)upkeep;
        return false;
}

void postgres_tell(PostgresDb *db)
{
        Teller *teller = teller_of(db->upkeep);
        if (!teller) {
                PQclear(postgres_exec(db, TELL));
        } else if (!atomic_exchange(&teller->is_asked, true)) {
                worker_wake(teller->worker);
        }
}

static void stop_listening(PostgresDb *db)
{
        PQfinish(db->listener); /* closes the socket, which leaves the epoll set by that */
        db->listener = NULL;
        db->listen_retry = clock_monotonic() + LISTEN_RETRY_SECONDS * USEC_PER_SEC;
}

static void start_listening(PostgresDb *db)
{
        int r = postgres_connect(db->url, &db->listener);
        CLEANUP(postgres_clear) PGresult *result = r == 0 ? PQexec(db->listener, LISTEN) : NULL;
        if (r == 0 && PQresultStatus(result) != PGRES_COMMAND_OK)
                r = DB_E_AWAY;
        if (r == 0 && epoll_ctl(db->listen_fd, EPOLL_CTL_ADD, PQsocket(db->listener),
                                      &(struct epoll_event){ .events = EPOLLIN }) < 0)
                r = -errno;
        if (r != 0)
                stop_listening(db);
}

/* The descriptor stays the same when the connection of the listener is made again. */
int postgres_listen(Db *base, int *ret_fd)
{
        PostgresDb *db = postgres_db(base);
        db->listen_fd = epoll_create1(EPOLL_CLOEXEC);
        if (db->listen_fd < 0)
                return -errno;
        start_listening(db);
        *ret_fd = db->listen_fd;
        return 0;
}

/* The clock is random enough: programs that were started at once differ by more than a microsecond. */
usec_t postgres_look_interval(Db *db)
{
        (void)db;
        return USEC_PER_SEC + clock_monotonic() % (4 * USEC_PER_SEC);
}

/* A lost connection counts as a notice, since notices may be lost with it. */
bool postgres_heard(Db *base)
{
        PostgresDb *db = postgres_db(base);
        bool found = false;
        PGnotify *notice;
        if (!db->listener)
                return false;
        bool is_lost = !PQconsumeInput(db->listener);
        while ((notice = PQnotifies(db->listener))) {
                found = true;
                PQfreemem(notice);
        }
        if (is_lost || PQstatus(db->listener) != CONNECTION_OK)
                stop_listening(db);
        return found || is_lost;
}

/*
 * The version without the commits of this connection, so that it is told of those of others only. A promoted
 * standby may lack commits and count up to the same version again, so each reconnection counts as a change.
 */
int postgres_data_version(Db *base, int64_t *ret)
{
        static const Sql sql = { "SELECT version FROM store_lock WHERE id = 1" };
        PostgresDb *db = postgres_db(base);
        DbStatement *statement;
        if (db->listen_fd >= 0 && !db->listener && clock_monotonic() >= db->listen_retry)
                start_listening(db);
        int r = db_prepare(base, &sql, &statement);
        if (r == 0)
                r = db_step(statement);
        if (r == DB_ROW)
                *ret = db_int(statement, 0) - db->n_commits + ((int64_t)db->session << SESSION_SHIFT);
        db_reset(statement);
        return r == DB_ROW ? 0 : r == 0 ? -EIO : r;
}
