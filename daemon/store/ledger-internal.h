#pragma once

/* Inside of store/ only: what the ledger's reads and its moves share. */

#include "store/ledger.h"

#define MAIL_COLUMNS                                                                                        \
        "id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due,"     \
        " next_attempt, expires, message_id, token, reply, created, updated, finish, place, reason"

enum { MAIL_N_COLUMNS = 23 };

/*
 * Rows that have a next attempt; rows that are not closed; rows whose mail may have arrived, or could not
 * be sent a third time.
 */
#define SQL_STATES_WAITING SQL_MAIL_PENDING ", " SQL_MAIL_UNKNOWN
#define SQL_STATES_OPEN    SQL_MAIL_PENDING ", " SQL_MAIL_COMMITTED ", " SQL_MAIL_UNKNOWN
#define SQL_STATES_TOLD    SQL_MAIL_COMMITTED ", " SQL_MAIL_UNKNOWN ", " SQL_MAIL_SENT ", " SQL_MAIL_PARKED

/*
 * A parked mail of a contact ($1), still of use ($2), that no other mail of the contact tells or has told.
 */
#define PARKED_AND_UNTOLD                                                                                   \
        "contact = $1 AND contact <> 0 AND state = " SQL_MAIL_PARKED                                        \
        " AND uid <> '' AND expires > $2 AND updated <= $2"                                                 \
        " AND NOT EXISTS (SELECT 1 FROM mail AS teller"                                                     \
        " WHERE teller.id = mail.carried AND teller.state IN (" SQL_STATES_OPEN ", " SQL_MAIL_SENT "))"
