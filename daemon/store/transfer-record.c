/* The fields of a record. References to rows of the old store become references to those of this store. */

#include "store/transfer-record.h"

#include "base/phrase.h"
#include "store/history-internal.h"

#include <string.h>

int record_refuse(const Record *record, int64_t line, const char *what)
{
        input_error_set(record->error, (size_t)line, record->table ? record->table->name : NULL, "%s",
                        phrase(what));
        return TRANSFER_E_INVALID;
}

const char *record_text(const Record *record, int field)
{
        return record->binds[field].text;
}

int64_t record_number(const Record *record, int field)
{
        return record->binds[field].number;
}

static int read_key(const char *text, char ret[static KEY_BYTES])
{
        static const char digits[] = "0123456789abcdef";
        if (strlen(text) != 2 * (size_t)KEY_BYTES || strspn(text, digits) != 2 * (size_t)KEY_BYTES)
                return TRANSFER_E_INVALID;
        for (int i = 0; i < KEY_BYTES; i++)
                ret[i] = (char)((strchr(digits, text[2 * i]) - digits) << 4 |
                                (strchr(digits, text[2 * i + 1]) - digits));
        return 0;
}

/* Keeps a number that is free, and raises the counter; takes another one if the number is in use. */
int transfer_number(Transfer *transfer, const char *counter, int64_t in_use, int64_t *number)
{
        if (in_use > 0)
                return query_count_up(transfer->store, counter, number);
        return QUERY_RUN(transfer->store, "UPDATE counter SET value = $2 WHERE name = $1 AND value < $2",
                        BIND_T(counter), BIND_I(*number));
}

int transfer_object_number(Transfer *transfer, int64_t *number)
{
        int64_t in_use = 0;
        int r = QUERY_NUMBER(transfer->store, &in_use, 0,
                        "SELECT (SELECT count(*) FROM object WHERE id = $1)"
                        " + (SELECT count(*) FROM tombstone WHERE id = $1)",
                        BIND_I(*number));
        return r != 0 ? r : transfer_number(transfer, "object", in_use, number);
}

/* An object that was deleted and left no trace gets a number that no object has. */
static int resolve_object(Transfer *transfer, bool must_exist, int64_t *number)
{
        if (*number == 0 || number_map_get(&transfer->objects, *number, number))
                return 0;
        if (must_exist)
                return SKIP;
        int64_t old = *number;
        int r = transfer_object_number(transfer, number);
        return r != 0 ? r : number_map_put(&transfer->objects, old, *number);
}

static int resolve(Transfer *transfer, TransferFieldType type, int64_t *number)
{
        if (type == FIELD_CONTACT || type == FIELD_OBJECT)
                return resolve_object(transfer, type == FIELD_CONTACT, number);
        if (type == FIELD_MAIL)
                number_map_get(&transfer->mails, *number, number);
        if (type == FIELD_MEETING)
                number_map_get(&transfer->meetings, *number, number);
        return type == FIELD_MEETING && *number == SKIPPED ? SKIP : 0;
}

static int refuse_field(const Transfer *transfer, const Record *record, const TransferField *field)
{
        input_error_set(record->error, (size_t)transfer->line, record->table->name,
                        "the member \"%s\" is missing or has a wrong value", field->name);
        return TRANSFER_E_INVALID;
}

/* The bytes are borrowed from the packer: a record has only one such field. */
static int read_packed(Transfer *transfer, const char *text, Bind *ret)
{
        const char *packed = "";
        size_t len = 0;
        int r = text[0] ? history_pack(transfer->store, text, strlen(text), &packed, &len) : 0;
        *ret = BIND_B(packed, len);
        return r;
}

static int read_field(Transfer *transfer, Record *record, const TransferField *field, Bind *ret)
{
        const char *text = json_object_text(record->object, field->name);
        int64_t number = 0;
        if (field->since > transfer->version) {
                *ret = field->type == FIELD_TEXT ? BIND_T("") : BIND_I(0);
                return 0;
        }
        if (field->type == FIELD_PACKED && text)
                return read_packed(transfer, text, ret);
        if (field->type == FIELD_KEY && text && read_key(text, record->key) == 0) {
                *ret = BIND_B(record->key, KEY_BYTES);
                return 0;
        }
        if (field->type == FIELD_TEXT && text) {
                *ret = BIND_T(text);
                return 0;
        }
        if (field->type == FIELD_BYTES && text) {
                *ret = BIND_B(text, strlen(text));
                return 0;
        }
        if (field->type == FIELD_TEXT || field->type == FIELD_BYTES || field->type == FIELD_KEY ||
                        field->type == FIELD_PACKED ||
                        json_object_number(record->object, field->name, &number) != 0)
                return refuse_field(transfer, record, field);
        if ((field->min != 0 || field->max != 0) && (number < field->min || number > field->max))
                return refuse_field(transfer, record, field);
        int r = resolve(transfer, field->type, &number);
        *ret = BIND_I(number);
        return r;
}

int record_read(Transfer *transfer, Record *record)
{
        int r = 0;
        for (const TransferField *field = record->table->fields; r == 0 && field->name; field++)
                r = read_field(transfer, record, field, &record->binds[record->n++]);
        if (r != 0 || !record->table->counter)
                return r;
        int64_t number = 0;
        r = query_count_up(transfer->store, record->table->counter, &number);
        record->binds[record->n++] = BIND_I(number);
        return r;
}

int record_insert(Transfer *transfer, const Record *record)
{
        return query_run(transfer->store, &transfer_insert[record->kind], record->binds, record->n);
}
