/*
 * Preloaded into a program (LD_PRELOAD): lets the calls of libpq that a connection of convened makes meet
 * the faults of a server.
 *
 *     SERVER_FAULTS=EVERY:SEED   one call in EVERY fails, on average; the seed decides which ones and how.
 *                                No more than BURST_FAULTS fail shortly after each other, as transactions
 *                                are run again a limited number of times.
 *     SERVER_LOG=PATH            gets a letter for each fault
 *
 * A call fails in one of these ways: the server refuses it and ends the transaction with 40001 or 40P01; the
 * connection is lost before the server gets the statement; it is lost after the server has done what the
 * statement says. LISTEN is always refused, as by a server that has no such command.
 */

#include <dlfcn.h>
#include <fcntl.h>
#include <postgresql/libpq-fe.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REAL(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

#define RAISE(code) "DO $$BEGIN RAISE EXCEPTION 'a fault of the test' USING ERRCODE = '" code "'; END$$"

typedef enum Fault { NO_FAULT, CONFLICT, DEADLOCK, LOST_BEFORE, LOST_AFTER, N_FAULTS } Fault;

enum { BURST_FAULTS = 3, CALLS_PER_FAULT = 120 };

static struct {
        pthread_once_t once;
        pthread_mutex_t lock;
        int every;  /* 0: no faults */
        int credit; /* in calls */
        unsigned short seed[3];
} server = { .once = PTHREAD_ONCE_INIT,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .credit = BURST_FAULTS * CALLS_PER_FAULT };

static void get_ready(void)
{
        const char *faults = getenv("SERVER_FAULTS");
        unsigned seed = 0;
        if (!faults || sscanf(faults, "%d:%u", &server.every, &seed) != 2)
                server.every = 0;
        memcpy(server.seed, &seed, sizeof(seed));
}

static void note(Fault fault)
{
        const char *log = getenv("SERVER_LOG");
        int fd = log ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
        if (fd >= 0 && write(fd, &" cdba"[fault], 1) != 1)
                abort();
        if (fd >= 0)
                close(fd);
}

/* Tests have connections of their own, which meet no faults. */
static bool is_of_convened(PGconn *link)
{
        const char *name = link ? REAL(PQparameterStatus)(link, "application_name") : NULL;
        return name && strcmp(name, "convened") == 0;
}

static Fault next_fault(PGconn *link)
{
        Fault fault = NO_FAULT;
        pthread_once(&server.once, get_ready);
        if (server.every == 0 || !is_of_convened(link))
                return NO_FAULT;
        pthread_mutex_lock(&server.lock);
        if (server.credit < BURST_FAULTS * CALLS_PER_FAULT)
                server.credit++;
        if (nrand48(server.seed) % server.every == 0 && server.credit >= CALLS_PER_FAULT) {
                fault = (Fault)(1 + nrand48(server.seed) % (N_FAULTS - 1));
                server.credit -= CALLS_PER_FAULT;
                note(fault);
        }
        pthread_mutex_unlock(&server.lock);
        return fault;
}

static void cut(PGconn *link)
{
        shutdown(REAL(PQsocket)(link), SHUT_RDWR);
}

static PGresult *lose(PGconn *link, PGresult *done)
{
        REAL(PQclear)(done);
        cut(link);
        return REAL(PQexec)(link, "");
}

#define WITH_FAULTS(link, call)                                                                             \
        ({                                                                                                  \
                Fault fault_ = next_fault(link);                                                            \
                if (fault_ == LOST_BEFORE)                                                                  \
                        cut(link);                                                                          \
                fault_ == CONFLICT     ? REAL(PQexec)(link, RAISE("40001"))                                 \
                : fault_ == DEADLOCK   ? REAL(PQexec)(link, RAISE("40P01"))                                 \
                : fault_ == LOST_AFTER ? lose(link, call)                                                   \
                                       : (call);                                                            \
        })

PGresult *PQexec(PGconn *link, const char *sql)
{
        if (getenv("SERVER_FAULTS") && strncmp(sql, "LISTEN", 6) == 0)
                return REAL(PQexec)(link, RAISE("0A000"));
        return WITH_FAULTS(link, REAL(PQexec)(link, sql));
}

PGresult *PQprepare(PGconn *link, const char *name, const char *sql, int n, const Oid *types)
{
        return WITH_FAULTS(link, REAL(PQprepare)(link, name, sql, n, types));
}

PGresult *PQexecParams(PGconn *link, const char *sql, int n, const Oid *types, const char *const *values,
                const int *lengths, const int *formats, int format)
{
        return WITH_FAULTS(link, REAL(PQexecParams)(link, sql, n, types, values, lengths, formats, format));
}

PGresult *PQexecPrepared(PGconn *link, const char *name, int n, const char *const *values,
                const int *lengths, const int *formats, int format)
{
        return WITH_FAULTS(link, REAL(PQexecPrepared)(link, name, n, values, lengths, formats, format));
}
