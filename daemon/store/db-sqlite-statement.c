/* The statements of the SQLite engine: their parameters, steps and columns. */

#include "store/db-sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct SqliteStatement {
        DbStatement statement; /* must be first */
        sqlite3_stmt *handle;
} SqliteStatement;

static sqlite3_stmt *handle_of(DbStatement *statement)
{
        return ((SqliteStatement *)statement)->handle;
}

/*
 * Replaces `$2` by `?2`, which means to SQLite what `$2` means to PostgreSQL. SQLite takes `$2` for a name,
 * and numbers names by their first use. Our statements contain no other dollar sign.
 */
static char *number_parameters(const char *sql)
{
        char *numbered = strdup(sql);
        for (char *c = numbered; c && (c = strchr(c, '$'));)
                *c = '?';
        return numbered;
}

int sqlite_prepare(Db *base, const char *sql, bool in_parts, DbStatement **ret)
{
        (void)in_parts; /* SQLite reads one row at a time */
        SqliteDb *db = sqlite_db(base);
        CLEANUP(cleanup_free) char *numbered = NULL;
        if (db->failed)
                return DB_E_IO;
        CLEANUP(cleanup_free) SqliteStatement *statement = calloc(1, sizeof(*statement));
        numbered = number_parameters(sql);
        if (!statement || !numbered)
                return -ENOMEM;
        int result = sqlite3_prepare_v3(
                        db->handle, numbered, -1, SQLITE_PREPARE_PERSISTENT, &statement->handle, NULL);
        if (result != SQLITE_OK)
                return sqlite_condition(db, result);
        *ret = &TAKE_PTR(statement)->statement;
        return 0;
}

void sqlite_finalize(DbStatement *statement)
{
        sqlite3_finalize(handle_of(statement));
        free(statement);
}

void sqlite_bind_int(DbStatement *statement, int parameter, int64_t value)
{
        sqlite3_bind_int64(handle_of(statement), parameter, value);
}

void sqlite_bind_text(DbStatement *statement, int parameter, const char *text)
{
        sqlite3_bind_text(handle_of(statement), parameter, text, -1, SQLITE_STATIC);
}

void sqlite_bind_bytes(DbStatement *statement, int parameter, const void *bytes, size_t len)
{
        sqlite3_bind_blob64(handle_of(statement), parameter, bytes, len, SQLITE_STATIC);
}

int sqlite_step(DbStatement *statement)
{
        SqliteDb *db = sqlite_db(statement->db);
        if (db->failed)
                return DB_E_IO;
        int result = sqlite3_step(handle_of(statement));
        return result == SQLITE_ROW ? DB_ROW : result == SQLITE_DONE ? 0 : sqlite_condition(db, result);
}

void sqlite_reset(DbStatement *statement)
{
        sqlite3_reset(handle_of(statement));
        sqlite3_clear_bindings(handle_of(statement));
}

int64_t sqlite_column_int(DbStatement *statement, int column)
{
        return sqlite3_column_int64(handle_of(statement), column);
}

const char *sqlite_column_text(DbStatement *statement, int column, size_t *ret_len)
{
        sqlite3_stmt *handle = handle_of(statement);
        /* A damaged row may have bytes instead of a text. If they are read as text, SQLite adds a NUL. */
        const void *text = ret_len && sqlite3_column_type(handle, column) == SQLITE_BLOB
                                           ? sqlite3_column_blob(handle, column)
                                           : (const void *)sqlite3_column_text(handle, column);
        if (ret_len)
                *ret_len = text ? (size_t)sqlite3_column_bytes(handle, column) : 0;
        return text ? text : "";
}

bool sqlite_column_is_null(DbStatement *statement, int column)
{
        return sqlite3_column_type(handle_of(statement), column) == SQLITE_NULL;
}

int sqlite_n_columns(DbStatement *statement)
{
        return sqlite3_column_count(handle_of(statement));
}

const char *sqlite_column_name(DbStatement *statement, int column)
{
        return sqlite3_column_name(handle_of(statement), column);
}

DbType sqlite_column_type(DbStatement *statement, int column)
{
        const char *type = sqlite3_column_decltype(handle_of(statement), column);
        return !type || strcmp(type, "TEXT") == 0 ? DB_TEXT
               : strcmp(type, "BYTEA") == 0       ? DB_BYTES
                                                  : DB_NUMBER;
}
