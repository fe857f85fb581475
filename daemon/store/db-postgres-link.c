#include "store/db-postgres.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 4096 };

/*
 * Defaults that the URL may override. The time-outs are there because a server that has lost its power or
 * its network sends nothing: without them a connection would wait for minutes.
 */
static const struct {
        const char *keyword, *value;
} defaults[] = {
        { "fallback_application_name", "convened" },
        { "client_encoding", "UTF8" },
        { "target_session_attrs", "read-write" },
        { "connect_timeout", "5" },
        { "keepalives_idle", "10" },
        { "keepalives_interval", "5" },
        { "keepalives_count", "3" },
        { "tcp_user_timeout", "20000" },
};

enum { N_DEFAULTS = sizeof(defaults) / sizeof(defaults[0]) };

/*
 * A transaction that does nothing for a minute has lost its program: its lock would stop all writers. The
 * statements are short, so that compiling them (jit) never pays.
 */
static const char setup[] = "SET client_min_messages = warning;"
                            "SET idle_in_transaction_session_timeout = 60000;"
                            "SET jit = off";

/*
 * Our conditions for the server's codes (SQLSTATE, PostgreSQL manual, appendix A), by the start of the code;
 * the first that fits counts.
 */
static const struct {
        const char *start;
        int condition;
        bool may_retry; /* the transaction can run again from its beginning */
} conditions[] = {
        { "40", DB_E_BUSY, true },     /* serialization failure, deadlock */
        { "25P02", DB_E_BUSY, true },  /* a command without rows has failed in this transaction */
        { "55P03", DB_E_BUSY, false }, /* lock_timeout */
        { "57014", DB_E_BUSY, false }, /* canceled, also by statement_timeout */
        { "57P", DB_E_AWAY, true },    /* the server stops or starts */
        { "25P03", DB_E_AWAY, false }, /* idle in a transaction */
        { "08", DB_E_AWAY, true },     /* the connection has failed */
        { "53300", DB_E_AWAY, false }, /* too many connections */
        { "53100", DB_E_FULL, false }, { "53200", -ENOMEM, false }, { "25006", DB_E_READ_ONLY, false },
        { "42501", DB_E_READ_ONLY, false }, /* no privilege */
        { "XX001", DB_E_CORRUPT, false }, { "XX002", DB_E_CORRUPT, false }, { "58", DB_E_IO, false },
        { "23", DB_E_CONSTRAINT, false },
        { "22", DB_E_CONSTRAINT, false }, /* such as a text that is not UTF-8 */
};

void postgres_note(PostgresDb *db, const char *message)
{
        free(db->message);
        db->message = strndup(message, strcspn(message, "\n"));
}

static int find_condition(PostgresDb *db, const char *state)
{
        for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
                if (strncmp(state, conditions[i].start, strlen(conditions[i].start)) == 0) {
                        db->may_retry = conditions[i].may_retry;
                        return conditions[i].condition;
                }
        return -EIO;
}

int postgres_condition(PostgresDb *db, const PGresult *result)
{
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
                return 0;
        const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
        const char *primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
        /*
         * A failure without a code is libpq's. After one to write, PQstatus() is CONNECTION_OK for a
         * while.
         */
        bool is_lost = PQstatus(db->link) == CONNECTION_BAD || !state;
        db->is_lost = is_lost;
        postgres_note(db, primary ? primary : PQerrorMessage(db->link));
        /* After a limit, another attempt would only wait again. */
        db->may_retry = is_lost && !db->is_late;
        int condition = is_lost ? DB_E_AWAY : find_condition(db, state);
        if (db->transaction != POSTGRES_NO_TRANSACTION && db->failed == 0)
                db->failed = condition;
        return condition;
}

int postgres_run(PostgresDb *db, const char *sql, PGresult **ret)
{
        PGresult *result = postgres_exec(db, sql);
        int r = postgres_condition(db, result);
        if (ret)
                *ret = result;
        else
                PQclear(result);
        return r;
}

/*
 * The password file that systemd passes as the credential `pgpass`. Without it libpq looks in ~/.pgpass. The
 * URL's passfile overrides both.
 */
static const char *credential(char path[static PATH_BYTES])
{
        const char *directory = getenv("CREDENTIALS_DIRECTORY");
        snprintf(path, PATH_BYTES, "%s/pgpass", directory ? directory : "");
        return directory && access(path, R_OK) == 0 ? path : NULL;
}

/* The messages of the server about what it does are for nobody. */
static void ignore_notice(void *userdata, const PGresult *result)
{
        (void)userdata, (void)result;
}

int postgres_connect(const char *url, PGconn **ret)
{
        const char *keywords[N_DEFAULTS + 3] = { NULL }, *values[N_DEFAULTS + 3] = { NULL };
        char path[PATH_BYTES];
        size_t n = 0;
        for (; n < N_DEFAULTS; n++) {
                keywords[n] = defaults[n].keyword;
                values[n] = defaults[n].value;
        }
        keywords[n] = "passfile";
        values[n] = credential(path);
        /* The last value of a keyword counts, and libpq expands the URL at its place. */
        n += values[n] ? 1 : 0;
        keywords[n] = "dbname";
        values[n] = url;
        *ret = PQconnectdbParams(keywords, values, 1);
        if (!*ret)
                return -ENOMEM;
        PQsetNoticeReceiver(*ret, ignore_notice, NULL);
        return PQstatus(*ret) == CONNECTION_OK ? 0 : DB_E_AWAY;
}

static int prepare_session(PostgresDb *db)
{
        /* Sending waits in db-postgres-wait.c, with the limit, and not in libpq. */
        if (PQsetnonblocking(db->link, 1) != 0) {
                db->is_lost = true;
                return DB_E_AWAY;
        }
        int r = postgres_run(db, setup, NULL);
        if (r == 0 && db->is_reader)
                r = postgres_run(db, "SET default_transaction_read_only = on", NULL);
        db->set_patience = -1;
        db->set_lazy = false;
        /* A session without its settings is of no use: a reader could write. */
        db->is_lost = r != 0;
        return r;
}

int postgres_link(PostgresDb *db)
{
        if (db->link && !db->is_lost && PQstatus(db->link) == CONNECTION_OK)
                return 0;
        if (db->transaction != POSTGRES_NO_TRANSACTION)
                return DB_E_AWAY;
        PQfinish(db->link);
        db->link = NULL;
        db->is_lost = false;
        db->session++;
        buffer_reset(&db->dropped);
        int r = postgres_connect(db->url, &db->link);
        if (r == DB_E_AWAY)
                postgres_note(db, PQerrorMessage(db->link));
        db->may_retry = false;
        return r != 0 ? r : prepare_session(db);
}
