#include "store/query.h"

#include "store/store-internal.h"

#include <string.h>

/* Prepares a statement and binds its parameters. *ret is NULL on failure. */
static int begin(Store *store, const Sql *sql, const Bind *binds, size_t n, DbStatement **ret)
{
        int r = db_prepare(store_db(store), sql, ret);
        for (size_t i = 0; r == 0 && i < n; i++) {
                int parameter = (int)i + 1;
                if (binds[i].type == BIND_INT)
                        db_bind_int(*ret, parameter, binds[i].number);
                else if (binds[i].type == BIND_TEXT)
                        db_bind_text(*ret, parameter, binds[i].text);
                else
                        db_bind_bytes(*ret, parameter, binds[i].text, binds[i].len);
        }
        return r;
}

/* Ends a statement. Damage is noted here, because many callers go on without the damaged row. */
static int end(Store *store, DbStatement *statement, int r)
{
        db_reset(statement);
        store->is_damaged |= r == DB_E_CORRUPT;
        return r;
}

int query_run(Store *store, const Sql *sql, const Bind *binds, size_t n)
{
        DbStatement *statement;
        int r = begin(store, sql, binds, n, &statement);
        if (r == 0)
                r = db_step(statement);
        r = end(store, statement, r);
        return r == DB_ROW ? 0 : r;
}

int query_each(Store *store, const Sql *sql, const Bind *binds, size_t n, QueryRow on_row, void *userdata)
{
        DbStatement *statement;
        int r = begin(store, sql, binds, n, &statement);
        while (r == 0 && (r = db_step(statement)) == DB_ROW)
                r = on_row(statement, userdata);
        return end(store, statement, r);
}

int query_first(Store *store, const Sql *sql, const Bind *binds, size_t n, QueryRow on_row, void *userdata)
{
        DbStatement *statement;
        int r = begin(store, sql, binds, n, &statement);
        if (r == 0)
                r = db_step(statement);
        r = r == DB_ROW ? on_row(statement, userdata) : r == 0 ? STORE_E_NOT_FOUND : r;
        return end(store, statement, r);
}

int query_number(Store *store, const Sql *sql, const Bind *binds, size_t n, int64_t none, int64_t *ret)
{
        DbStatement *statement;
        int r = begin(store, sql, binds, n, &statement);
        if (r == 0)
                r = db_step(statement);
        if (r == 0 || r == DB_ROW)
                *ret = r == DB_ROW && !db_is_null(statement, 0) ? db_int(statement, 0) : none;
        r = end(store, statement, r);
        return r == DB_ROW ? 0 : r;
}

void query_copy_text(DbStatement *row, int column, char *ret, size_t size)
{
        const char *text = db_text(row, column, NULL);
        size_t len = strnlen(text, size - 1);
        memcpy(ret, text, len);
        ret[len] = '\0';
}

int64_t query_changed(Store *store)
{
        return db_changes(store_db(store));
}

/*
 * Two statements are faster than UPDATE ... RETURNING, for which SQLite makes a temporary table each time.
 */
int query_count_up(Store *store, const char *counter, int64_t *ret)
{
        int r = QUERY_RUN(store, "UPDATE counter SET value = value + 1 WHERE name = $1", BIND_T(counter));
        return r != 0 ? r
                      : QUERY_NUMBER(store, ret, 0, "SELECT value FROM counter WHERE name = $1",
                                        BIND_T(counter));
}
