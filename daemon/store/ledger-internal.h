#pragma once

/* Inside of store/ only: shared by the files of the ledger. */

#include "store/ledger.h"
#include "store/query.h"

#define MAIL_COLUMNS                                                                                        \
        "id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due,"     \
        " next_attempt, expires, message_id, token, reply, created, updated, finish, place, reason, as_of"

enum { MAIL_N_COLUMNS = 24 };

/* The callback of a query whose rows have MAIL_COLUMNS. */
typedef struct MailWalk {
        int (*on_mail)(const MailRecord *record, void *userdata);
        void *userdata;
} MailWalk;

/** mail_walk_row() - a QueryRow: pass the row, borrowed, to the callback of a MailWalk */
int mail_walk_row(DbStatement *row, void *walk);

/**
 * told_keep() - store the occurrences that a mail about several events tells, in the current transaction
 * told_drop() - delete them, because the bytes are no longer valid
 */
int told_keep(Store *store, int64_t mail, const MailText *text);
int told_drop(Store *store, int64_t mail);

/* The archive (ledger-past.c). */

/** past_find() - the archived row of a key; *ret_id is 0 if there is none, and *ret_state is then not set */
int past_find(Store *store, const char *key, int64_t *ret_id, MailState *ret_state);

/**
 * past_get(), past_get_by_token() - as ledger_get(), without the texts. STORE_E_NOT_FOUND: there is no such
 * row.
 */
int past_get(Store *store, int64_t id, MailRecord **ret);
int past_get_by_token(Store *store, const char *token, MailRecord **ret);

/** past_token() - derive the token of a row from its number and key; the row need not be archived */
int past_token(Store *store, int64_t id, const char *key, char ret[static TOKEN_SIZE]);

/* States with a next attempt; states that are not final. */
#define SQL_STATES_WAITING SQL_MAIL_PENDING ", " SQL_MAIL_UNKNOWN
#define SQL_STATES_OPEN    SQL_MAIL_PENDING ", " SQL_MAIL_COMMITTED ", " SQL_MAIL_UNKNOWN

/* Rows whose mail may have arrived; must be the same text as in the index mail_told. */
#define MAY_BE_TOLD                                                                                         \
        "(state = " SQL_MAIL_COMMITTED " OR state = " SQL_MAIL_UNKNOWN " OR state = " SQL_MAIL_SENT         \
        " OR state = " SQL_MAIL_PARKED ")"

/*
 * A parked mail of a contact ($1), not expired at $2, that no other mail of the contact lists or has
 * listed.
 */
#define PARKED_AND_UNTOLD                                                                                   \
        "contact = $1 AND contact <> 0 AND state = " SQL_MAIL_PARKED                                        \
        " AND uid <> '' AND expires > $2 AND updated <= $2"                                                 \
        " AND NOT EXISTS (SELECT 1 FROM mail AS teller"                                                     \
        " WHERE teller.id = mail.carried AND teller.state IN (" SQL_STATES_OPEN ", " SQL_MAIL_SENT "))"     \
        " AND NOT EXISTS (SELECT 1 FROM past"                                                               \
        " WHERE past.id = mail.carried AND past.state = " SQL_MAIL_SENT ")"

/** mail_copy() - a copy that owns its strings and message; NULL if memory ran out */
MailRecord *mail_copy(const MailRecord *from);
