/* Which daemon sends a mail (store/node.h), and the mails of daemons that have ended. */

#include "store/ledger-owner.h"

#include "store/ledger-internal.h"

int ledger_claim(Store *store, int64_t id)
{
        if (db_node(store_db(store)) == 0)
                return 0;
        int r = QUERY_RUN(store,
                        "UPDATE mail SET owner = $2 WHERE id = $1 AND next_attempt > 0 AND " SQL_MAY_CLAIM(
                                        "$2"),
                        BIND_I(id), LEDGER_ME(store));
        return r != 0 ? r : query_changed(store) > 0 ? 0 : STORE_E_CONFLICT;
}

int ledger_unclaim(Store *store, int64_t id)
{
        return QUERY_RUN(store,
                        "UPDATE mail SET owner = 0"
                        " WHERE next_attempt > 0 AND owner = $1 AND ($2 = 0 OR id = $2)",
                        LEDGER_ME(store), BIND_I(id));
}

/* The states but PENDING, as a list: mail_state does not find the rows by their time after a comparison. */
#define SQL_STATES_TRIED                                                                                    \
        SQL_MAIL_COMMITTED ", " SQL_MAIL_UNKNOWN ", " SQL_MAIL_SENT ", " SQL_MAIL_FAILED                    \
                           ", " SQL_MAIL_EXPIRED ", " SQL_MAIL_SUPPRESSED ", " SQL_MAIL_CANCELLED           \
                           ", " SQL_MAIL_PARKED

int ledger_attempts_count(Store *store, usec_t after, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT (SELECT count(*) FROM mail WHERE updated > $1 AND attempts > 0"
                        " AND state IN (" SQL_STATES_TRIED ") AND " SQL_LEADS ")"
                        " + (SELECT count(*) FROM mail WHERE next_attempt > 0 AND owner > 0"
                        " AND NOT " SQL_OWNER_IS_GONE " AND NOT (attempts > 0 AND updated > $1))",
                        BIND_I(after));
}

int ledger_interrupted_count(Store *store, int64_t *ret)
{
        return query_number(store,
                        SQL("SELECT count(*) FROM mail WHERE state = " SQL_MAIL_COMMITTED
                            " AND owner > 0 AND " SQL_OWNER_IS_GONE),
                        NULL, 0, 0, ret);
}

/* A search for interrupted rows: COMMITTED, but no sender has the mail. */
typedef struct Recovery {
        Store *store;
        usec_t now, next_attempt;
        bool (*is_held)(int64_t id, void *userdata);
        void *userdata;
        LedgerRecovery found;
} Recovery;

/* Reclaims the rows of a mail whose daemon has ended. */
static int reclaim(Store *store, int64_t id)
{
        return QUERY_RUN(store, "UPDATE mail SET owner = $2 WHERE id " SQL_OF_MAIL, BIND_I(id),
                        LEDGER_ME(store));
}

/* Parks a mail that was interrupted in its second attempt, because there is no third. */
static int park_interrupted(Recovery *recovery, int64_t id)
{
        recovery->found.n_parked++;
        int r = reclaim(recovery->store, id);
        return r != 0 ? r
                      : ledger_close(recovery->store, id, MAIL_PARKED, MAIL_REASON_INTERRUPTED_TWICE, "",
                                        recovery->now);
}

static int recover_row(DbStatement *row, void *userdata)
{
        Recovery *recovery = userdata;
        int64_t id = db_int(row, 0);
        if (recovery->is_held && recovery->is_held(id, recovery->userdata))
                return 0;
        if (db_int(row, 1) >= 2)
                return park_interrupted(recovery, id);
        recovery->found.n_unknown++;
        return QUERY_RUN(recovery->store,
                        "UPDATE mail SET state = " SQL_MAIL_UNKNOWN ", updated = $2, next_attempt = $3,"
                        " reason = " SQL_REASON_INTERRUPTED ", reply = '', owner = 0"
                        " WHERE id " SQL_OF_MAIL " AND +state = " SQL_MAIL_COMMITTED,
                        BIND_I(id), BIND_I(recovery->now), BIND_I(recovery->next_attempt));
}

int ledger_recover(Store *store, usec_t now, usec_t next_attempt,
                bool (*is_held)(int64_t id, void *userdata), void *userdata, LedgerRecovery *ret)
{
        StoreWrite write;
        Recovery recovery = { store, now, next_attempt, is_held, userdata, { 0, 0 } };
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        r = QUERY_EACH(store, recover_row, &recovery,
                        "SELECT id, attempts FROM mail WHERE state = " SQL_MAIL_COMMITTED
                        " AND " SQL_MAY_CLAIM("$1") " AND NOT " SQL_FOLLOWS(
                                        SQL_MAIL_COMMITTED) " ORDER BY id",
                        LEDGER_ME(store));
        r = store_write_end(&write, r);
        if (r == 0)
                *ret = recovery.found;
        return r;
}
