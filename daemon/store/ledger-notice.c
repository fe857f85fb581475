/* The rows of notices that wait for the settling time, and of changes about which nobody gets a notice. */

#include "store/ledger-internal.h"

/*
 * Reopens a notice that was closed before any attempt, although the change is still untold: the contact was
 * not listed for a time, or could not see the event.
 */
static int reopen(Store *store, const MailRecord *record, usec_t now)
{
        return QUERY_RUN(store,
                        "UPDATE mail SET state = " SQL_MAIL_PENDING
                        ", due = $2, next_attempt = $2, reason = $3, reply = '', updated = $4"
                        " WHERE key = $1 AND attempts = 0 AND reason <> " SQL_REASON_UNTOLD
                        " AND state IN (" SQL_MAIL_SUPPRESSED ", " SQL_MAIL_CANCELLED ")",
                        BIND_T(record->key), BIND_I(record->next_attempt), BIND_I(record->reason),
                        BIND_I(now));
}

static int add_or_hasten(Store *store, const MailRecord *record, usec_t now)
{
        bool added = false;
        int r = ledger_add(store, record, now, &added);
        if (r == 0 && !added)
                r = reopen(store, record, now);
        if (r != 0 || added || record->next_attempt > now)
                return r;
        return QUERY_RUN(store,
                        "UPDATE mail SET next_attempt = $2, due = $2, reason = 0, updated = $2"
                        " WHERE key = $1 AND state = " SQL_MAIL_PENDING " AND reason = " SQL_REASON_SETTLING
                        " AND next_attempt > $2",
                        BIND_T(record->key), BIND_I(now));
}

int ledger_add_notice(Store *store, const MailRecord *record, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, add_or_hasten(store, record, now));
}

int ledger_settling_each(Store *store, int64_t contact, const char *uid, usec_t now,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata)
{
        MailWalk walk = { on_mail, userdata };
        return QUERY_EACH(store, mail_walk_row, &walk,
                        "SELECT " MAIL_COLUMNS " FROM mail WHERE contact = $1 AND next_attempt > 0"
                        " AND next_attempt > $3 AND uid = $2 AND attempts = 0 AND reason = " SQL_REASON_SETTLING,
                        BIND_I(contact), BIND_T(uid), BIND_I(now));
}

static int close_waiting(Store *store, const MailRecord *record, usec_t now)
{
        return QUERY_RUN(store,
                        "UPDATE mail SET state = " SQL_MAIL_CANCELLED ", reason = " SQL_REASON_UNTOLD
                        ", reply = '', updated = $4, next_attempt = 0"
                        " WHERE contact = $1 AND uid = $2 AND recurrence_id = $3 AND attempts = 0"
                        " AND state = " SQL_MAIL_PENDING " AND (kind = '" MAIL_KIND_CHANGE
                        "' OR kind = '" MAIL_KIND_CANCEL "')",
                        BIND_I(record->contact), BIND_T(record->uid), BIND_T(record->recurrence_id),
                        BIND_I(now));
}

/*
 * Adds the row. If a notice with the same key was waiting, close_waiting() has cancelled it, and its row is
 * changed instead. The new `as_of` puts the row after all mails that were composed before the change.
 */
static int add_untold(Store *store, const MailRecord *record, usec_t now)
{
        MailRecord untold = *record;
        bool added = false;
        int r = untold.as_of ? 0 : store_sequence(store, &untold.as_of);
        if (r == 0)
                r = close_waiting(store, record, now);
        untold.state = MAIL_SUPPRESSED;
        untold.reason = MAIL_REASON_UNTOLD;
        if (r == 0)
                r = ledger_add(store, &untold, now, &added);
        if (r != 0 || added)
                return r;
        return QUERY_RUN(store,
                        "UPDATE mail SET state = " SQL_MAIL_SUPPRESSED ", reason = " SQL_REASON_UNTOLD
                        ", as_of = $2, updated = $3, next_attempt = 0"
                        " WHERE key = $1 AND attempts = 0 AND state = " SQL_MAIL_CANCELLED,
                        BIND_T(record->key), BIND_I(untold.as_of), BIND_I(now));
}

int ledger_add_untold(Store *store, const MailRecord *record, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, add_untold(store, record, now));
}

static int add_basis(Store *store, const MailRecord *record, usec_t now)
{
        MailRecord basis = *record;
        bool added;
        basis.state = MAIL_SUPPRESSED;
        basis.reason = MAIL_REASON_UNTOLD;
        basis.due = now;
        return ledger_add(store, &basis, now, &added);
}

int ledger_add_basis(Store *store, const MailRecord *record, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, add_basis(store, record, now));
}

int ledger_drop_basis(Store *store, int64_t contact, const char *uid)
{
        return QUERY_RUN(store,
                        "DELETE FROM mail WHERE uid = $1 AND contact = $2 AND state = " SQL_MAIL_SUPPRESSED
                        " AND reason = " SQL_REASON_UNTOLD " AND kind = '" MAIL_KIND_BASIS "'",
                        BIND_T(uid), BIND_I(contact));
}
