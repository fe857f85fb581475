/*
 * Parked mails, which the contact may not have received: a later mail of the contact lists them again, once
 * (see MailText.repeated).
 */

#include "store/ledger-internal.h"

int ledger_parked_each(Store *store, int64_t contact, usec_t now,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata)
{
        MailWalk walk = { on_mail, userdata };
        return QUERY_EACH(store, mail_walk_row, &walk,
                        "SELECT " MAIL_COLUMNS " FROM mail"
                        " WHERE " PARKED_AND_UNTOLD " UNION ALL SELECT " TOLD_COLUMNS
                        " FROM mail JOIN told ON told.mail = mail.id"
                        " WHERE " DIGEST_PARKED_AND_UNTOLD " ORDER BY id, expires, uid, start",
                        BIND_I(contact), BIND_I(now));
}

int parked_wait(Store *store, int64_t id, const MailText *text)
{
        int64_t contact = 0, n = 0;
        int r = text->n_repeated == 0
                                ? 0
                                : QUERY_NUMBER(store, &contact, 0, "SELECT contact FROM mail WHERE id = $1",
                                                  BIND_I(id));
        for (size_t i = 0; r == 0 && i < text->n_repeated; i++) {
                r = QUERY_NUMBER(store, &n, 0,
                                "SELECT count(*) FROM (SELECT 1 FROM mail WHERE id = $3 AND " PARKED_AND_UNTOLD
                                " UNION ALL SELECT 1 FROM mail JOIN told ON told.mail = mail.id"
                                " WHERE mail.id = $3 AND " DIGEST_PARKED_AND_UNTOLD ") AS found",
                                BIND_I(contact), BIND_I(text->made), BIND_I(text->repeated[i]));
                if (r == 0 && n == 0)
                        r = STORE_E_STALE;
        }
        return r;
}

int parked_carry(Store *store, int64_t id, const MailText *text)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < text->n_repeated; i++)
                r = QUERY_RUN(store, "UPDATE mail SET carried = $2 WHERE id = $1", BIND_I(text->repeated[i]),
                                BIND_I(id));
        return r;
}
