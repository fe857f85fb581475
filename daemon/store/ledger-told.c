/*
 * The occurrences of which contacts were told. If a mail is about one occurrence, its own row has it. If a
 * mail is about several, such as a digest, the table `told` has a row for each. Both count as long as the
 * mail may have arrived.
 */

#include "store/ledger-internal.h"

enum { MAILS_AT_ONCE = 200 }; /* whose occurrences are deleted in one transaction */

static int keep(Store *store, int64_t mail, const MailTold *told)
{
        return QUERY_RUN(store,
                        "INSERT INTO told (mail, contact, object, uid, recurrence_id, start, finish, place, expires)"
                        " SELECT id, contact, $2, $3, $4, $5, $6, $7, $8 FROM mail WHERE id = $1",
                        BIND_I(mail), BIND_I(told->object), BIND_T(told->uid), BIND_T(told->recurrence_id),
                        BIND_T(told->start), BIND_T(told->finish), BIND_T(told->place),
                        BIND_I(told->expires));
}

int told_keep(Store *store, int64_t mail, const MailTold *told, size_t n)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < n; i++)
                r = keep(store, mail, &told[i]);
        return r;
}

int told_drop(Store *store, int64_t mail)
{
        return QUERY_RUN(store, "DELETE FROM told WHERE mail " SQL_OF_MAIL, BIND_I(mail));
}

/* A text is kept that names what a row lists: its own, that of its bundle, or of a mail that repeats it. */
#define HAS_TEXT                                                                                            \
        "EXISTS (SELECT 1 FROM mail AS teller JOIN message"                                                 \
        " ON message.mail IN (teller.id, teller.bundle, teller.carried) WHERE teller.id = told.mail)"

/* Each step is a transaction of its own, so that mails are sent between two of them. */
int ledger_told_forget(Store *store, usec_t before)
{
        int64_t after = 0, last = 0;
        int r;
        do {
                r = QUERY_NUMBER(store, &last, 0,
                                "SELECT coalesce(max(mail), 0) FROM (SELECT DISTINCT mail FROM told"
                                " WHERE mail > $1 ORDER BY mail LIMIT $2) AS part",
                                BIND_I(after), BIND_I(MAILS_AT_ONCE));
                if (r == 0 && last > 0)
                        r = QUERY_RUN(store,
                                        "DELETE FROM told WHERE mail > $1 AND mail <= $2 AND expires <= $3"
                                        " AND NOT " HAS_TEXT,
                                        BIND_I(after), BIND_I(last), BIND_I(before));
                after = last;
        } while (r == 0 && last > 0);
        return r;
}

int ledger_told_each(Store *store, int64_t contact, const char *uid, usec_t now,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata)
{
        MailWalk walk = { on_mail, userdata };
        return QUERY_EACH(store, mail_walk_row, &walk,
                        "SELECT " MAIL_COLUMNS " FROM mail"
                        " WHERE uid = $1 AND contact = $2 AND " MAY_BE_TOLD " AND expires > $3"
                        " UNION ALL SELECT " MAIL_COLUMNS " FROM mail"
                        " WHERE uid = $1 AND contact = $2 AND state = " SQL_MAIL_FAILED
                        " AND attempts > 1 AND expires > $3"
                        " UNION ALL SELECT " MAIL_COLUMNS " FROM mail"
                        " WHERE uid = $1 AND contact = $2 AND next_attempt > 0 AND " SQL_AGAIN
                        " AND expires > $3"
                        " UNION ALL SELECT " TOLD_COLUMNS " FROM told JOIN mail ON mail.id = told.mail"
                        " WHERE told.uid = $1 AND told.contact = $2 AND told.expires > $3"
                        " AND (" MAY_BE_TOLD " OR " SQL_AGAIN " OR (state = " SQL_MAIL_FAILED
                        " AND attempts > 1))"
                        " UNION ALL SELECT " MAIL_COLUMNS " FROM mail"
                        " WHERE uid = $1 AND contact = $2 AND state = " SQL_MAIL_SUPPRESSED
                        " AND reason = " SQL_REASON_UNTOLD " AND expires > $3"
                        " ORDER BY as_of, id",
                        BIND_T(uid), BIND_I(contact), BIND_I(now));
}

int ledger_told_by(Store *store, int64_t mail, int (*on_mail)(const MailRecord *record, void *userdata),
                void *userdata)
{
        MailWalk walk = { on_mail, userdata };
        return QUERY_EACH(store, mail_walk_row, &walk,
                        "SELECT " TOLD_COLUMNS " FROM told JOIN mail ON mail.id = told.mail"
                        " WHERE told.mail " SQL_OF_MAIL " UNION ALL SELECT " MAIL_COLUMNS
                        " FROM mail WHERE bundle = $1 AND bundle > 0 AND id <> $1",
                        BIND_I(mail));
}

int ledger_told_with(Store *store, const MailRecord *mail, const char *whole, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM told JOIN mail ON mail.id = told.mail"
                        " WHERE told.uid = $1 AND told.contact = $2 AND told.recurrence_id = $3"
                        " AND told.start = $4 AND mail.uid = $5 AND state = " SQL_MAIL_SENT,
                        BIND_T(mail->uid), BIND_I(mail->contact), BIND_T(mail->recurrence_id),
                        BIND_T(mail->start), BIND_T(whole));
        if (r == 0)
                *ret = n > 0;
        return r;
}

int ledger_has_open_reminder(Store *store, int64_t contact, const char *uid, usec_t now, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM mail"
                        " WHERE contact = $1 AND uid = $2 AND kind = 'reminder' AND due <= $3"
                        " AND state IN (" SQL_STATES_OPEN ")",
                        BIND_I(contact), BIND_T(uid), BIND_I(now));
        if (r == 0)
                *ret = n > 0;
        return r;
}

int ledger_is_told(Store *store, const char *uid, usec_t now, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM (SELECT 1 FROM mail WHERE uid = $1 AND " MAY_BE_TOLD
                        " AND expires > $2 UNION ALL SELECT 1 FROM mail WHERE uid = $1 AND state = " SQL_MAIL_FAILED
                        " AND attempts > 1 AND expires > $2"
                        " UNION ALL SELECT 1 FROM mail WHERE uid = $1 AND next_attempt > 0 AND " SQL_AGAIN
                        " AND expires > $2"
                        " UNION ALL SELECT 1 FROM told JOIN mail ON mail.id = told.mail"
                        " WHERE told.uid = $1 AND told.expires > $2 AND (" MAY_BE_TOLD " OR " SQL_AGAIN
                        " OR (state = " SQL_MAIL_FAILED " AND attempts > 1)) LIMIT 1) AS found",
                        BIND_T(uid), BIND_I(now));
        if (r == 0)
                *ret = n > 0;
        return r;
}

int ledger_has_open_notice(Store *store, const char *uid, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM mail WHERE uid = $1"
                        " AND kind IN ('" MAIL_KIND_CHANGE "', '" MAIL_KIND_CANCEL
                        "') AND state IN (" SQL_STATES_OPEN ")",
                        BIND_T(uid));
        if (r == 0)
                *ret = n > 0;
        return r;
}
