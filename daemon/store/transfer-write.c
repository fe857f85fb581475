#include "base/json.h"
#include "base/utf8.h"
#include "store/history-internal.h"
#include "store/ledger-internal.h"
#include "store/ledger-past.h"
#include "store/mail-text.h"
#include "store/mark.h"
#include "store/query.h"
#include "store/transfer-tables.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 64 * 1024 * 1024 };

typedef struct Writing {
        Store *store;
        TransferKind kind;
        Buffer line;
        int64_t n; /* lines that were passed */
        int (*on_line)(const char *line, size_t len, void *userdata);
        void *userdata;
} Writing;

static void writing_done(Writing *writing)
{
        buffer_done(&writing->line);
}

static void begin_line(Writing *writing, const char *record)
{
        buffer_reset(&writing->line);
        buffer_putc(&writing->line, '{');
        json_member(&writing->line, "record", record);
}

static void put_number(Buffer *out, const char *name, int64_t number)
{
        buffer_printf(out, ", \"%s\": %" PRId64, name, number);
}

/* A server's reply may contain any octets. */
static void put_text(Buffer *out, const char *name, const char *text, size_t len)
{
        CLEANUP(buffer_done) Buffer valid = BUFFER_INIT(LINE_MAX_BYTES);
        utf8_append_repaired(&valid, text, len);
        json_member(out, name, buffer_text(&valid));
}

static void put_key(Buffer *out, const char *name, const char *bytes, size_t len)
{
        buffer_printf(out, ", \"%s\": \"", name);
        for (size_t i = 0; i < len; i++)
                buffer_printf(out, "%02x", (unsigned char)bytes[i]);
        buffer_putc(out, '"');
}

static int end_line(Writing *writing)
{
        buffer_putc(&writing->line, '}');
        int r = buffer_error(&writing->line);
        writing->n++;
        return r != 0 ? r
                      : writing->on_line(buffer_text(&writing->line), writing->line.len, writing->userdata);
}

static int put_packed(Buffer *out, const char *name, const char *bytes, size_t len)
{
        CLEANUP(cleanup_free) char *text = NULL;
        int r = history_unpack(bytes, len, &text, &len);
        if (r == 0)
                put_text(out, name, text ? text : "", len);
        return r;
}

static int put_field(Buffer *out, DbStatement *row, int column, const TransferField *field)
{
        size_t len;
        if (field->type == FIELD_KEY) {
                const char *bytes = db_text(row, column, &len);
                put_key(out, field->name, bytes, len);
        } else if (field->type == FIELD_PACKED) {
                const char *bytes = db_text(row, column, &len);
                return put_packed(out, field->name, bytes, len);
        } else if (field->type == FIELD_TEXT || field->type == FIELD_BYTES) {
                const char *text = db_text(row, column, &len);
                put_text(out, field->name, text, len);
        } else {
                put_number(out, field->name, db_int(row, column));
        }
        return 0;
}

static int write_row(DbStatement *row, void *userdata)
{
        Writing *writing = userdata;
        const TransferTable *table = &transfer_tables[writing->kind];
        begin_line(writing, table->name);
        int r = 0;
        for (int i = 0; r == 0 && table->fields[i].name; i++)
                r = put_field(&writing->line, row, i, &table->fields[i]);
        return r != 0 ? r : end_line(writing);
}

static int write_tables(Writing *writing)
{
        int r = 0;
        for (int i = 0; r == 0 && i < TRANSFER_N_KINDS; i++) {
                writing->kind = (TransferKind)i;
                r = query_each(writing->store, &transfer_select[i], NULL, 0, write_row, writing);
        }
        return r;
}

static int write_mail_text(DbStatement *row, void *userdata)
{
        Writing *writing = userdata;
        CLEANUP(cleanup_free) char *bytes = NULL;
        size_t len;
        int r = mail_text_read(row, 1, &bytes, &len);
        if (r != 0 || !bytes)
                return r;
        begin_line(writing, TRANSFER_TEXT);
        put_number(&writing->line, "mail", db_int(row, 0));
        put_text(&writing->line, "text", bytes, len);
        return end_line(writing);
}

static int put_value(Writing *writing, const char *name, const char *meta)
{
        CLEANUP(cleanup_free) char *value = NULL;
        int r = store_meta_get(writing->store, meta, &value);
        if (r == 0 && value)
                put_text(&writing->line, name, value, strlen(value));
        return r;
}

static int write_head(Writing *writing)
{
        int64_t moves = 0;
        begin_line(writing, TRANSFER_STORE);
        put_number(&writing->line, "version", TRANSFER_VERSION);
        int r = QUERY_NUMBER(writing->store, &moves, 0, "SELECT value FROM counter WHERE name = $1",
                        BIND_T(MARK_COUNTER));
        for (int i = 0; r == 0 && transfer_values[i].name; i++)
                r = put_value(writing, transfer_values[i].name, transfer_values[i].meta);
        put_number(&writing->line, "moves", moves);
        return r != 0 ? r : end_line(writing);
}

int transfer_write(
                Store *store, int (*on_line)(const char *line, size_t len, void *userdata), void *userdata)
{
        CLEANUP(writing_done)
        Writing writing = {
                .store = store,
                .line = BUFFER_INIT(LINE_MAX_BYTES),
                .on_line = on_line,
                .userdata = userdata,
        };
        int r = write_head(&writing);
        if (r == 0)
                r = write_tables(&writing);
        if (r == 0)
                r = QUERY_EACH(store, write_mail_text, &writing,
                                "SELECT mail.id, " TEXT_COLUMNS " FROM " TEXT_TABLES
                                " WHERE state IN (" SQL_MAIL_COMMITTED ", " SQL_MAIL_UNKNOWN
                                ") ORDER BY mail.id");
        if (r != 0)
                return r;
        begin_line(&writing, TRANSFER_END);
        put_number(&writing.line, "lines", writing.n);
        return end_line(&writing);
}
