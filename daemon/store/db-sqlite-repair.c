/*
 * Replaces a damaged database: copies the rows that can still be read into a new file, which then gets the
 * name of the old one. The name leads to one of the two files at every moment. Neither of them has a log
 * when it is renamed, because SQLite finds a log by the name of the database.
 */

#include "base/buffer.h"
#include "store/db-sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SQL_BYTES = 8192 };

int sqlite_spare_url(Db *base, char **ret)
{
        CLEANUP(cleanup_free) char *path = realpath(sqlite_db(base)->path, NULL);
        if (!path)
                return -errno;
        return asprintf(ret, "sqlite:%s.repair", path) < 0 ? -ENOMEM : 0;
}

/* Merges the log into the database and removes it. DB_E_BUSY: another connection still uses the log. */
static int leave_log(SqliteDb *db)
{
        sqlite3_stmt *statement = NULL;
        int result = sqlite3_prepare_v2(db->handle, "PRAGMA journal_mode = DELETE", -1, &statement, NULL);
        if (result == SQLITE_OK)
                result = sqlite3_step(statement);
        bool has_left = result == SQLITE_ROW &&
                        sqlite3_stricmp((const char *)sqlite3_column_text(statement, 0), "delete") == 0;
        sqlite3_finalize(statement);
        return has_left ? 0 : result == SQLITE_ROW ? DB_E_BUSY : sqlite_condition(db, result);
}

int sqlite_settle(Db *base)
{
        int r = leave_log(sqlite_db(base));
        return r != 0 ? r : db_begin_write(base);
}

typedef struct Rebuild {
        SqliteDb *fresh, *damaged;
        const DbRebuildOptions *options;
} Rebuild;

/* One table while it is copied. */
typedef struct TableCopy {
        const Rebuild *rebuild;
        const char *table;
        sqlite3_stmt *select, *insert;
        int n_columns;
} TableCopy;

static void table_copy_done(TableCopy *copy)
{
        sqlite3_finalize(copy->select);
        sqlite3_finalize(copy->insert);
}

static int run(SqliteDb *db, const char *sql)
{
        int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
        return sqlite_condition(db, result);
}

/*
 * Appends the names of a table's columns, separated by commas, and a parameter for each. @ret_n: their
 * number
 */
static int list_columns(SqliteDb *fresh, const char *table, Buffer *names, Buffer *parameters, int *ret_n)
{
        sqlite3_stmt *statement = NULL;
        int n = 0;
        int result = sqlite3_prepare_v2(
                        fresh->handle, "SELECT name FROM pragma_table_info(?1)", -1, &statement, NULL);
        if (result == SQLITE_OK)
                sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
        while (result == SQLITE_OK || result == SQLITE_ROW) {
                result = sqlite3_step(statement);
                if (result != SQLITE_ROW)
                        break;
                buffer_printf(names, "%s%s", n ? ", " : "", (const char *)sqlite3_column_text(statement, 0));
                buffer_printf(parameters, "%s?%d", n ? ", " : "", n + 1);
                n++;
        }
        sqlite3_finalize(statement);
        *ret_n = n;
        return result == SQLITE_DONE ? 0 : sqlite_condition(fresh, result);
}

static int prepare(SqliteDb *db, Buffer *sql, sqlite3_stmt **ret)
{
        if (buffer_error(sql) < 0)
                return buffer_error(sql);
        int result = sqlite3_prepare_v2(db->handle, buffer_text(sql), -1, ret, NULL);
        return sqlite_condition(db, result);
}

/*
 * Prepares the copy of a table. A new store already has some rows, such as its counters: a row of the
 * damaged store replaces the row with the same key.
 */
static int table_copy_init(TableCopy *copy, const Rebuild *rebuild, const char *table)
{
        CLEANUP(buffer_done) Buffer names = BUFFER_INIT(SQL_BYTES);
        CLEANUP(buffer_done) Buffer parameters = BUFFER_INIT(SQL_BYTES);
        CLEANUP(buffer_done) Buffer select = BUFFER_INIT(SQL_BYTES);
        CLEANUP(buffer_done) Buffer insert = BUFFER_INIT(SQL_BYTES);
        *copy = (TableCopy){ .rebuild = rebuild, .table = table };
        int r = list_columns(rebuild->fresh, table, &names, &parameters, &copy->n_columns);
        buffer_printf(&select, "SELECT %s FROM %s NOT INDEXED WHERE rowid = ?1", buffer_text(&names), table);
        buffer_printf(&insert, "INSERT OR REPLACE INTO %s (%s) VALUES (%s)", table, buffer_text(&names),
                        buffer_text(&parameters));
        if (r == 0)
                r = prepare(rebuild->damaged, &select, &copy->select);
        return r != 0 ? r : prepare(rebuild->fresh, &insert, &copy->insert);
}

/*
 * Copies one row. @ret_copied: false if it cannot be read, or breaks a rule of its table. A failure to write
 * is an error.
 */
static int copy_row(TableCopy *copy, int64_t row, bool *ret_copied)
{
        *ret_copied = false;
        sqlite3_bind_int64(copy->select, 1, row);
        int result = sqlite3_step(copy->select);
        for (int i = 0; result == SQLITE_ROW && i < copy->n_columns; i++)
                sqlite3_bind_value(copy->insert, i + 1, sqlite3_column_value(copy->select, i));
        int written = result == SQLITE_ROW ? sqlite3_step(copy->insert) : SQLITE_DONE;
        *ret_copied = result == SQLITE_ROW && written == SQLITE_DONE;
        sqlite3_reset(copy->select);
        sqlite3_reset(copy->insert);
        bool may_go_on = written == SQLITE_DONE || (written & 0xFF) == SQLITE_CONSTRAINT;
        return may_go_on ? 0 : sqlite_condition(copy->rebuild->fresh, written);
}

static int tell(const TableCopy *copy, const char *name, int64_t first, int64_t last)
{
        const DbRebuildOptions *options = copy->rebuild->options;
        const DbLoss loss = { .table = copy->table, .name = name ? name : "", .first = first, .last = last };
        return options->on_loss(&loss, options->userdata);
}

static int copy_rows(TableCopy *copy, const DbSalvage *found)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < found->n; i++) {
                const DbSalvagedRow *row = &found->rows[i];
                bool copied;
                r = copy_row(copy, row->row, &copied);
                if (r == 0 && !copied)
                        r = tell(copy, row->name, row->row, row->row);
        }
        return r == 0 && found->has_hole ? tell(copy, NULL, found->first, found->last) : r;
}

static const char *name_column(const DbRebuildOptions *options, const char *table)
{
        for (const DbRowName *name = options->names; name->table; name++)
                if (strcmp(name->table, table) == 0)
                        return name->column;
        return NULL;
}

static int copy_table(const Rebuild *rebuild, const char *table)
{
        CLEANUP(db_salvage_done) DbSalvage found = { .n = 0 };
        CLEANUP(table_copy_done) TableCopy copy;
        int r = table_copy_init(&copy, rebuild, table);
        if (r == 0)
                r = sqlite_salvage(
                                &rebuild->damaged->db, table, name_column(rebuild->options, table), &found);
        return r != 0 ? r : copy_rows(&copy, &found);
}

int sqlite_rebuild(Db *fresh, Db *damaged, const DbRebuildOptions *options)
{
        const Rebuild rebuild = { sqlite_db(fresh), sqlite_db(damaged), options };
        CLEANUP(sqlite_tables_done) SqliteTables tables = { .n = 0 };
        int r = sqlite_list_tables(rebuild.fresh, &tables);
        if (r == 0)
                r = run(rebuild.fresh, "PRAGMA foreign_keys = OFF; BEGIN");
        for (size_t i = 0; r == 0 && i < tables.n; i++)
                r = copy_table(&rebuild, tables.names[i]);
        return r != 0 ? r : run(rebuild.fresh, "COMMIT");
}

/* @ret_n: the number of deleted rows */
static int drop_orphans_once(SqliteDb *db, int *ret_n)
{
        sqlite3_stmt *statement = NULL;
        int result = sqlite3_prepare_v2(db->handle, "SELECT \"table\", rowid FROM pragma_foreign_key_check",
                        -1, &statement, NULL);
        CLEANUP(buffer_done) Buffer sql = BUFFER_INIT((size_t)64 * 1024 * 1024);
        *ret_n = 0;
        while (result == SQLITE_OK || result == SQLITE_ROW) {
                result = sqlite3_step(statement);
                if (result != SQLITE_ROW)
                        break;
                buffer_printf(&sql, "DELETE FROM %s WHERE rowid = %lld;",
                                (const char *)sqlite3_column_text(statement, 0),
                                (long long)sqlite3_column_int64(statement, 1));
                ++*ret_n;
        }
        sqlite3_finalize(statement);
        if (buffer_error(&sql) < 0)
                return buffer_error(&sql);
        return result == SQLITE_DONE ? run(db, buffer_text(&sql)) : sqlite_condition(db, result);
}

/* Repeats the search until it finds no row, because other rows may refer to a deleted row. */
int sqlite_drop_orphans(Db *base)
{
        SqliteDb *db = sqlite_db(base);
        int n = 0, r;
        do
                r = drop_orphans_once(db, &n);
        while (r == 0 && n > 0);
        return r != 0 ? r : run(db, "PRAGMA foreign_keys = ON");
}

int sqlite_discard(const char *place)
{
        static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
                CLEANUP(cleanup_free) char *path = NULL;
                if (asprintf(&path, "%s%s", place, ends[i]) < 0) {
                        path = NULL;
                        return -ENOMEM;
                }
                if (unlink(path) < 0 && errno != ENOENT)
                        return -errno;
        }
        return 0;
}

static int sync_directory(const char *path)
{
        CLEANUP(cleanup_free) char *copy = strdup(path);
        CLEANUP(cleanup_close) int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        return !copy ? -ENOMEM : fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

int sqlite_replace(Db *damaged, Db *fresh, const char *mark, char **ret_aside)
{
        CLEANUP(cleanup_free) char *path = realpath(sqlite_db(damaged)->path, NULL);
        CLEANUP(cleanup_free) char *aside = NULL;
        if (!path)
                return -errno;
        if (asprintf(&aside, "%s.%s", path, mark) < 0) {
                aside = NULL;
                return -ENOMEM;
        }
        int r = leave_log(sqlite_db(fresh));
        if (r == 0 && (link(path, aside) < 0 || rename(sqlite_db(fresh)->path, path) < 0))
                r = -errno;
        if (r == 0)
                r = sync_directory(path);
        if (r == 0)
                *ret_aside = TAKE_PTR(aside);
        return r;
}
