/* What the ledger is asked; its moves are in ledger.c. */

#include "store/ledger.h"

#include "store/ledger-internal.h"
#include "store/mail-text.h"
#include "store/query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int ledger_find(Store *store, const char *key, int64_t *ret_id, MailState *ret_state)
{
        DbStatement *statement;
        int r = STORE_QUERY(store, &statement, "SELECT id, state FROM mail WHERE key = $1", BIND_T(key));
        if (r == 0)
                r = db_step(statement);
        if (r != DB_ROW && r != 0)
                return r;
        *ret_id = r == DB_ROW ? db_int(statement, 0) : 0;
        *ret_state = r == DB_ROW ? (MailState)db_int(statement, 1) : (MailState)0;
        db_reset(statement);
        return 0;
}

int ledger_claim(Store *store, usec_t now, int limit, int64_t *ret_ids, int *ret_n)
{
        DbStatement *statement;
        int n = 0;
        int r = STORE_QUERY(store, &statement,
                        "SELECT id FROM mail WHERE next_attempt > 0 AND next_attempt <= $1 ORDER BY "
                        "next_attempt LIMIT $2",
                        BIND_I(now), BIND_I(limit));
        while (r == 0 && (r = db_step(statement)) == DB_ROW) {
                ret_ids[n++] = db_int(statement, 0);
                r = 0;
        }
        if (r == 0)
                *ret_n = n;
        return r;
}

int ledger_next_after(Store *store, usec_t after, usec_t *ret)
{
        return STORE_NUMBER(store, ret, USEC_INFINITY,
                        "SELECT min(next_attempt) FROM mail WHERE next_attempt > 0 AND next_attempt > $1",
                        BIND_I(after));
}

int ledger_oldest_due(Store *store, usec_t *ret)
{
        return STORE_NUMBER(store, ret, USEC_INFINITY,
                        "SELECT min(due) FROM mail WHERE next_attempt > 0 AND next_attempt > $1", BIND_I(0));
}

int ledger_last_sent(Store *store, usec_t *ret)
{
        return STORE_NUMBER(
                        store, ret, 0, "SELECT max(updated) FROM mail WHERE state = $1", BIND_I(MAIL_SENT));
}

/* The columns in the order of MAIL_COLUMNS; borrowed from the row. */
static void mail_read(DbStatement *statement, MailRecord *ret)
{
        *ret = (MailRecord){
                .id = db_int(statement, 0),
                .kind = db_text(statement, 2, NULL),
                .contact = db_int(statement, 3),
                .object = db_int(statement, 4),
                .uid = db_text(statement, 5, NULL),
                .recurrence_id = db_text(statement, 6, NULL),
                .start = db_text(statement, 7, NULL),
                .rule = db_text(statement, 8, NULL),
                .state = (MailState)db_int(statement, 9),
                .attempts = (int)db_int(statement, 10),
                .tries = (int)db_int(statement, 11),
                .due = db_int(statement, 12),
                .next_attempt = db_int(statement, 13),
                .expires = db_int(statement, 14),
                .message_id = db_text(statement, 15, NULL),
                .token = db_text(statement, 16, NULL),
                .reason = db_text(statement, 17, NULL),
                .created = db_int(statement, 18),
                .updated = db_int(statement, 19),
                .finish = db_text(statement, 20, NULL),
                .place = db_text(statement, 21, NULL),
        };
        strncpy(ret->key, db_text(statement, 1, NULL), sizeof(ret->key) - 1);
}

/* One allocation: the record, its strings, the message. */
static MailRecord *mail_copy(const MailRecord *from)
{
        const char *strings[] = { from->kind, from->uid, from->recurrence_id, from->start, from->rule,
                from->message_id, from->token, from->reason, from->finish, from->place };
        enum { N = sizeof(strings) / sizeof(strings[0]) };
        size_t size = sizeof(*from) + from->bytes_len + 1;
        for (size_t i = 0; i < N; i++)
                size += strlen(strings[i]) + 1;
        MailRecord *mail = malloc(size);
        if (!mail)
                return NULL;
        *mail = *from;
        const char **fields[N] = { &mail->kind, &mail->uid, &mail->recurrence_id, &mail->start, &mail->rule,
                &mail->message_id, &mail->token, &mail->reason, &mail->finish, &mail->place };
        char *place = (char *)(mail + 1);
        for (size_t i = 0; i < N; i++) {
                *fields[i] = place;
                place = stpcpy(place, strings[i]) + 1;
        }
        if (from->bytes) {
                mail->bytes = place;
                memcpy(place, from->bytes, from->bytes_len);
                place[from->bytes_len] = '\0';
        }
        return mail;
}

MailRecord *mail_record_free(MailRecord *record)
{
        free(record);
        return NULL;
}

/* The row that the statement stands on. */
static int read_one(DbStatement *statement, MailRecord **ret)
{
        MailRecord borrowed;
        char *bytes = NULL;
        mail_read(statement, &borrowed);
        int r = mail_text_read(statement, 22, &bytes, &borrowed.bytes_len);
        borrowed.bytes = bytes;
        MailRecord *mail = r == 0 ? mail_copy(&borrowed) : NULL;
        free(bytes);
        if (!mail)
                return r != 0 ? r : -ENOMEM;
        *ret = mail;
        return 0;
}

static int get_one(DbStatement *statement, MailRecord **ret)
{
        int r = db_step(statement);
        if (r != DB_ROW)
                return r == 0 ? STORE_E_NOT_FOUND : r;
        r = read_one(statement, ret);
        db_reset(statement);
        return r;
}

int ledger_get(Store *store, int64_t id, MailRecord **ret)
{
        DbStatement *statement;
        int r = STORE_QUERY(store, &statement,
                        "SELECT " MAIL_COLUMNS ", " TEXT_COLUMNS " FROM " TEXT_TABLES " WHERE id = $1",
                        BIND_I(id));
        return r != 0 ? r : get_one(statement, ret);
}

int ledger_get_by_token(Store *store, const char *token, MailRecord **ret)
{
        DbStatement *statement;
        int r = STORE_QUERY(store, &statement,
                        "SELECT " MAIL_COLUMNS ", " TEXT_COLUMNS " FROM " TEXT_TABLES " WHERE token = $1",
                        BIND_T(token));
        return r != 0 ? r : get_one(statement, ret);
}

static int each_row(DbStatement *statement, int (*on_mail)(const MailRecord *record, void *userdata),
                void *userdata)
{
        int r = 0;
        while (r == 0 && (r = db_step(statement)) == DB_ROW) {
                MailRecord mail;
                mail_read(statement, &mail);
                r = on_mail(&mail, userdata);
        }
        if (r != 0)
                db_reset(statement);
        return r;
}

int ledger_parked_each(Store *store, int64_t contact, usec_t now,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata)
{
        DbStatement *statement;
        int r = STORE_QUERY(store, &statement,
                        "SELECT " MAIL_COLUMNS " FROM mail WHERE " PARKED_AND_UNTOLD " ORDER BY id",
                        BIND_I(contact), BIND_I(now));
        return r != 0 ? r : each_row(statement, on_mail, userdata);
}

int ledger_told_each(Store *store, int64_t contact, const char *uid, usec_t now,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata)
{
        DbStatement *statement;
        int r = STORE_QUERY(store, &statement,
                        "SELECT " MAIL_COLUMNS " FROM mail WHERE uid = $1 AND contact = $2 AND state IN (2, "
                        "3, 4, 9) AND expires > $3"
                        " ORDER BY id",
                        BIND_T(uid), BIND_I(contact), BIND_I(now));
        return r != 0 ? r : each_row(statement, on_mail, userdata);
}

int ledger_last_notice(Store *store, int64_t contact, const char *uid, const char *recurrence_id,
                const char *start, usec_t *ret)
{
        return STORE_NUMBER(store, ret, 0,
                        "SELECT max(created) FROM mail WHERE contact = $1 AND uid = $2 AND recurrence_id = "
                        "$3"
                        " AND start = $4 AND kind = 'change'",
                        BIND_I(contact), BIND_T(uid), BIND_T(recurrence_id), BIND_T(start));
}

static const char each_newest_sql[] =
                "SELECT " MAIL_COLUMNS
                " FROM mail WHERE ($1 = 0 OR ($1 & (1 << state)) <> 0) ORDER BY id DESC LIMIT $2";
static const char each_oldest_sql[] =
                "SELECT " MAIL_COLUMNS
                " FROM mail WHERE ($1 = 0 OR ($1 & (1 << state)) <> 0) ORDER BY id LIMIT $2";

int ledger_each(Store *store, unsigned states, bool newest_first, int limit,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata)
{
        DbStatement *statement;
        int r = STORE_QUERY(store, &statement, newest_first ? each_newest_sql : each_oldest_sql,
                        BIND_I(states), BIND_I(limit));
        return r != 0 ? r : each_row(statement, on_mail, userdata);
}

int ledger_counts(Store *store, int64_t ret[static MAIL_PARKED + 1])
{
        DbStatement *statement;
        memset(ret, 0, (MAIL_PARKED + 1) * sizeof(*ret));
        int r = db_prepare(store_db(store), "SELECT state, count(*) FROM mail GROUP BY state", &statement);
        while (r == 0 && (r = db_step(statement)) == DB_ROW) {
                int64_t state = db_int(statement, 0);
                if (state >= 0 && state <= MAIL_PARKED)
                        ret[state] = db_int(statement, 1);
                r = 0;
        }
        return r;
}

int ledger_count_open(Store *store, int64_t *ret)
{
        return STORE_NUMBER(store, ret, 0,
                        "SELECT (SELECT count(*) FROM mail WHERE next_attempt > 0)"
                        " + (SELECT count(*) FROM mail WHERE state = $1)",
                        BIND_I(MAIL_COMMITTED));
}
