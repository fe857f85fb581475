/*
 * The check of a database on PostgreSQL. The server has no check of its own that every role may run; reading
 * each row completely finds what it can find: pages whose checksum is wrong and values that cannot be read.
 */

#include "store/db-postgres.h"

#include <errno.h>
#include <stdio.h>

enum { SQL_BYTES = 256, FAULT_BYTES = 512 };

static const char list_tables[] =
                "SELECT quote_ident(tablename), tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename";

/* Reads all values of a table; for their lengths the server also reads those that are stored apart. */
static int read_table(PostgresDb *db, const PGresult *tables, int at, const DbCheckOptions *options)
{
        char sql[SQL_BYTES], sum[POSTGRES_ID_SIZE], fault[FAULT_BYTES];
        snprintf(sql, sizeof(sql), "SELECT sum(length(CAST(t AS TEXT))) FROM %s t",
                        PQgetvalue(tables, at, 0));
        int r = postgres_ask(db, sql, 0, NULL, sum, sizeof(sum));
        if (r != DB_E_CORRUPT && r != DB_E_IO)
                return r;
        snprintf(fault, sizeof(fault), "the table %s cannot be read: %s", PQgetvalue(tables, at, 1),
                        db->message ? db->message : "");
        options->on_fault(fault, options->userdata);
        return 0;
}

int postgres_check(Db *base, const DbCheckOptions *options)
{
        PostgresDb *db = postgres_db(base);
        CLEANUP(postgres_clear) PGresult *tables = NULL;
        int r = postgres_query(db, list_tables, 0, NULL, &tables);
        for (int i = 0; r == 0 && i < PQntuples(tables); i++) {
                if (options->on_pause && !options->on_pause(options->userdata))
                        return -ECANCELED;
                r = read_table(db, tables, i, options);
        }
        return r;
}
