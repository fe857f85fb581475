#include "store/ledger-order.h"

#include "store/ledger-internal.h"

/* $1 the UID, $2 the address, $3 the row */
#define OF_ONE_MEETING(row)                                                                                 \
        row ".uid = $1 AND " row ".place = $2 AND " row ".kind IN ('" MAIL_KIND_REQUEST                     \
            "', '" MAIL_KIND_UPDATE "', '" MAIL_KIND_OFF "')"

int ledger_is_overtaken(Store *store, const MailRecord *mail, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM mail AS later WHERE later.id > $3 AND " OF_ONE_MEETING(
                                        "later") " AND (later.recurrence_id = '' OR later.recurrence_id = $4)",
                        BIND_T(mail->uid), BIND_T(mail->place), BIND_I(mail->id),
                        BIND_T(mail->recurrence_id));
        if (r == 0)
                *ret = n > 0;
        return r;
}

/*
 * Rows that wait, and rows that are being sent, are found by an index each. A row that waits and is
 * overtaken is not waited for: it is closed.
 */
int ledger_comes_later(Store *store, const MailRecord *mail, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM (SELECT 1 FROM mail AS waiting WHERE waiting.next_attempt > 0"
                        " AND waiting.id < $3 AND $4 <> '' AND waiting.recurrence_id <> $4 AND " OF_ONE_MEETING(
                                        "waiting") " UNION ALL SELECT 1 FROM mail AS sent WHERE sent.state = " SQL_MAIL_COMMITTED
                                                   " AND sent.id < $3 AND " OF_ONE_MEETING(
                                                                   "sent") ") AS earlier",
                        BIND_T(mail->uid), BIND_T(mail->place), BIND_I(mail->id),
                        BIND_T(mail->recurrence_id));
        if (r == 0)
                *ret = n > 0;
        return r;
}

/* These mails are to no contact, by whom an index finds them. */
int ledger_is_uninvited(Store *store, const MailRecord *mail, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM mail AS request WHERE request.id = (SELECT max(other.id)"
                        " FROM mail AS other WHERE other.contact = 0 AND other.id < $3 AND other.uid = $1"
                        " AND other.place = $2 AND other.kind = '" MAIL_KIND_REQUEST
                        "' AND other.recurrence_id IN ('', $4)) AND NOT EXISTS (SELECT 1 FROM mail AS told WHERE told.contact = 0"
                        " AND told.id >= request.id AND told.id < $3 AND told.recurrence_id IN ('', $4)"
                        " AND " OF_ONE_MEETING("told") " AND told.kind <> '" MAIL_KIND_OFF
                                                       "' AND told.attempts > 0"
                                                       " AND (told.state <> " SQL_MAIL_FAILED
                                                       " OR told.attempts > 1))",
                        BIND_T(mail->uid), BIND_T(mail->place), BIND_I(mail->id),
                        BIND_T(mail->recurrence_id));
        if (r == 0)
                *ret = n > 0;
        return r;
}
