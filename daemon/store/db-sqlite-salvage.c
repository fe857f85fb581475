/*
 * Finds the rows of a damaged table. Each page of a table holds a range of row numbers, so a damaged page
 * leaves a hole. Rows before the first hole are found by reading forward, rows after the last hole by
 * reading backward. Rows between the holes are found through an index, which has the row numbers on its own
 * pages. If the index is damaged too, the range between the holes is searched for readable rows.
 */
#include "base/array.h"
#include "store/db-sqlite.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
        SQL_BYTES = 256,
        LOOKS_MAX = 4096, /* limits the searches: a damaged page may hide any number of row numbers */
};

typedef struct Range {
        int64_t first, last; /* row numbers that are not searched yet */
} Range;

typedef struct Salvage {
        sqlite3 *handle;
        const char *table, *name;
        DbSalvage *found;
} Salvage;

static int add_row(Salvage *salvage, int64_t row, const char *name)
{
        DbSalvage *found = salvage->found;
        DbSalvagedRow *rows = array_grow(found->rows, found->n, sizeof(*rows));
        if (!rows)
                return -ENOMEM;
        found->rows = rows;
        char *copy = name ? strdup(name) : NULL;
        if (name && !copy)
                return -ENOMEM;
        found->rows[found->n++] = (DbSalvagedRow){ row, copy };
        return 0;
}

/* One reading in the order of row numbers, up or down. */
typedef struct RowRange {
        int64_t from;
        bool down;
        int64_t last;    /* the last row read */
        bool met, ended; /* whether a row was read, and whether the end of the table was reached */
} RowRange;

/*
 * Returns whether a row number continues the order. If not, the pointer in a damaged page is wrong, and
 * the number is invalid.
 */
static bool goes_on(const RowRange *walk, int64_t row)
{
        return !walk->met || (walk->down ? row < walk->last : row > walk->last);
}

static int walk_rows(Salvage *salvage, RowRange *walk)
{
        char sql[SQL_BYTES];
        sqlite3_stmt *statement = NULL;
        int r = 0, result;
        snprintf(sql, sizeof(sql), "SELECT rowid FROM %s NOT INDEXED WHERE rowid %s ?1 ORDER BY rowid %s",
                        salvage->table, walk->down ? "<=" : ">=", walk->down ? "DESC" : "ASC");
        result = sqlite3_prepare_v2(salvage->handle, sql, -1, &statement, NULL);
        if (result == SQLITE_OK)
                sqlite3_bind_int64(statement, 1, walk->from);
        while (r == 0 && result != SQLITE_DONE && (result = sqlite3_step(statement)) == SQLITE_ROW &&
                        goes_on(walk, sqlite3_column_int64(statement, 0))) {
                walk->last = sqlite3_column_int64(statement, 0);
                walk->met = true;
                r = add_row(salvage, walk->last, NULL);
        }
        walk->ended = result == SQLITE_DONE;
        sqlite3_finalize(statement);
        return r;
}

/*
 * Reads an index whose first column is the name, in ascending and then in descending order. Return: 1 if
 * one reading reached the end, 0 if not, -ENOMEM.
 */
static int walk_index(Salvage *salvage)
{
        static const char *const orders[] = { "ASC", "DESC" };
        int r = 0, result = SQLITE_OK;
        for (int i = 0; r == 0 && result != SQLITE_DONE && i < 2; i++) {
                char sql[SQL_BYTES];
                sqlite3_stmt *statement = NULL;
                snprintf(sql, sizeof(sql), "SELECT rowid, %s FROM %s ORDER BY %s %s", salvage->name,
                                salvage->table, salvage->name, orders[i]);
                result = sqlite3_prepare_v2(salvage->handle, sql, -1, &statement, NULL);
                while (r == 0 && result != SQLITE_DONE && (result = sqlite3_step(statement)) == SQLITE_ROW)
                        r = add_row(salvage, sqlite3_column_int64(statement, 0),
                                        (const char *)sqlite3_column_text(statement, 1));
                sqlite3_finalize(statement);
        }
        return r != 0 ? r : result == SQLITE_DONE;
}

static void push(Range *queue, size_t *n, int64_t first, int64_t last)
{
        if (first <= last && *n < LOOKS_MAX)
                queue[(*n)++] = (Range){ first, last };
}

/*
 * Searches a hole for readable rows: reads forward from its middle, and then does the same with the parts
 * that remain on both sides, the earliest found first.
 */
static int search_hole(Salvage *salvage, Range hole)
{
        CLEANUP(cleanup_free) Range *queue = calloc(LOOKS_MAX, sizeof(*queue));
        size_t n = 0;
        int r = queue ? 0 : -ENOMEM;
        if (r == 0)
                push(queue, &n, hole.first, hole.last);
        for (size_t i = 0; r == 0 && i < n; i++) {
                int64_t middle = queue[i].first +
                                 (int64_t)(((uint64_t)queue[i].last - (uint64_t)queue[i].first) / 2);
                RowRange walk = { .from = middle };
                r = walk_rows(salvage, &walk);
                push(queue, &n, queue[i].first, middle - 1);
                push(queue, &n, (walk.met ? walk.last : middle) + 1, walk.ended ? middle : queue[i].last);
        }
        return r;
}

static int by_row(const void *left, const void *right)
{
        const DbSalvagedRow *a = left, *b = right;
        if (a->row != b->row)
                return a->row < b->row ? -1 : 1;
        return (b->name != NULL) - (a->name != NULL);
}

/* Sorts the rows and keeps each of them once, with its name if that is known. */
static void sort_rows(DbSalvage *found)
{
        size_t n = 0;
        if (found->n == 0)
                return;
        qsort(found->rows, found->n, sizeof(*found->rows), by_row);
        for (size_t i = 0; i < found->n; i++)
                if (n > 0 && found->rows[n - 1].row == found->rows[i].row)
                        free(found->rows[i].name);
                else
                        found->rows[n++] = found->rows[i];
        found->n = n;
}

static int walk_all(Salvage *salvage)
{
        RowRange front = { .from = INT64_MIN }, back = { .from = INT64_MAX, .down = true };
        int index = salvage->name ? walk_index(salvage) : 0;
        int r = index < 0 ? index : walk_rows(salvage, &front);
        if (r != 0 || front.ended)
                return r;
        r = walk_rows(salvage, &back);
        if (r != 0 || index == 1)
                return r;
        Range hole = { front.met ? front.last + 1 : 1, back.met ? back.last - 1 : INT64_MAX };
        salvage->found->has_hole = hole.first <= hole.last;
        salvage->found->first = hole.first;
        salvage->found->last = hole.last;
        return search_hole(salvage, hole);
}

int sqlite_salvage(Db *db, const char *table, const char *name, DbSalvage *ret)
{
        *ret = (DbSalvage){ .n = 0 };
        Salvage salvage = { .handle = sqlite_db(db)->handle, .table = table, .name = name, .found = ret };
        int r = walk_all(&salvage);
        sort_rows(ret);
        if (r != 0)
                db_salvage_done(ret);
        return r;
}
