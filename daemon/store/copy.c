#include "store/copy.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "store/epoch.h"
#include "store/hold.h"
#include "store/promotion.h"
#include "store/query.h"
#include "store/schema.h"
#include "store/store-internal.h"
#include "store/sync-mark.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 40, DIGEST_WORDS = 4, SQL_BYTES = 4096, TEXT_MAX_BYTES = 256 * 1024 * 1024 };

#define OF_THE_PLACE                                                                                        \
        "('" META_EPOCH "', '" META_MARK "', '" META_SYNC_MARK "', '" META_TIMELINE "', '" META_GAPS "')"

/*
 * All tables of the schema but those of the daemons at work (store/schema.c); a table stands after those
 * that it refers to.
 */
static const struct {
        const char *name, *condition;
} tables[] = {
        { "meta", " WHERE name NOT IN " OF_THE_PLACE },
        { "counter", "" },
        { "collection", "" },
        { "object", "" },
        { "tombstone", "" },
        { "pruned", "" },
        { "stamp", "" },
        { "history", "" },
        { "person", "" },
        { "subscription", "" },
        { "stopped", "" },
        { "mute", "" },
        { "mute_kind", "" },
        { "private_feed", "" },
        { "alarm", "" },
        { "agenda", "" },
        { "contact_due", "" },
        { "mail", "" },
        { "sample", "" },
        { "message", "" },
        { "told", "" },
        { "past", "" },
        { "past_total", "" },
        { "old_link", "" },
        { "bounce", "" },
        { "undeliverable", "" },
        { "signup", "" },
        { "meeting", "" },
        { "meeting_slot", "" },
        { "meeting_token", "" },
        { "meeting_step", "" },
        { "free_busy", "" },
        { "account", "" },
        { "account_token", "" },
        { "second_factor", "" },
        { "recovery_code", "" },
        { "account_right", "" },
        { "session", "" },
        { "property", "" },
        { "trash", "" },
        { "trash_right", "" },
        { "announcement", "" },
        { "announcement_text", "" },
        { "announcement_due", "" },
        { "change_task", "" },
        { "invitee", "" },
        { "invitee_answer", "" },
        { "itip", "" },
        { "office_text", "" },
};

enum { N_TABLES = sizeof(tables) / sizeof(tables[0]) };

const char *store_copy_table(size_t index)
{
        return index < N_TABLES ? tables[index].name : NULL;
}

/* The sum of the hashes of all rows, which is the same in each order of the rows. */
typedef struct Digest {
        uint64_t words[DIGEST_WORDS];
        int64_t n_rows;
} Digest;

typedef struct Cell {
        DbType type;
        bool is_null;
        int64_t number;
        const char *bytes; /* of a text or of bytes; borrowed from the row or from Reader.texts */
        size_t len;
} Cell;

/* Reads a table row by row. */
typedef struct Reader {
        DbStatement *select;
        Hash *hash;
        Digest digest;
        Cell cells[COLUMNS_MAX];
        Buffer texts[COLUMNS_MAX];
        int n_columns;
        int64_t n_repaired;
} Reader;

static void reader_done(Reader *reader)
{
        db_reset(reader->select);
        hash_free(reader->hash);
        for (int i = 0; i < COLUMNS_MAX; i++)
                buffer_done(&reader->texts[i]);
}

static int reader_init(Reader *reader, Store *store, size_t table)
{
        char sql[SQL_BYTES];
        *reader = (Reader){ .hash = hash_new() };
        for (int i = 0; i < COLUMNS_MAX; i++)
                reader->texts[i] = BUFFER_INIT(TEXT_MAX_BYTES);
        snprintf(sql, sizeof(sql), "SELECT * FROM %s%s", tables[table].name, tables[table].condition);
        return reader->hash ? db_prepare_text(store_db(store), sql, &reader->select) : -ENOMEM;
}

/* A text is read as all readers of the store see it, and made well-formed, as PostgreSQL demands. */
static int read_text(Reader *reader, int column, Cell *cell)
{
        Buffer *text = &reader->texts[column];
        const char *found = db_text(reader->select, column, NULL);
        buffer_reset(text);
        reader->n_repaired += (int64_t)utf8_append_repaired(text, found, strlen(found));
        cell->bytes = buffer_text(text);
        cell->len = text->len;
        return buffer_error(text);
}

static int read_cell(Reader *reader, int column)
{
        Cell *cell = &reader->cells[column];
        *cell = (Cell){
                .type = db_column_type(reader->select, column),
                .is_null = db_is_null(reader->select, column),
        };
        if (cell->is_null)
                return 0;
        if (cell->type == DB_TEXT)
                return read_text(reader, column, cell);
        if (cell->type == DB_BYTES)
                cell->bytes = db_text(reader->select, column, &cell->len);
        else
                cell->number = db_int(reader->select, column);
        return 0;
}

static void hash_cell(Hash *hash, const Cell *cell)
{
        const uint64_t head[] = { cell->is_null, cell->type, cell->len, (uint64_t)cell->number };
        hash_update(hash, head, sizeof(head));
        if (cell->bytes)
                hash_update(hash, cell->bytes, cell->len);
}

static void digest_add(Digest *digest, Hash *hash)
{
        char hex[HASH_HEX_SIZE];
        hash_finish(hash, hex);
        for (int i = DIGEST_WORDS - 1; i >= 0; i--) {
                char *word = hex + (size_t)i * sizeof(uint64_t) * 2;
                digest->words[i] += strtoull(word, NULL, 16);
                *word = '\0';
        }
        digest->n_rows++;
}

/* Return: DB_ROW, 0 after the last row, a condition of the store, negative errno. */
static int reader_next(Reader *reader)
{
        int r = db_step(reader->select);
        if (r != DB_ROW)
                return r;
        reader->n_columns = db_n_columns(reader->select);
        if (reader->n_columns > COLUMNS_MAX)
                return -E2BIG;
        for (int i = 0; i < reader->n_columns; i++) {
                r = read_cell(reader, i);
                if (r != 0)
                        return r;
                hash_cell(reader->hash, &reader->cells[i]);
        }
        digest_add(&reader->digest, reader->hash);
        return DB_ROW;
}

/* Prepares the insertion of rows that have the columns of the reader's current row. */
static int prepare_insert(Store *to, const char *table, const Reader *reader, DbStatement **ret)
{
        CLEANUP(buffer_done) Buffer sql = BUFFER_INIT(SQL_BYTES);
        buffer_printf(&sql, "INSERT INTO %s (", table);
        for (int i = 0; i < reader->n_columns; i++)
                buffer_printf(&sql, "%s%s", i ? ", " : "", db_column_name(reader->select, i));
        buffer_puts(&sql, ") VALUES (");
        for (int i = 0; i < reader->n_columns; i++)
                buffer_printf(&sql, "%s$%d", i ? ", " : "", i + 1);
        buffer_putc(&sql, ')');
        int r = buffer_error(&sql);
        return r != 0 ? r : db_prepare_text(store_db(to), buffer_text(&sql), ret);
}

static int insert_row(DbStatement *insert, const Reader *reader)
{
        db_rewind(insert);
        for (int i = 0; i < reader->n_columns; i++) {
                const Cell *cell = &reader->cells[i];
                if (cell->is_null)
                        db_bind_text(insert, i + 1, NULL);
                else if (cell->type == DB_NUMBER)
                        db_bind_int(insert, i + 1, cell->number);
                else if (cell->type == DB_TEXT)
                        db_bind_text(insert, i + 1, cell->bytes);
                else
                        db_bind_bytes(insert, i + 1, cell->bytes, cell->len);
        }
        return db_step(insert);
}

typedef struct Copy {
        const StoreCopyOptions *options;
        StoreCopyReport *report;
        Store *from, *to;
} Copy;

static void copy_done(Copy *copy)
{
        store_close(copy->from);
        store_close(copy->to);
}

static int copy_rows(Copy *copy, size_t table, Digest *ret)
{
        CLEANUP(reader_done) Reader reader;
        DbStatement *insert = NULL;
        int r = reader_init(&reader, copy->from, table);
        while (r == 0 && (r = reader_next(&reader)) == DB_ROW) {
                r = insert ? 0 : prepare_insert(copy->to, tables[table].name, &reader, &insert);
                if (r == 0)
                        r = insert_row(insert, &reader);
                copy->report->at_target = r != 0;
        }
        db_reset(insert);
        copy->report->n_repaired += reader.n_repaired;
        *ret = reader.digest;
        return r;
}

static int read_again(Copy *copy, size_t table, Digest *ret)
{
        CLEANUP(reader_done) Reader reader;
        int r = reader_init(&reader, copy->to, table);
        while (r == 0 && (r = reader_next(&reader)) == DB_ROW)
                r = 0;
        copy->report->at_target = r != 0;
        *ret = reader.digest;
        return r;
}

static void tell(const Copy *copy, size_t table, const Digest *digest)
{
        StoreCopyTable told = { .name = tables[table].name, .n_rows = digest->n_rows };
        for (int i = 0; i < DIGEST_WORDS; i++)
                snprintf(told.digest + (size_t)i * 16, 17, "%016" PRIx64, digest->words[i]);
        if (copy->options->on_table)
                copy->options->on_table(&told, copy->options->userdata);
}

static int copy_table(Copy *copy, size_t table)
{
        Digest given, found;
        copy->report->table = tables[table].name;
        int r = copy_rows(copy, table, &given);
        if (r == 0)
                r = read_again(copy, table, &found);
        if (r == 0 && memcmp(&given, &found, sizeof(given)) != 0)
                r = COPY_E_DIFFERS;
        if (r != 0)
                return r;
        tell(copy, table, &given);
        copy->report->n_tables++;
        copy->report->n_rows += given.n_rows;
        copy->report->table = NULL;
        return 0;
}

/* Makes the tables, without the rows that a new store has. */
static int make_tables(Copy *copy)
{
        int version;
        int r = schema_version(store_db(copy->to), &version);
        if (r == 0 && version != 0)
                r = COPY_E_NOT_EMPTY;
        if (r == 0)
                r = schema_make(copy->to);
        if (r == 0)
                r = query_run(copy->to, SQL("DELETE FROM meta"), NULL, 0);
        if (r == 0)
                r = query_run(copy->to, SQL("DELETE FROM counter"), NULL, 0);
        copy->report->at_target = r != 0;
        return r;
}

/* The tables are those of the source: both have the version of this program. */
static int copy_all(Copy *copy)
{
        int r = make_tables(copy);
        for (size_t i = 0; r == 0 && i < N_TABLES; i++)
                r = copy_table(copy, i);
        if (r != 0)
                return r;
        r = epoch_renew(copy->to);
        copy->report->at_target = r != 0;
        return r;
}

/* Takes the daemons' lock and begins to read one state of the source. */
static int open_source(Copy *copy, InputError *ret_error)
{
        const StoreCopyOptions *options = copy->options;
        int r = store_open(options->from, STORE_READ_ONLY, options->zones, &copy->from, ret_error);
        if (r == 0)
                r = store_lock(copy->from);
        if (r == DB_E_BUSY && copy->from)
                return COPY_E_AT_WORK;
        if (r == 0)
                r = store_begin_read(copy->from);
        if (r == 0)
                r = hold_find(copy->from, &copy->report->held);
        return r == 0 && copy->report->held != MARK_CURRENT ? COPY_E_HELD : r;
}

static int open_target(Copy *copy, char **ret_why)
{
        int r = store_open_raw(copy->options->to, copy->options->zones, &copy->to, ret_why);
        if (r == 0)
                r = store_expect_bulk(copy->to);
        /* There is no table yet in which store_begin_write() could note the timeline. */
        if (r == 0)
                r = db_begin_write(store_db(copy->to));
        copy->report->at_target = r != 0;
        return r;
}

/* Adds the engine's message to the sentence of the condition, as store_open() does. */
static void explain(const Copy *copy, int condition, const char *why, InputError *ret_error)
{
        bool at_target = copy->report->at_target;
        Store *store = at_target ? copy->to : copy->from;
        const char *reason = why ? why : store && store->db ? db_message(store->db) : "";
        snprintf(ret_error->message, sizeof(ret_error->message), "%s (%s)", store_explain(NULL, condition),
                        reason);
}

int store_copy(const StoreCopyOptions *options, StoreCopyReport *ret, InputError *ret_error)
{
        CLEANUP(copy_done) Copy copy = { .options = options, .report = ret };
        CLEANUP(cleanup_free) char *why = NULL;
        *ret = (StoreCopyReport){ .held = MARK_CURRENT };
        int r = open_source(&copy, ret_error);
        if (r != 0)
                return r;
        r = open_target(&copy, &why);
        if (r == 0)
                r = copy_all(&copy);
        if (r == 0) {
                r = store_commit(copy.to);
                ret->at_target = r != 0;
        }
        if (r != 0 && ret_error)
                explain(&copy, r, why, ret_error);
        if (r != 0 && copy.to)
                store_rollback(copy.to);
        return r;
}
