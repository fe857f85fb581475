#pragma once

/* Inside of store/ only: shared by the files of the ledger. */

#include "store/ledger.h"
#include "store/query.h"

#define MAIL_COLUMNS                                                                                        \
        "id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due,"     \
        " next_attempt, expires, message_id, token, reply, created, updated, finish, place, reason, as_of, bundle"

enum { MAIL_N_COLUMNS = 25 };

/* The userdata of mail_walk_row(). */
typedef struct MailWalk {
        int (*on_mail)(const MailRecord *record, void *userdata);
        void *userdata;
} MailWalk;

/* A row whose first copy may have arrived and whose second one is composed anew: see ledger_scatter(). */
#define SQL_AGAIN "(state = " SQL_MAIL_PENDING " AND attempts > 0)"

/**
 * mail_walk_row() - the QueryRow of a query whose rows have MAIL_COLUMNS. Passes each row, borrowed, to the
 * callback of the MailWalk @walk.
 */
int mail_walk_row(DbStatement *row, void *walk);

/*
 * Several daemons (store/node.h). `owner` is the daemon that has claimed a mail, or that sends it: without
 * several daemons it is 0, as is db_node(). @me: the parameter with the number of this daemon.
 */
#define SQL_OWNER_IS_GONE "NOT EXISTS (SELECT 1 FROM node WHERE node.id = mail.owner)"
#define SQL_MAY_CLAIM(me) "(owner = " me " OR owner = 0 OR " SQL_OWNER_IS_GONE ")"

/* A COMMITTED row is changed by its owner only. A command, whose number is 0, may change each row. */
#define SQL_MAY_MOVE(me) "(+state <> " SQL_MAIL_COMMITTED " OR " me " = 0 OR owner = " me ")"

/*
 * Whether an erasure may have taken the recipient of a mail: the contact is gone. If the mail is to no
 * contact: the address is gone, or the request to be confirmed, or the visitor or the host of the meeting.
 */
#define SQL_RECIPIENT_IS_GONE                                                                               \
        "((mail.contact > 0 AND NOT EXISTS (SELECT 1 FROM object WHERE object.id = mail.contact))"          \
        " OR (mail.contact = 0 AND ((mail.kind LIKE 'schedule-%' AND mail.place = '')"                      \
        " OR (mail.kind = '" MAIL_KIND_CONFIRM "' AND mail.place <> ''"                                     \
        " AND NOT EXISTS (SELECT 1 FROM signup WHERE signup.digest = mail.place))"                          \
        " OR (mail.kind LIKE 'meeting%' AND EXISTS (SELECT 1 FROM meeting WHERE meeting.uid = mail.uid"     \
        " AND (meeting.address = ''"                                                                        \
        " OR NOT EXISTS (SELECT 1 FROM object WHERE object.uid = meeting.host)))))))"

/*
 * The reply of a server, which may name the address. It is not kept if the recipient is gone: an erasure may
 * have come before the reply. @reply: the parameter
 */
#define SQL_REPLY(reply) "CASE WHEN " SQL_RECIPIENT_IS_GONE " THEN '' ELSE " reply " END"

/** ledger_me() - the number of this daemon, as a parameter */
#define LEDGER_ME(store) BIND_I(db_node(store_db(store)))

/** The id and the state of a row, the columns of a query in this order. */
typedef struct FoundMail {
        int64_t id;
        MailState state;
} FoundMail;

/** mail_found_read() - the QueryRow of such a query, with a FoundMail as userdata */
int mail_found_read(DbStatement *row, void *found);

/** told_keep() - store the occurrences that a mail lists for a row, in the current transaction */
int told_keep(Store *store, int64_t mail, const MailTold *told, size_t n);

/** told_drop() - delete the occurrences of the rows of a mail, because its bytes are no longer valid */
int told_drop(Store *store, int64_t mail);

/* Bundles (ledger-bundle.c). */

/*
 * The rows of a mail, for statements whose $1 is the id of the row that leads it: this row and, if the mail
 * is a bundle, the others.
 */
#define SQL_OF_MAIL                                                                                         \
        "IN (SELECT id FROM mail WHERE id = $1"                                                             \
        " UNION ALL SELECT id FROM mail WHERE bundle = $1 AND bundle > 0 AND id <> $1)"

/*
 * Rows of a bundle that do not lead it, if the state of the row that leads it is in @states. A row whose
 * leader was lost, in a damaged store, counts as leading and does not match.
 */
#define SQL_FOLLOWS(states)                                                                                 \
        "(bundle > 0 AND bundle <> id AND EXISTS (SELECT 1 FROM mail AS leader"                             \
        " WHERE leader.id = mail.bundle AND leader.state IN (" states ")))"

/* Rows that are mails: of a bundle, only the row that leads it. */
#define SQL_LEADS "(bundle <= 0 OR bundle = id)"

/**
 * bundle_commit() - set the other rows of a bundle to COMMITTED and record the row that leads them, whose
 * commit is in the same transaction
 */
int bundle_commit(Store *store, int64_t leader, const MailText *text, usec_t now);

/**
 * bundle_waits() - check that the other rows of a bundle still wait. Return: STORE_E_STALE if one does not.
 */
int bundle_waits(Store *store, const MailText *text);

/**
 * bundle_dissolve() - let the rows of a bundle that was not delivered be composed again
 * @bundle: BUNDLE_NONE, so that they can be one mail again, or BUNDLE_ALONE
 */
int bundle_dissolve(Store *store, int64_t leader, int64_t bundle);

/* The archive (ledger-past.c). */

/**
 * past_find() - find the archived row of a key. If there is none, *ret_id is 0 and *ret_state is not set.
 */
int past_find(Store *store, const char *key, int64_t *ret_id, MailState *ret_state);

/**
 * past_get(), past_get_by_token() - read an archived row as ledger_get() does; the texts that the archive
 * does not keep are empty. STORE_E_NOT_FOUND: there is no such row.
 */
int past_get(Store *store, int64_t id, MailRecord **ret);
int past_get_by_token(Store *store, const char *token, MailRecord **ret);

/** past_token() - derive the token of a row from its number and key; the row need not be archived */
int past_token(Store *store, int64_t id, const char *key, char ret[static TOKEN_SIZE]);

/* WAITING: the states that have a next attempt. OPEN: the states that are not final. */
#define SQL_STATES_WAITING SQL_MAIL_PENDING ", " SQL_MAIL_UNKNOWN
#define SQL_STATES_OPEN    SQL_MAIL_PENDING ", " SQL_MAIL_COMMITTED ", " SQL_MAIL_UNKNOWN

/* Rows whose mail may have arrived. The text must be the same as in the index mail_told. */
#define MAY_BE_TOLD                                                                                         \
        "(state = " SQL_MAIL_COMMITTED " OR state = " SQL_MAIL_UNKNOWN " OR state = " SQL_MAIL_SENT         \
        " OR state = " SQL_MAIL_PARKED ")"

/* As MAIL_COLUMNS, for one occurrence in a mail about several. */
#define TOLD_COLUMNS                                                                                        \
        "mail.id, key, kind, mail.contact, told.object, told.uid, told.recurrence_id, told.start, '',"      \
        " state, attempts, tries, due, next_attempt, told.expires, message_id, token, reply, created,"      \
        " updated, told.finish, told.place, reason, as_of, bundle"

/* No other mail, sent or still open, lists what a parked mail told. */
#define NOT_CARRIED                                                                                         \
        "NOT EXISTS (SELECT 1 FROM mail AS teller"                                                          \
        " WHERE teller.id = mail.carried AND teller.state IN (" SQL_STATES_OPEN ", " SQL_MAIL_SENT "))"     \
        " AND NOT EXISTS (SELECT 1 FROM past"                                                               \
        " WHERE past.id = mail.carried AND past.state = " SQL_MAIL_SENT ")"

/*
 * The parked mails of a contact ($1) that have not expired at $2 and are not listed in another mail,
 * whether that mail is sent or still open.
 */
#define PARKED_AND_UNTOLD                                                                                   \
        "contact = $1 AND contact <> 0 AND state = " SQL_MAIL_PARKED                                        \
        " AND uid <> '' AND expires > $2 AND updated <= $2 AND " NOT_CARRIED

/* The same for the occurrences in parked digests; of `mail` joined with `told`. */
#define DIGEST_PARKED_AND_UNTOLD                                                                            \
        "mail.contact = $1 AND mail.contact <> 0 AND state = " SQL_MAIL_PARKED                              \
        " AND kind = '" MAIL_KIND_DIGEST "' AND told.expires > $2 AND updated <= $2 AND " NOT_CARRIED

/** parked_wait() - STORE_E_STALE if another mail lists one of the parked mails that this mail is to list */
int parked_wait(Store *store, int64_t id, const MailText *text);

/** parked_carry() - record that this mail lists its parked mails, so that no other mail lists them again */
int parked_carry(Store *store, int64_t id, const MailText *text);

/** mail_copy() - make a copy that owns its strings and its message; NULL if there is no memory */
MailRecord *mail_copy(const MailRecord *from);
