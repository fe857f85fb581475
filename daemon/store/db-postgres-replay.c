/*
 * Transactions that are run again. If a conflict with another transaction or a lost connection stops a
 * transaction, then what it has done is undone, and its program would have to begin anew. But a program that
 * gets the same rows again would do the same again, so the engine does that for it: each statement of the
 * open transaction is recorded, with its parameters and a hash of its rows, and is sent again in a new
 * transaction. If each has the same rows as before, the program goes on as if nothing had happened. If one
 * has not, because another program wrote in between, the transaction has failed.
 *
 * The record has a limit. A transaction that exceeds it is not run again.
 */

#include "store/db-postgres.h"

#include "base/hash.h"

#include <stdio.h>
#include <string.h>

enum { RECORD_MAX_BYTES = 8 * 1024 * 1024, ROWS_MAX_BYTES = 64 * 1024 * 1024 };

/* A statement that has succeeded. `bytes` has the SQL, then the values. */
typedef struct Recorded {
        struct Recorded *next;
        PostgresCall call; /* of the arrays below */
        Oid types[POSTGRES_PARAMETERS_MAX];
        const char *values[POSTGRES_PARAMETERS_MAX];
        int lengths[POSTGRES_PARAMETERS_MAX];
        char rows[HASH_HEX_SIZE]; /* hash of the result; "" for a script */
        char bytes[];
} Recorded;

struct PostgresRecord {
        Recorded *first, **end;
        size_t bytes, row_bytes;
        bool is_incomplete; /* the limit is exceeded, or there was no memory, or the rows have changed */
        Hash *hash;
};

static void drop_recorded(PostgresRecord *record)
{
        for (Recorded *one = record->first; one;) {
                Recorded *next = one->next;
                free(one);
                one = next;
        }
        record->first = NULL;
        record->end = &record->first;
        record->bytes = record->row_bytes = 0;
}

PostgresRecord *postgres_record_free(PostgresRecord *record)
{
        if (!record)
                return NULL;
        drop_recorded(record);
        hash_free(record->hash);
        free(record);
        return NULL;
}

static PostgresRecord *record_new(void)
{
        PostgresRecord *record = calloc(1, sizeof(*record));
        if (!record)
                return NULL;
        record->end = &record->first;
        record->hash = hash_new();
        return record->hash ? record : postgres_record_free(record);
}

void postgres_forget(PostgresDb *db)
{
        if (!db->record)
                db->record = record_new();
        if (!db->record)
                return;
        drop_recorded(db->record);
        db->record->is_incomplete = false;
}

static int value_length(const PostgresCall *call, int i)
{
        return call->lengths ? call->lengths[i] : (int)strlen(call->values[i]) + 1;
}

static size_t call_bytes(const PostgresCall *call)
{
        size_t bytes = strlen(call->sql) + 1;
        for (int i = 0; i < call->n; i++)
                bytes += call->values[i] ? (size_t)value_length(call, i) : 0;
        return bytes;
}

/* Number of rows changed, then each value with its length; NULL has the length -1. */
static void hash_rows(PostgresRecord *record, const PGresult *result, char ret[static HASH_HEX_SIZE])
{
        hash_field(record->hash, PQcmdTuples((PGresult *)result));
        for (int row = 0; row < PQntuples(result); row++)
                for (int column = 0; column < PQnfields(result); column++) {
                        int len = PQgetisnull(result, row, column) ? -1 : PQgetlength(result, row, column);
                        hash_update(record->hash, &len, sizeof(len));
                        hash_update(record->hash, PQgetvalue(result, row, column),
                                        len > 0 ? (size_t)len : 0);
                        record->row_bytes += len > 0 ? (size_t)len : 0;
                }
        hash_finish(record->hash, ret);
}

static Recorded *copy_call(const PostgresCall *call)
{
        Recorded *one = calloc(1, sizeof(*one) + call_bytes(call));
        if (!one)
                return NULL;
        char *at = stpcpy(one->bytes, call->sql) + 1;
        for (int i = 0; i < call->n; i++) {
                one->types[i] = call->types ? call->types[i] : 0;
                if (!call->values[i])
                        continue;
                one->lengths[i] = value_length(call, i);
                one->values[i] = memcpy(at, call->values[i], (size_t)one->lengths[i]);
                at += one->lengths[i];
        }
        one->call = (PostgresCall){ one->bytes, call->n, one->types, one->values,
                call->lengths ? one->lengths : NULL, call->format };
        return one;
}

void postgres_record(PostgresDb *db, const PostgresCall *call, const PGresult *result)
{
        PostgresRecord *record = db->record;
        if (db->transaction == POSTGRES_NO_TRANSACTION || !record || record->is_incomplete)
                return;
        record->bytes += sizeof(Recorded) + call_bytes(call);
        bool fits = record->bytes <= RECORD_MAX_BYTES && record->row_bytes <= ROWS_MAX_BYTES;
        Recorded *one = fits ? copy_call(call) : NULL;
        if (!one) {
                record->is_incomplete = true;
                drop_recorded(record);
                return;
        }
        if (result)
                hash_rows(record, result, one->rows);
        *record->end = one;
        record->end = &one->next;
}

static int play_one(PostgresDb *db, const Recorded *one)
{
        char rows[HASH_HEX_SIZE];
        if (!one->rows[0])
                return postgres_run(db, one->call.sql, NULL);
        CLEANUP(postgres_clear) PGresult *result = postgres_call(db, &one->call);
        int r = postgres_condition(db, result);
        if (r != 0)
                return r;
        hash_rows(db->record, result, rows);
        if (strcmp(rows, one->rows) == 0)
                return 0;
        postgres_note(db, "another program has changed what an interrupted transaction had read");
        db->record->is_incomplete = true;
        db->may_retry = true;
        return DB_E_BUSY;
}

/*
 * A promotion under a transaction fails it: the writer has compared the timeline at its beginning only
 * (store/promotion.h).
 */
static int check_timeline(PostgresDb *db, const char *before)
{
        if (strcmp(db->timeline, before) == 0)
                return 0;
        postgres_note(db, "a standby was promoted");
        db->record->is_incomplete = true;
        db->may_retry = true;
        return DB_E_BUSY;
}

static int play(PostgresDb *db)
{
        PostgresTransaction transaction = db->transaction;
        bool has_written = db->has_written;
        char timeline[DB_TIMELINE_SIZE];
        strcpy(timeline, db->timeline);
        postgres_rollback(&db->db);
        db->may_retry = false;
        int r = postgres_begin_once(db, transaction);
        if (r == 0 && transaction == POSTGRES_WRITES)
                r = check_timeline(db, timeline);
        db->transaction = transaction;
        db->has_written = has_written;
        db->failed = 0;
        for (const Recorded *one = db->record->first; one && r == 0; one = one->next)
                r = play_one(db, one);
        db->failed = r;
        return r;
}

int postgres_replay(PostgresDb *db, int failure, int *tries)
{
        int r = failure;
        while (db->record && !db->record->is_incomplete && postgres_retries(db, tries)) {
                r = play(db);
                if (r == 0)
                        return 0;
        }
        return r;
}

static int query_once(PostgresDb *db, const PostgresCall *call, PGresult **ret)
{
        PQclear(*ret);
        *ret = postgres_call(db, call);
        int r = postgres_condition(db, *ret);
        if (r == 0)
                postgres_record(db, call, *ret);
        return r;
}

int postgres_query(PostgresDb *db, const char *sql, int n, const char *const *values, PGresult **ret)
{
        const PostgresCall call = { .sql = sql, .n = n, .values = values };
        bool is_part = db->transaction != POSTGRES_NO_TRANSACTION, again;
        int r = is_part ? db->failed : 0, tries = 0;
        *ret = NULL;
        if (r != 0)
                return r;
        do {
                db->may_retry = false;
                r = is_part ? 0 : postgres_link(db);
                if (r == 0)
                        r = query_once(db, &call, ret);
                if (r != 0 && is_part)
                        again = (r = postgres_replay(db, r, &tries)) == 0;
                else
                        again = r != 0 && postgres_retries(db, &tries);
        } while (again);
        return r;
}

int postgres_ask(PostgresDb *db, const char *sql, int n, const char *const *values, char *ret, size_t size)
{
        CLEANUP(postgres_clear) PGresult *result = NULL;
        int r = postgres_query(db, sql, n, values, &result);
        if (r == 0)
                snprintf(ret, size, "%s", PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
        return r;
}
