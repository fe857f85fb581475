#pragma once

/* Inside of store/ only: the records of a transfer, one for each table whose rows are not objects. */

#include "store/transfer.h"

typedef enum TransferFieldType {
        FIELD_NUMBER,
        FIELD_TEXT,
        FIELD_BYTES,   /* text in a column of bytes */
        FIELD_KEY,     /* bytes, in hexadecimal */
        FIELD_PACKED,  /* text that is stored compressed (store/history-internal.h); "" for none */
        FIELD_CONTACT, /* number of an object that must exist */
        FIELD_OBJECT,  /* number of an object that may have been deleted; 0 for none */
        FIELD_MAIL,
        FIELD_MEETING,
} TransferFieldType;

typedef struct TransferField {
        const char *name; /* NULL ends a list */
        TransferFieldType type;
        int64_t min, max; /* the range of an enum's numbers; both 0: any number */
        int64_t since;    /* the first version of the format with this field; 0 or "" in older files */
} TransferField;

/* In the order in which they are written and added: a record refers only to earlier ones. */
typedef enum TransferKind {
        TRANSFER_COLLECTION,
        TRANSFER_OBJECT,
        TRANSFER_DELETED,
        TRANSFER_REFUSED,
        TRANSFER_OFFER_LINK,
        TRANSFER_LISTING,
        TRANSFER_STOPPED,
        TRANSFER_MUTED,
        TRANSFER_MUTED_KIND,
        TRANSFER_PRIVATE_FEED,
        TRANSFER_DIGEST,
        TRANSFER_UNDELIVERABLE,
        TRANSFER_MAIL,
        TRANSFER_TOLD,
        TRANSFER_PAST,
        TRANSFER_OLD_LINK,
        TRANSFER_RETURNED,
        TRANSFER_SIGNUP,
        TRANSFER_MEETING,
        TRANSFER_MEETING_SLOT,
        TRANSFER_MEETING_TOKEN,
        TRANSFER_MEETING_STEP,
        TRANSFER_ACCOUNT,
        TRANSFER_ACCOUNT_TOKEN,
        TRANSFER_ACCOUNT_RIGHT,
        TRANSFER_SECOND_FACTOR,
        TRANSFER_RECOVERY_CODE,
        TRANSFER_PROPERTY,
        TRANSFER_TRASH,
        TRANSFER_TRASH_OBJECT,
        TRANSFER_TRASH_RIGHT,
        TRANSFER_ANNOUNCEMENT,
        TRANSFER_ANNOUNCEMENT_TEXT,
        TRANSFER_HISTORY,
        TRANSFER_OFFICE_TEXT,
        TRANSFER_ANNOUNCEMENT_DUE,
        TRANSFER_CHANGE_TASK,
        TRANSFER_N_KINDS,
} TransferKind;

enum { TRANSFER_FIELDS_MAX = 32 };

typedef struct TransferTable {
        const char *name; /* of the record */
        const TransferField *fields;
        const char *counter; /* a new number is the parameter after the fields; NULL for none */
} TransferTable;

extern const TransferTable transfer_tables[TRANSFER_N_KINDS];

/* The statement that reads the columns of the fields, and the one that adds them. */
extern const Sql transfer_select[TRANSFER_N_KINDS], transfer_insert[TRANSFER_N_KINDS];

/* The bytes of mails that may have arrived: a record with the number of the mail and its text. */
#define TRANSFER_TEXT "mail-text"

#define TRANSFER_STORE "store"
#define TRANSFER_END   "end"

/*
 * The members of the first line except "version" and "moves"; each has the store's value with the name
 * @meta.
 */
typedef struct TransferValue {
        const char *name, *meta; /* NULL ends the list */
} TransferValue;

extern const TransferValue transfer_values[];
