/*
 * Calls of libpq with a limit. libpq waits for an answer as long as it takes, and a server that hangs, or
 * whose disk does, answers nothing while its kernel keeps the connection. A thread that must go on has a
 * limit (db_set_limit()), after which its connection is closed, so that libpq reports it as lost.
 */

#include "store/db-postgres.h"

#include "base/clock.h"

#include <poll.h>
#include <sys/socket.h>

static const int binary[POSTGRES_PARAMETERS_MAX] = { [0 ... POSTGRES_PARAMETERS_MAX - 1] = 1 };

/* Waits until the socket is ready. Closes the connection at the deadline; then libpq is ready at once. */
static void wait_for_socket(PostgresDb *db, bool has_more, usec_t deadline)
{
        struct pollfd fd = { .fd = PQsocket(db->link),
                .events = (short)(has_more ? POLLIN | POLLOUT : POLLIN) };
        usec_t left = deadline - clock_monotonic();
        if (left > 0 && poll(&fd, 1, (int)(left / USEC_PER_MSEC) + 1) != 0)
                return;
        db->is_late = true;
        shutdown(fd.fd, SHUT_RDWR);
}

static PGresult *next_result(PostgresDb *db, usec_t deadline)
{
        while (PQisBusy(db->link)) {
                int more = PQflush(db->link);
                wait_for_socket(db, more > 0, deadline);
                if (!PQconsumeInput(db->link))
                        break;
        }
        return PQgetResult(db->link);
}

/* The last result, as PQexec() returns. NULL counts as a lost connection. */
static PGresult *wait_for_results(PostgresDb *db, bool is_sent)
{
        usec_t deadline = clock_monotonic() + db->limit;
        PGresult *last = NULL, *next;
        db->is_late = false;
        while (is_sent && (next = next_result(db, deadline))) {
                PQclear(last);
                last = next;
        }
        return last;
}

PGresult *postgres_exec(PostgresDb *db, const char *sql)
{
        return db->limit == USEC_INFINITY ? PQexec(db->link, sql)
                                          : wait_for_results(db, PQsendQuery(db->link, sql));
}

PGresult *postgres_call(PostgresDb *db, const PostgresCall *call)
{
        const int *formats = call->lengths ? binary : NULL;
        return db->limit == USEC_INFINITY
                               ? PQexecParams(db->link, call->sql, call->n, call->types, call->values,
                                                 call->lengths, formats, call->format)
                               : wait_for_results(db, PQsendQueryParams(db->link, call->sql, call->n,
                                                                      call->types, call->values,
                                                                      call->lengths, formats, call->format));
}

PGresult *postgres_call_named(PostgresDb *db, const char *name, const PostgresCall *call)
{
        return db->limit == USEC_INFINITY ? PQexecPrepared(db->link, name, call->n, call->values,
                                                            call->lengths, binary, call->format)
                                          : wait_for_results(db, PQsendQueryPrepared(db->link, name, call->n,
                                                                                 call->values, call->lengths,
                                                                                 binary, call->format));
}

PGresult *postgres_name_call(PostgresDb *db, const char *name, const PostgresCall *call)
{
        return db->limit == USEC_INFINITY ? PQprepare(db->link, name, call->sql, call->n, call->types)
                                          : wait_for_results(db, PQsendPrepare(db->link, name, call->sql,
                                                                                 call->n, call->types));
}
