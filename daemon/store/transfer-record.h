#pragma once

/* Inside of store/ only: a record of a transfer that is added, and its fields. */

#include "base/json-object.h"
#include "store/number-map.h"
#include "store/query.h"
#include "store/transfer-tables.h"

enum {
        SKIP = 1, /* the record refers to a row that was not added */
        KEY_BYTES = 16,
        SKIPPED = -1, /* in a map: this store has the meeting; rows that refer to it are not added */
};

struct Transfer {
        Store *store;
        usec_t now;
        int64_t version;      /* of the file */
        int64_t line;         /* number of the line */
        int64_t lines_of_end; /* number of lines that the record "end" states; -1 before that record */
        bool is_fresh;        /* the store has never mailed */
        char *secret;         /* of the old store's links */
        NumberMap objects, mails, meetings;
        NumberMap added_meetings; /* numbers that the meetings have in this store */
        TransferResult result;
};

/* A record, and its fields as the parameters of a statement. */
typedef struct Record {
        const JsonObject *object;
        const TransferTable *table;
        TransferKind kind;
        Bind binds[TRANSFER_FIELDS_MAX];
        size_t n;
        char key[KEY_BYTES];
        InputError *error;
} Record;

/** record_refuse() - say what is wrong with a record. Return: TRANSFER_E_INVALID. */
int record_refuse(const Record *record, int64_t line, const char *what);

/**
 * record_read() - make the parameters of the fields, with the numbers of this store. Return: 0, SKIP,
 * TRANSFER_E_INVALID, a condition of the store, negative errno.
 */
int record_read(Transfer *transfer, Record *record);

/** record_text(), record_number() - a field, by its place in the table */
const char *record_text(const Record *record, int field);
int64_t record_number(const Record *record, int field);

/** record_insert() - add a record by the statement of its table */
int record_insert(Transfer *transfer, const Record *record);

/** transfer_object_number() - keep an object's number if it is free, or take another one */
int transfer_object_number(Transfer *transfer, int64_t *number);

/**
 * transfer_number() - if @in_use is 0, keep *number, and raise the counter to it if it is lower; otherwise
 * replace *number by the next number of the counter
 */
int transfer_number(Transfer *transfer, const char *counter, int64_t in_use, int64_t *number);
