/* Adds the lines of a transfer to a store. */

#include "store/account.h"
#include "store/due-index.h"
#include "store/mark.h"
#include "store/object-numbers.h"
#include "store/store-internal.h"
#include "store/transfer-merge.h"
#include "store/transfer-slots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int count_rows(Store *store, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT (SELECT count(*) FROM mail) + (SELECT count(*) FROM past)"
                        " + (SELECT count(*) FROM meta WHERE name = $1)",
                        BIND_T(META_FIRST_START));
}

int transfer_new(Store *store, usec_t now, Transfer **ret)
{
        *ret = NULL;
        CLEANUP(transfer_freep) Transfer *transfer = calloc(1, sizeof(*transfer));
        int64_t n = 0;
        if (!transfer)
                return -ENOMEM;
        transfer->store = store;
        transfer->now = now;
        transfer->lines_of_end = -1;
        int r = count_rows(store, &n);
        transfer->is_fresh = n == 0;
        if (r == 0)
                *ret = TAKE_PTR(transfer);
        return r;
}

Transfer *transfer_free(Transfer *transfer)
{
        if (!transfer)
                return NULL;
        number_map_done(&transfer->objects);
        number_map_done(&transfer->mails);
        number_map_done(&transfer->meetings);
        number_map_done(&transfer->added_meetings);
        free(transfer->secret);
        free(transfer);
        return NULL;
}

static int add_record(Transfer *transfer, Record *record)
{
        record->table = &transfer_tables[record->kind];
        int r = record_read(transfer, record);
        if (r == 0)
                r = transfer_adders[record->kind] ? transfer_adders[record->kind](transfer, record)
                                                  : record_insert(transfer, record);
        transfer->result.n_records += r == 0;
        transfer->result.n_lost += r == SKIP;
        return r == SKIP ? 0 : r;
}

static int take_value(Transfer *transfer, const Record *record, const TransferValue *value)
{
        const char *text = json_object_text(record->object, value->name);
        return text ? store_meta_set(transfer->store, value->meta, text) : 0;
}

/* A store that has never mailed continues as the old one: with its links, its start and its mark. */
static int take_over(Transfer *transfer, const Record *record, int64_t moves)
{
        int r = 0;
        for (int i = 0; r == 0 && transfer_values[i].name; i++)
                r = take_value(transfer, record, &transfer_values[i]);
        store_forget_secret(transfer->store);
        return r != 0 ? r
                      : QUERY_RUN(transfer->store,
                                        "INSERT INTO counter (name, value) VALUES ($1, $2)"
                                        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                                        BIND_T(MARK_COUNTER), BIND_I(moves));
}

static int add_head(Transfer *transfer, const Record *record)
{
        int64_t version = 0, moves = 0;
        const char *secret = json_object_text(record->object, "secret");
        if (transfer->line != 1 || json_object_number(record->object, "version", &version) != 0)
                return record_refuse(record, transfer->line, "not the first line of a store");
        if (version < 1 || version > TRANSFER_VERSION)
                return record_refuse(record, transfer->line, "a newer convene made this file");
        transfer->version = version;
        json_object_number(record->object, "moves", &moves);
        transfer->secret = secret ? strdup(secret) : NULL;
        if (secret && !transfer->secret)
                return -ENOMEM;
        return transfer->is_fresh ? take_over(transfer, record, moves) : 0;
}

static int add_end(Transfer *transfer, const Record *record)
{
        if (json_object_number(record->object, "lines", &transfer->lines_of_end) != 0 ||
                        transfer->lines_of_end != transfer->line - 1)
                return record_refuse(record, transfer->line, "lines are missing before this one");
        return 0;
}

static int find_kind(const char *name)
{
        int kind = 0;
        while (kind < TRANSFER_N_KINDS && strcmp(transfer_tables[kind].name, name) != 0)
                kind++;
        return kind;
}

static int add_line(Transfer *transfer, Record *record)
{
        const char *name = json_object_text(record->object, "record");
        if (!name)
                return record_refuse(record, transfer->line, "a line without \"record\"");
        if (transfer->line == 1 || strcmp(name, TRANSFER_STORE) == 0)
                return add_head(transfer, record);
        if (transfer->lines_of_end >= 0)
                return record_refuse(record, transfer->line, "a line after the end");
        if (strcmp(name, TRANSFER_END) == 0)
                return add_end(transfer, record);
        if (strcmp(name, TRANSFER_TEXT) == 0)
                return transfer_mail_text(transfer, record);
        record->kind = (TransferKind)find_kind(name);
        return record->kind == TRANSFER_N_KINDS ? record_refuse(record, transfer->line, "an unknown record")
                                                : add_record(transfer, record);
}

static int parse(const char *line, size_t len, int64_t number, JsonObject **ret, InputError *ret_error)
{
        int r = json_object_parse(line, len, ret);
        if (r != -EINVAL)
                return r;
        input_error_set(ret_error, (size_t)number, NULL, "not a JSON object");
        return TRANSFER_E_INVALID;
}

/* Keeps the number of an object that is going to be put, unless an object has or had it. */
static int keep_number(Transfer *transfer, Record *record)
{
        record->table = &transfer_tables[record->kind];
        int r = record_read(transfer, record);
        if (r != 0)
                return r;
        int64_t wanted = record_number(record, 0), number = wanted;
        r = transfer_object_number(transfer, &number);
        return r != 0 || number != wanted
                               ? r
                               : object_numbers_keep(&transfer->store->numbers, record_text(record, 1),
                                                 record_text(record, 2), wanted);
}

int transfer_prepare(
                Transfer *transfer, const char *line, size_t len, bool *ret_ready, InputError *ret_error)
{
        CLEANUP(json_object_freep) JsonObject *object = NULL;
        int r = parse(line, len, 0, &object, ret_error);
        const char *name = r == 0 ? json_object_text(object, "record") : NULL;
        Record record = { .object = object, .error = ret_error };
        record.kind = (TransferKind)(name ? find_kind(name) : TRANSFER_N_KINDS);
        *ret_ready = name && strcmp(name, TRANSFER_STORE) != 0 && record.kind > TRANSFER_OBJECT;
        /* The version decides which fields a record has; transfer_add() checks it. */
        if (name && strcmp(name, TRANSFER_STORE) == 0)
                json_object_number(object, "version", &transfer->version);
        if (r == 0 && record.kind == TRANSFER_COLLECTION)
                r = add_record(transfer, &record);
        else if (r == 0 && record.kind == TRANSFER_OBJECT)
                r = keep_number(transfer, &record);
        return r;
}

int transfer_add(Transfer *transfer, const char *line, size_t len, InputError *ret_error)
{
        CLEANUP(json_object_freep) JsonObject *object = NULL;
        int r = parse(line, len, ++transfer->line, &object, ret_error);
        Record record = { .object = object, .error = ret_error };
        return r == 0 ? add_line(transfer, &record) : r;
}

/* A store that continues another one has the name of that store, but no mark with this name exists yet. */
static int place_mark(Store *store)
{
        MarkAge age = MARK_CURRENT;
        int r = mark_compare(store, &age);
        return r == 0 && age == MARK_MISSING ? mark_adopt(store) : r;
}

int transfer_end(Transfer *transfer, InputError *ret_error, TransferResult *ret)
{
        if (transfer->lines_of_end < 0) {
                input_error_set(ret_error, (size_t)transfer->line, NULL, "the last lines are missing");
                return TRANSFER_E_INVALID;
        }
        int r = transfer_free_slots(transfer);
        if (r == 0)
                r = account_changed(transfer->store);
        if (r == 0)
                r = due_index_wake_all(transfer->store);
        if (r == 0 && transfer->is_fresh)
                r = place_mark(transfer->store);
        if (r == 0)
                *ret = transfer->result;
        return r;
}
