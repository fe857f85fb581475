#pragma once

/* Inside of store/ only: what the ledger's reads and its moves share. */

#include "store/ledger.h"
#include "store/query.h"

#define MAIL_COLUMNS                                                                                        \
        "id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due,"     \
        " next_attempt, expires, message_id, token, reply, created, updated, finish, place, reason, as_of"

enum { MAIL_N_COLUMNS = 24 };

/* A row of MAIL_COLUMNS, for the functions that take a walk's callback. */
typedef struct MailWalk {
        int (*on_mail)(const MailRecord *record, void *userdata);
        void *userdata;
} MailWalk;

/** mail_walk_row() - a QueryRow: show the row, borrowed, to the MailWalk */
int mail_walk_row(DbStatement *row, void *walk);

/**
 * told_keep() - what the bytes of a mail about several events tell, in the transaction under way
 * told_drop() - the bytes are void: nothing was told
 */
int told_keep(Store *store, int64_t mail, const MailText *text);
int told_drop(Store *store, int64_t mail);

/* The rows of the past (ledger-past.c). */

/** past_find() - the row of a key; *ret_id is 0 when there is none, and *ret_state untouched */
int past_find(Store *store, const char *key, int64_t *ret_id, MailState *ret_state);

/** past_get(), past_get_by_token() - as ledger_get(), without the texts. STORE_E_NOT_FOUND: there is no such row. */
int past_get(Store *store, int64_t id, MailRecord **ret);
int past_get_by_token(Store *store, const char *token, MailRecord **ret);

/** past_token() - the token that a row's number and key give, whether it is in the past or not */
int past_token(Store *store, int64_t id, const char *key, char ret[static TOKEN_SIZE]);

/* Rows that have a next attempt; rows that are not closed. */
#define SQL_STATES_WAITING SQL_MAIL_PENDING ", " SQL_MAIL_UNKNOWN
#define SQL_STATES_OPEN    SQL_MAIL_PENDING ", " SQL_MAIL_COMMITTED ", " SQL_MAIL_UNKNOWN

/* Rows whose mail may have arrived, or could not be sent a third time; word for word as the index mail_told has it. */
#define MAY_BE_TOLD                                                                                         \
        "(state = " SQL_MAIL_COMMITTED " OR state = " SQL_MAIL_UNKNOWN " OR state = " SQL_MAIL_SENT         \
        " OR state = " SQL_MAIL_PARKED ")"

/*
 * A parked mail of a contact ($1), still of use ($2), that no other mail of the contact tells or has told.
 */
#define PARKED_AND_UNTOLD                                                                                   \
        "contact = $1 AND contact <> 0 AND state = " SQL_MAIL_PARKED                                        \
        " AND uid <> '' AND expires > $2 AND updated <= $2"                                                 \
        " AND NOT EXISTS (SELECT 1 FROM mail AS teller"                                                     \
        " WHERE teller.id = mail.carried AND teller.state IN (" SQL_STATES_OPEN ", " SQL_MAIL_SENT "))"     \
        " AND NOT EXISTS (SELECT 1 FROM past"                                                               \
        " WHERE past.id = mail.carried AND past.state = " SQL_MAIL_SENT ")"

/** mail_copy() - a record of its own with the strings and the message of @from; NULL when there is no memory */
MailRecord *mail_copy(const MailRecord *from);
