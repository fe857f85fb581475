/* Mails that wait and are no longer wanted: by a contact that has refused them, or by the office. */

#include "store/ledger-internal.h"
#include "store/mail-text.h"

/* The rows that a suppression closes: of a contact ($1), and of one event ($2) or of all events (""). */
#define STILL_OPEN_FOR "contact = $1 AND ($2 = '' OR uid = $2) AND state IN (" SQL_STATES_WAITING ")"

typedef struct Bundles {
        Store *store;
        usec_t now;
} Bundles;

static int scatter_row(DbStatement *row, void *userdata)
{
        const Bundles *bundles = userdata;
        return ledger_scatter(bundles->store, db_int(row, 0), bundles->now);
}

/*
 * A mail that may have arrived is not sent again if it is also about an event that the contact has refused.
 */
static int scatter_bundles(Store *store, int64_t contact, const char *uid, usec_t now)
{
        Bundles bundles = { store, now };
        return QUERY_EACH(store, scatter_row, &bundles,
                        "SELECT DISTINCT bundle FROM mail WHERE contact = $1 AND uid = $2 AND bundle > 0"
                        " AND state = " SQL_MAIL_UNKNOWN,
                        BIND_I(contact), BIND_T(uid));
}

static int suppress(Store *store, int64_t contact, const char *uid, MailReason reason, usec_t now)
{
        int r = QUERY_RUN(store,
                        "DELETE FROM message WHERE mail IN"
                        " (SELECT CASE WHEN bundle > 0 THEN bundle ELSE id END FROM mail WHERE " STILL_OPEN_FOR
                        ")",
                        BIND_I(contact), BIND_T(uid));
        bool has_bytes = r == 0 && query_changed(store) > 0;
        if (r == 0 && *uid)
                r = scatter_bundles(store, contact, uid, now);
        if (r == 0 && has_bytes)
                r = mail_text_sweep(store);
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "UPDATE mail SET state = CASE WHEN state = " SQL_MAIL_UNKNOWN
                                        " OR attempts > 0 THEN " SQL_MAIL_PARKED " ELSE " SQL_MAIL_SUPPRESSED
                                        " END, reason = $3, reply = '',"
                                        " updated = $4, next_attempt = 0"
                                        " WHERE " STILL_OPEN_FOR,
                                        BIND_I(contact), BIND_T(uid), BIND_I(reason), BIND_I(now));
}

int ledger_suppress_contact(Store *store, int64_t contact, const char *uid, MailReason reason, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, suppress(store, contact, uid ? uid : "", reason, now));
}

/* A row of a bundle that may have arrived leaves the bundle first: the other rows are still wanted. */
static int leave_bundle(Store *store, int64_t id, usec_t now)
{
        int64_t bundle = 0;
        int r = QUERY_NUMBER(store, &bundle, 0,
                        "SELECT bundle FROM mail WHERE id = $1 AND bundle > 0 AND state = " SQL_MAIL_UNKNOWN,
                        BIND_I(id));
        return r == 0 && bundle > 0 ? ledger_scatter(store, bundle, now) : r;
}

static int stop_mail(Store *store, int64_t id, usec_t now)
{
        int r = leave_bundle(store, id, now);
        if (r == 0)
                r = QUERY_RUN(store,
                                "UPDATE mail SET state = CASE WHEN state = " SQL_MAIL_UNKNOWN
                                " OR attempts > 0 THEN " SQL_MAIL_PARKED " ELSE " SQL_MAIL_SUPPRESSED
                                " END, reason = " SQL_REASON_WITHDRAWN ", reply = '',"
                                " updated = $2, next_attempt = 0"
                                " WHERE id = $1 AND state IN (" SQL_STATES_WAITING ")",
                                BIND_I(id), BIND_I(now));
        if (r == 0 && query_changed(store) == 0)
                r = STORE_E_CONFLICT;
        return r == 0 ? mail_text_drop(store, id) : r;
}

int ledger_stop_mail(Store *store, int64_t id, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, stop_mail(store, id, now));
}
