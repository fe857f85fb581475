#pragma once

/* Inside of store/ only: what the ledger's reads and its moves share. */

#define MAIL_COLUMNS                                                                                        \
        "id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due, "    \
        "next_attempt,"                                                                                     \
        " expires, message_id, token, reason, created, updated, finish, place"

/* A parked mail of a contact ($1), still of use ($2), that no other one of its mails tells or has told. */
#define PARKED_AND_UNTOLD                                                                                   \
        "contact = $1 AND contact <> 0 AND state = 9 AND uid <> '' AND expires > $2 AND updated <= $2 AND " \
        "NOT EXISTS"                                                                                        \
        " (SELECT 1 FROM mail AS teller WHERE teller.id = mail.carried AND teller.state IN (1, 2, 3, 4))"
