#include "store/suppression.h"

#include "store/address.h"
#include "store/contact-due.h"
#include "store/ledger.h"
#include "store/query.h"

#include <stdio.h>
#include <string.h>

static void copy_text(DbStatement *row, int column, char *ret, size_t size)
{
        snprintf(ret, size, "%s", db_text(row, column, NULL));
}

/* Deletes soft returns that no longer count for a limit. */
static int forget_old(Store *store, int64_t contact, usec_t before)
{
        return QUERY_RUN(store, "DELETE FROM bounce WHERE contact = $1 AND hard = 0 AND at < $2",
                        BIND_I(contact), BIND_I(before));
}

static int enter(Store *store, const ReturnedMail *record, const char *address, usec_t now, bool *ret_is_new)
{
        int r = QUERY_RUN(store,
                        "INSERT INTO bounce (mail, contact, address, hard, at)"
                        " VALUES ($1, $2, $3, $4, $5)"
                        " ON CONFLICT (mail) DO UPDATE SET hard = excluded.hard, at = excluded.at"
                        " WHERE bounce.hard < excluded.hard",
                        BIND_I(record->mail), BIND_I(record->contact), BIND_T(address), BIND_I(record->hard),
                        BIND_I(now));
        *ret_is_new = r == 0 && query_changed(store) > 0;
        return r;
}

/*
 * Decides whether to suppress the address. Days are counted, not mails: a night in which the contact's mail
 * server is down counts as one day, however many mails were returned.
 */
static int check_limit(Store *store, const ReturnedMail *record, const char *address,
                const SuppressionLimit *limit, bool *ret)
{
        int64_t days = 0;
        int r = QUERY_NUMBER(store, &days, 0,
                        "SELECT count(DISTINCT at / $3) FROM bounce"
                        " WHERE contact = $1 AND address = $2",
                        BIND_I(record->contact), BIND_T(address), BIND_I(USEC_PER_DAY));
        *ret = r == 0 && (record->hard || days >= limit->days);
        return r;
}

int suppression_put(Store *store, const ReturnedMail *cause, usec_t at)
{
        char address[ADDRESS_SIZE];
        address_fold(cause->address, address);
        return QUERY_RUN(store,
                        "INSERT INTO undeliverable (contact, address, status, reason, at, restored)"
                        " VALUES ($1, $2, $3, $4, $5, 0)"
                        " ON CONFLICT (contact) DO UPDATE SET address = excluded.address,"
                        " status = excluded.status, reason = excluded.reason, at = excluded.at",
                        BIND_I(cause->contact), BIND_T(address), BIND_T(cause->status),
                        BIND_T(cause->reason), BIND_I(at));
}

static int suppress(Store *store, const ReturnedMail *record, usec_t now)
{
        int r = suppression_put(store, record, now);
        return r != 0 ? r
                      : ledger_suppress_contact(store, record->contact, NULL, MAIL_REASON_SUPPRESSED, now);
}

/* Records in the ledger that a sent mail was returned. */
static int tell_ledger(Store *store, const ReturnedMail *record, usec_t now)
{
        char reply[SUPPRESSION_STATUS_SIZE + SUPPRESSION_REASON_SIZE];
        snprintf(reply, sizeof(reply), "%s%s%s", record->status,
                        record->status[0] && record->reason[0] ? " " : "", record->reason);
        return ledger_came_back(store, record->mail, reply, now);
}

static int count(Store *store, const ReturnedMail *record, const SuppressionLimit *limit, usec_t now,
                SuppressionOutcome *ret)
{
        int64_t there = 0;
        usec_t restored = 0;
        bool is_new = false, is_over = false, was_suppressed = false;
        char address[ADDRESS_SIZE];
        address_fold(record->address, address);
        *ret = SUPPRESSION_KNOWN;
        int r = QUERY_NUMBER(store, &there, 0, "SELECT count(*) FROM object WHERE id = $1",
                        BIND_I(record->contact));
        if (r == 0)
                r = QUERY_NUMBER(store, &restored, 0,
                                "SELECT restored FROM undeliverable WHERE contact = $1",
                                BIND_I(record->contact));
        if (r != 0 || !there || record->sent < restored)
                return r;
        r = forget_old(store, record->contact, now - limit->period);
        if (r == 0)
                r = enter(store, record, address, now, &is_new);
        if (r != 0 || !is_new)
                return r;
        *ret = SUPPRESSION_COUNTED;
        r = tell_ledger(store, record, now);
        if (r == 0)
                r = suppression_is_suppressed(store, record->contact, address, &was_suppressed);
        if (r == 0)
                r = check_limit(store, record, address, limit, &is_over);
        if (r != 0 || was_suppressed || !is_over)
                return r;
        *ret = SUPPRESSION_SUPPRESSED;
        return suppress(store, record, now);
}

int suppression_add(Store *store, const ReturnedMail *record, const SuppressionLimit *limit, usec_t now,
                SuppressionOutcome *ret)
{
        StoreWrite write;
        SuppressionOutcome entry = SUPPRESSION_KNOWN;
        int r = store_write_begin(store, &write);
        if (r == 0)
                r = store_write_end(&write, count(store, record, limit, now, &entry));
        if (r == 0)
                *ret = entry;
        return r;
}

int suppression_delivered(Store *store, int64_t contact)
{
        return forget_old(store, contact, USEC_INFINITY);
}

int suppression_forget(Store *store, usec_t before)
{
        return QUERY_RUN(store, "DELETE FROM bounce WHERE hard = 0 AND at < $1", BIND_I(before));
}

typedef struct StateReader {
        const char *address; /* folded */
        SuppressionState *state;
} StateReader;

static int read_suppression(DbStatement *row, void *userdata)
{
        const StateReader *reader = userdata;
        SuppressionState *state = reader->state;
        state->suppressed = true;
        copy_text(row, 0, state->status, sizeof(state->status));
        copy_text(row, 1, state->reason, sizeof(state->reason));
        state->since = db_int(row, 2);
        return 0;
}

static int find_suppression(Store *store, int64_t contact, const char *address, SuppressionState *ret)
{
        char folded[ADDRESS_SIZE];
        StateReader reader = { folded, ret };
        address_fold(address, folded);
        return QUERY_EACH(store, read_suppression, &reader,
                        "SELECT status, reason, at FROM undeliverable"
                        " WHERE contact = $1 AND at > 0 AND address = $2",
                        BIND_I(contact), BIND_T(folded));
}

static int read_soft(DbStatement *row, void *userdata)
{
        SuppressionState *state = userdata;
        state->n_soft = db_int(row, 0);
        state->last = db_int(row, 1);
        return 0;
}

static int count_soft(Store *store, int64_t contact, const char *address, SuppressionState *ret)
{
        char folded[ADDRESS_SIZE];
        address_fold(address, folded);
        return QUERY_EACH(store, read_soft, ret,
                        "SELECT count(*), max(at) FROM bounce"
                        " WHERE contact = $1 AND hard = 0 AND address = $2",
                        BIND_I(contact), BIND_T(folded));
}

int suppression_state(Store *store, int64_t contact, const char *address, SuppressionState *ret)
{
        SuppressionState state = { 0 };
        int r = find_suppression(store, contact, address, &state);
        if (r == 0)
                r = count_soft(store, contact, address, &state);
        if (r == 0)
                *ret = state;
        return r;
}

int suppression_is_suppressed(Store *store, int64_t contact, const char *address, bool *ret)
{
        SuppressionState state = { 0 };
        int r = find_suppression(store, contact, address, &state);
        if (r == 0)
                *ret = state.suppressed;
        return r;
}

static int clear(Store *store, int64_t contact, usec_t now)
{
        int r = QUERY_RUN(store, "DELETE FROM bounce WHERE contact = $1", BIND_I(contact));
        /* The contact is to hear of what has changed since it was told. */
        if (r == 0)
                r = contact_due_wake_listings(store, contact);
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "INSERT INTO undeliverable (contact, address, status, reason, at, restored)"
                                        " VALUES ($1, '', '', '', 0, $2)"
                                        " ON CONFLICT (contact) DO UPDATE SET address = '', status = '',"
                                        " reason = '', at = 0, restored = excluded.restored",
                                        BIND_I(contact), BIND_I(now));
}

int suppression_clear(Store *store, int64_t contact, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, clear(store, contact, now));
}

int suppression_count(Store *store, int64_t *ret_suppressed, int64_t *ret_soft)
{
        int64_t suppressed = 0, soft = 0;
        int r = QUERY_NUMBER(store, &soft, 0, "SELECT count(DISTINCT contact) FROM bounce WHERE hard = 0");
        if (r == 0)
                r = QUERY_NUMBER(store, &suppressed, 0,
                                "SELECT count(*) FROM undeliverable"
                                " JOIN object ON object.id = undeliverable.contact"
                                " AND object.address = undeliverable.address"
                                " WHERE undeliverable.at > 0");
        if (r == 0) {
                *ret_suppressed = suppressed;
                *ret_soft = soft;
        }
        return r;
}
