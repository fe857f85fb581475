/*
 * The check of an SQLite database. `PRAGMA quick_check` reads all pages, including those of the indexes,
 * but does not compare the indexes with their tables. `PRAGMA integrity_check` compares them, with a
 * look-up for each row and index. It runs for one table at a time, so that no read transaction delays the
 * checkpoints of the log for long.
 */

#include "base/array.h"
#include "store/db-sqlite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_BETWEEN_PAUSES = 20000 };

typedef struct SqliteCheck {
        SqliteDb *db;
        const DbCheckOptions *options;
        int n; /* number of faults */
} SqliteCheck;

/* Reports each row of @sql except "ok" as a fault. */
static int tell_faults(SqliteCheck *check, const char *sql)
{
        sqlite3_stmt *statement = NULL;
        int result = sqlite3_prepare_v2(check->db->handle, sql, -1, &statement, NULL);
        while (result != SQLITE_DONE && (result == SQLITE_OK || result == SQLITE_ROW)) {
                result = sqlite3_step(statement);
                const char *fault = result == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0)
                                                         : NULL;
                if (!fault || strcmp(fault, "ok") == 0)
                        continue;
                check->n++;
                check->options->on_fault(fault, check->options->userdata);
        }
        sqlite3_finalize(statement);
        return result == SQLITE_DONE ? 0 : sqlite_condition(check->db, result);
}

static int add_table(SqliteTables *tables, const char *name)
{
        char **names = array_grow(tables->names, tables->n, sizeof(*names));
        if (names)
                tables->names = names;
        char *copy = names ? strdup(name) : NULL;
        if (!copy)
                return -ENOMEM;
        names[tables->n++] = copy;
        return 0;
}

int sqlite_list_tables(SqliteDb *db, SqliteTables *tables)
{
        sqlite3_stmt *statement = NULL;
        int result = sqlite3_prepare_v2(db->handle,
                        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
                        -1, &statement, NULL);
        int r = sqlite_condition(db, result);
        while (r == 0 && (result = sqlite3_step(statement)) == SQLITE_ROW) {
                const char *name = (const char *)sqlite3_column_text(statement, 0);
                r = name ? add_table(tables, name) : -ENOMEM;
        }
        if (r == 0 && result != SQLITE_DONE)
                r = sqlite_condition(db, result);
        sqlite3_finalize(statement);
        return r;
}

void sqlite_tables_done(SqliteTables *tables)
{
        for (size_t i = 0; i < tables->n; i++)
                free(tables->names[i]);
        free(tables->names);
}

static int compare_indexes(SqliteCheck *check)
{
        CLEANUP(sqlite_tables_done) SqliteTables tables = { .n = 0 };
        int r = sqlite_list_tables(check->db, &tables);
        for (size_t i = 0; r == 0 && i < tables.n; i++) {
                CLEANUP(cleanup_free) char *sql = NULL;
                if (asprintf(&sql, "PRAGMA integrity_check(\"%s\")", tables.names[i]) < 0) {
                        sql = NULL;
                        return -ENOMEM;
                }
                r = tell_faults(check, sql);
        }
        return r;
}

static int on_progress(void *userdata)
{
        const SqliteCheck *check = userdata;
        return !check->options->on_pause(check->options->userdata);
}

static int check_all(SqliteCheck *check)
{
        int r = tell_faults(check, "PRAGMA quick_check(20)");
        /* After a fault, the full check would report a damaged page again for each index. */
        if (r == 0 && check->n == 0 && check->options->full)
                r = compare_indexes(check);
        return r != 0 ? r
                      : tell_faults(check,
                                        "SELECT 'a row of ' || \"table\" || ' refers to one of ' || parent || ' that is not there'"
                                        " FROM pragma_foreign_key_check");
}

int sqlite_check(Db *base, const DbCheckOptions *options)
{
        SqliteCheck check = { sqlite_db(base), options, 0 };
        if (options->on_pause)
                sqlite3_progress_handler(check.db->handle, STEPS_BETWEEN_PAUSES, on_progress, &check);
        int r = check_all(&check);
        sqlite3_progress_handler(check.db->handle, 0, NULL, NULL);
        return r;
}
