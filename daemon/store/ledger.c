/*
 * The functions that change the ledger's rows. Each statement names the states from which it may start; a
 * row in any other state is a conflict.
 */

#include "store/ledger.h"

#include "store/ledger-internal.h"
#include "store/mail-text.h"
#include "store/query.h"

static const char *const state_names[] = {
        [MAIL_PENDING] = "PENDING",
        [MAIL_COMMITTED] = "COMMITTED",
        [MAIL_UNKNOWN] = "UNKNOWN",
        [MAIL_SENT] = "SENT",
        [MAIL_FAILED] = "FAILED",
        [MAIL_EXPIRED] = "EXPIRED",
        [MAIL_SUPPRESSED] = "SUPPRESSED",
        [MAIL_CANCELLED] = "CANCELLED",
        [MAIL_PARKED] = "PARKED",
};

const char *mail_state_name(MailState state)
{
        return state >= MAIL_PENDING && state <= MAIL_PARKED ? state_names[state] : "?";
}

bool mail_state_is_final(MailState state)
{
        return state >= MAIL_SENT;
}

static int add(Store *store, const MailRecord *mail, usec_t now, bool *ret_added)
{
        int64_t id = 0, past = 0;
        char token[TOKEN_SIZE] = "";
        *ret_added = false;
        int r = past_find(store, mail->key, &past, &(MailState){ 0 });
        if (r != 0 || past > 0)
                return r;
        r = query_count_up(store, "mail", &id);
        if (r == 0)
                r = past_token(store, id, mail->key, token);
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO mail (" MAIL_COLUMNS ")"
                                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, $11,"
                                " $12, $13, '', $14, '', $16, $16, $17, $18, $15, $19, 0)"
                                " ON CONFLICT (key) DO NOTHING",
                                BIND_I(id), BIND_T(mail->key), BIND_T(mail->kind), BIND_I(mail->contact),
                                BIND_I(mail->object), BIND_T(mail->uid), BIND_T(mail->recurrence_id),
                                BIND_T(mail->start), BIND_T(mail->rule), BIND_I(mail->state),
                                BIND_I(mail->due),
                                BIND_I(mail_state_is_final(mail->state) ? 0 : mail->next_attempt),
                                BIND_I(mail->expires),
                                BIND_T(mail->token && mail->token[0] ? mail->token : token),
                                BIND_I(mail->reason), BIND_I(now), BIND_T(mail->finish ? mail->finish : ""),
                                BIND_T(mail->place ? mail->place : ""), BIND_I(mail->as_of));
        if (r == 0)
                *ret_added = query_changed(store) > 0;
        return r;
}

int ledger_add(Store *store, const MailRecord *record, usec_t now, bool *ret_added)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, add(store, record, now, ret_added));
}

/* Returns STORE_E_CONFLICT if the last statement found no row in a state from which it may start. */
static int changed_one(Store *store, int r)
{
        return r != 0 ? r : query_changed(store) > 0 ? 0 : STORE_E_CONFLICT;
}

static int keep_told(Store *store, int64_t id, const MailText *text)
{
        return QUERY_RUN(store, "UPDATE mail SET finish = $2, place = $3 WHERE id = $1", BIND_I(id),
                        BIND_T(text->finish), BIND_T(text->place));
}

static int keep_text(Store *store, int64_t id, const MailText *text)
{
        int r = text->replaces ? mail_text_drop(store, id) : 0;
        if (r == 0 && text->is_second)
                r = told_drop(store, id);
        if (r == 0)
                r = mail_text_keep(store, id, text->bytes, text->len, text->dictionary);
        if (r == 0 && text->finish)
                r = keep_told(store, id, text);
        if (r == 0)
                r = told_keep(store, id, text->told, text->n_told);
        return r == 0 ? parked_carry(store, id, text) : r;
}

int ledger_commit_attempt(Store *store, int64_t id, usec_t now)
{
        int r = QUERY_RUN(store,
                        "UPDATE mail SET state = " SQL_MAIL_COMMITTED ", attempts = attempts + 1,"
                        " updated = $2, next_attempt = 0, owner = $3"
                        " WHERE id " SQL_OF_MAIL " AND +state = " SQL_MAIL_UNKNOWN
                        " AND " SQL_MAY_CLAIM("$3"),
                        BIND_I(id), BIND_I(now), LEDGER_ME(store));
        return changed_one(store, r);
}

static int commit_first(Store *store, int64_t id, const MailText *text, usec_t now)
{
        int r = bundle_waits(store, text);
        if (r == 0)
                r = parked_wait(store, id, text);
        if (r != 0)
                return r;
        r = QUERY_RUN(store,
                        "UPDATE mail SET message_id = $2, state = " SQL_MAIL_COMMITTED ","
                        " attempts = attempts + 1, updated = $3, next_attempt = 0, as_of = $4, owner = $5,"
                        " expires = CASE WHEN $6 > 0 THEN $6 ELSE expires END"
                        " WHERE id = $1 AND state = " SQL_MAIL_PENDING " AND " SQL_MAY_CLAIM("$5"),
                        BIND_I(id), BIND_T(text->message_id), BIND_I(now), BIND_I(text->as_of),
                        LEDGER_ME(store), BIND_I(text->expires));
        r = changed_one(store, r);
        if (r == 0)
                r = keep_text(store, id, text);
        return r != 0 ? r : bundle_commit(store, id, text, now);
}

int ledger_commit_first_attempt(Store *store, int64_t id, const MailText *text, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, commit_first(store, id, text, now));
}

static int close_row(
                Store *store, int64_t id, MailState state, MailReason reason, const char *reply, usec_t now)
{
        int r = QUERY_RUN(store,
                        "UPDATE mail SET state = CASE WHEN " SQL_AGAIN " AND $2 <> " SQL_MAIL_SENT
                        " THEN " SQL_MAIL_PARKED " ELSE $2 END,"
                        " reason = $3, reply = " SQL_REPLY(
                                        "$5") ", updated = $4, next_attempt = 0, owner = 0"
                                              " WHERE id " SQL_OF_MAIL " AND +state IN (" SQL_STATES_OPEN
                                              ") AND " SQL_MAY_MOVE("$6"),
                        BIND_I(id), BIND_I(state), BIND_I(reason), BIND_I(now), BIND_T(reply),
                        LEDGER_ME(store));
        r = changed_one(store, r);
        /* The text of a sent mail is kept for a time, to be read (store/ledger-past.h). */
        return r != 0 || state == MAIL_SENT ? r : mail_text_drop(store, id);
}

int ledger_close(Store *store, int64_t id, MailState state, MailReason reason, const char *reply, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, close_row(store, id, state, reason, reply, now));
}

static int close_row_from(Store *store, int64_t id, MailState from, MailState state, MailReason reason,
                const char *reply, usec_t now)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0, "SELECT count(*) FROM mail WHERE id = $1 AND state = $2",
                        BIND_I(id), BIND_I(from));
        if (r == 0 && n == 0)
                r = STORE_E_CONFLICT;
        return r != 0 ? r : close_row(store, id, state, reason, reply, now);
}

int ledger_close_from(Store *store, int64_t id, MailState from, MailState state, MailReason reason,
                const char *reply, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r
                      : store_write_end(&write, close_row_from(store, id, from, state, reason, reply, now));
}

static int came_back(Store *store, int64_t id, const char *reply, usec_t now)
{
        return QUERY_RUN(store,
                        "UPDATE mail SET"
                        " updated = CASE WHEN state = " SQL_MAIL_SENT " THEN updated ELSE $3 END,"
                        " state = " SQL_MAIL_SENT ", reply = " SQL_REPLY(
                                        "$2") ", reason = " SQL_REASON_RETURNED ", next_attempt = 0"
                                              " WHERE id " SQL_OF_MAIL " AND +state IN (" SQL_MAIL_COMMITTED
                                              ", " SQL_MAIL_UNKNOWN ", " SQL_MAIL_SENT ")",
                        BIND_I(id), BIND_T(reply), BIND_I(now));
}

int ledger_came_back(Store *store, int64_t id, const char *reply, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, came_back(store, id, reply, now));
}

/*
 * An attempt that ended before its commit is counted in `tries`, here. An attempt that ended after its
 * commit was counted in `attempts` by the commit.
 */
int ledger_retry(Store *store, int64_t id, MailState state, usec_t next_attempt, const char *reply,
                usec_t now)
{
        if (state != MAIL_PENDING && state != MAIL_UNKNOWN)
                return STORE_E_CONFLICT;
        int r = QUERY_RUN(store,
                        "UPDATE mail SET"
                        " tries = tries + CASE WHEN state = " SQL_MAIL_COMMITTED " THEN 0 ELSE 1 END,"
                        " state = $2, next_attempt = $3, reason = 0, reply = " SQL_REPLY(
                                        "$4") ", updated = $5, owner = 0"
                                              " WHERE id " SQL_OF_MAIL " AND (+state = $2"
                                              " OR (+state = " SQL_MAIL_COMMITTED
                                              " AND $2 = " SQL_MAIL_UNKNOWN ")) AND " SQL_MAY_MOVE("$6"),
                        BIND_I(id), BIND_I(state), BIND_I(next_attempt), BIND_T(reply), BIND_I(now),
                        LEDGER_ME(store));
        return changed_one(store, r);
}

/*
 * If a mail is PENDING again, deletes its bytes, because it will be composed again, dissolves its bundle,
 * and lets other mails list the parked mails that it listed. @bundle: as for bundle_dissolve()
 */
static int forget_commit(Store *store, int64_t id, int64_t bundle)
{
        int64_t contact = 0;
        int r = QUERY_NUMBER(store, &contact, -1,
                        "SELECT contact FROM mail WHERE id = $1 AND state = " SQL_MAIL_PENDING, BIND_I(id));
        if (r != 0 || contact < 0)
                return r;
        r = mail_text_drop(store, id);
        if (r == 0)
                r = told_drop(store, id);
        if (r == 0)
                r = bundle_dissolve(store, id, bundle);
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "UPDATE mail SET carried = 0"
                                        " WHERE contact = $1 AND carried = $2 AND state = " SQL_MAIL_PARKED,
                                        BIND_I(contact), BIND_I(id));
}

typedef struct Release {
        Store *store;
        usec_t now;
} Release;

/*
 * Undoes a commit that the server has deferred. That commit delivered nothing, so it no longer counts as an
 * attempt; but an earlier commit may have delivered the mail.
 */
static int defer(Store *store, int64_t id, usec_t next_attempt, const char *reply, usec_t now)
{
        int r = QUERY_RUN(store,
                        "UPDATE mail SET"
                        " state = CASE WHEN attempts > 1 THEN " SQL_MAIL_UNKNOWN " ELSE " SQL_MAIL_PENDING
                        " END,"
                        " attempts = attempts - 1, tries = tries + 1, next_attempt = $2,"
                        " reason = 0, reply = " SQL_REPLY("$3") ", updated = $4, owner = 0"
                                                                " WHERE id " SQL_OF_MAIL
                                                                " AND +state = " SQL_MAIL_COMMITTED
                                                                " AND " SQL_MAY_MOVE("$5"),
                        BIND_I(id), BIND_I(next_attempt), BIND_T(reply), BIND_I(now), LEDGER_ME(store));
        r = changed_one(store, r);
        return r != 0 ? r : forget_commit(store, id, BUNDLE_NONE);
}

int ledger_defer(Store *store, int64_t id, usec_t next_attempt, const char *reply, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, defer(store, id, next_attempt, reply, now));
}

static int split(Store *store, int64_t leader, const char *reply, usec_t now)
{
        int r = QUERY_RUN(store,
                        "UPDATE mail SET state = " SQL_MAIL_PENDING ", attempts = 0, tries = tries + 1,"
                        " message_id = '', next_attempt = $3, reason = 0, reply = " SQL_REPLY(
                                        "$2") ", updated = $3, owner = 0"
                                              " WHERE id " SQL_OF_MAIL " AND +state = " SQL_MAIL_COMMITTED
                                              " AND attempts = 1 AND " SQL_MAY_MOVE("$4"),
                        BIND_I(leader), BIND_T(reply), BIND_I(now), LEDGER_ME(store));
        r = changed_one(store, r);
        return r != 0 ? r : forget_commit(store, leader, BUNDLE_ALONE);
}

static int scatter(Store *store, int64_t leader, usec_t now)
{
        int r = QUERY_RUN(store,
                        "UPDATE mail SET state = " SQL_MAIL_PENDING
                        ", next_attempt = $2, reason = 0, reply = '', updated = $2, owner = 0"
                        " WHERE id " SQL_OF_MAIL " AND +state = " SQL_MAIL_UNKNOWN,
                        BIND_I(leader), BIND_I(now));
        r = changed_one(store, r);
        if (r == 0)
                r = mail_text_drop(store, leader);
        if (r == 0)
                r = QUERY_RUN(store,
                                "UPDATE mail SET carried = 0 WHERE carried = $1 AND state = " SQL_MAIL_PARKED,
                                BIND_I(leader));
        return r == 0 ? bundle_dissolve(store, leader, BUNDLE_ALONE) : r;
}

int ledger_scatter(Store *store, int64_t leader, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, scatter(store, leader, now));
}

int ledger_split(Store *store, int64_t leader, const char *reply, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, split(store, leader, reply, now));
}

int ledger_follow(Store *store, int64_t id, int64_t object, usec_t expires)
{
        return QUERY_RUN(store,
                        "UPDATE mail SET object = $2, expires = $3"
                        " WHERE id = $1 AND state = " SQL_MAIL_PENDING
                        " AND (object <> $2 OR expires <> $3)",
                        BIND_I(id), BIND_I(object), BIND_I(expires));
}

int ledger_pass_on(Store *store, int64_t from, int64_t to, const char *uid)
{
        int r = QUERY_RUN(store, "UPDATE mail SET object = $2 WHERE object > 0 AND object = $1",
                        BIND_I(from), BIND_I(to));
        return r != 0 ? r
                      : QUERY_RUN(store, "UPDATE told SET object = $2 WHERE uid = $3 AND object = $1",
                                        BIND_I(from), BIND_I(to), BIND_T(uid));
}

int ledger_reopen(Store *store, int64_t id, usec_t now)
{
        int r = QUERY_RUN(store,
                        "UPDATE mail SET state = " SQL_MAIL_PENDING
                        ", message_id = '', reason = 0, reply = '', updated = $2, next_attempt = $2"
                        " WHERE id = $1 AND attempts = 0 AND (state = " SQL_MAIL_CANCELLED
                        " OR (state = " SQL_MAIL_SUPPRESSED " AND reason NOT IN (" SQL_REASON_DIGEST
                        ", " SQL_REASON_UNTOLD ", " SQL_REASON_WITH_WHOLE ", " SQL_REASON_WITHDRAWN ")))",
                        BIND_I(id), BIND_I(now));
        return changed_one(store, r);
}

/* The rows of a filter: $1 the id or 0, $2 the contact or 0, $3 the event or "", $4 now. */
#define RELEASABLE                                                                                          \
        "($1 = 0 OR id = $1) AND ($2 = 0 OR contact = $2) AND ($3 = '' OR uid = $3) AND expires > $4"

static int release_failed_row(DbStatement *row, void *userdata)
{
        const Release *release = userdata;
        int64_t id = db_int(row, 0);
        int r = QUERY_RUN(release->store,
                        "UPDATE mail SET state = " SQL_MAIL_PENDING ", attempts = 0, message_id = '',"
                        " reason = 0, reply = '', updated = $2, next_attempt = $2 WHERE id = $1",
                        BIND_I(id), BIND_I(release->now));
        return r != 0 ? r : forget_commit(release->store, id, BUNDLE_NONE);
}

static int release(Store *store, const LedgerFilter *filter, usec_t now, int64_t *ret_n)
{
        Release userdata = { store, now };
        const char *uid = filter->uid ? filter->uid : "";
        int64_t n_failed = 0;
        int r = QUERY_RUN(store,
                        "UPDATE mail SET next_attempt = $4, reason = 0, updated = $4"
                        " WHERE " RELEASABLE " AND state = " SQL_MAIL_PENDING
                        " AND tries > 0 AND next_attempt > $4 AND reason <> " SQL_REASON_QUIET_HOURS,
                        BIND_I(filter->id), BIND_I(filter->contact), BIND_T(uid), BIND_I(now));
        *ret_n = r == 0 ? query_changed(store) : 0;
        if (r == 0)
                r = QUERY_NUMBER(store, &n_failed, 0,
                                "SELECT count(*) FROM mail WHERE " RELEASABLE " AND state = " SQL_MAIL_FAILED
                                " AND attempts <= 1",
                                BIND_I(filter->id), BIND_I(filter->contact), BIND_T(uid), BIND_I(now));
        *ret_n += n_failed;
        return r != 0 ? r
                      : QUERY_EACH(store, release_failed_row, &userdata,
                                        "SELECT id FROM mail WHERE " RELEASABLE
                                        " AND state = " SQL_MAIL_FAILED " AND attempts <= 1",
                                        BIND_I(filter->id), BIND_I(filter->contact), BIND_T(uid),
                                        BIND_I(now));
}

int ledger_release(Store *store, const LedgerFilter *filter, usec_t now, int64_t *ret_n)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, release(store, filter, now, ret_n));
}

int ledger_postpone(Store *store, int64_t id, usec_t next_attempt, MailReason reason, usec_t now)
{
        int r = QUERY_RUN(store,
                        "UPDATE mail SET next_attempt = $2, reason = $3, reply = '', updated = $4, owner = 0"
                        " WHERE id " SQL_OF_MAIL " AND +state IN (" SQL_STATES_WAITING ")",
                        BIND_I(id), BIND_I(next_attempt), BIND_I(reason), BIND_I(now));
        return changed_one(store, r);
}

int ledger_explain(Store *store, int64_t id, MailReason reason)
{
        int r = QUERY_RUN(store,
                        "UPDATE mail SET reason = $2 WHERE id " SQL_OF_MAIL
                        " AND +state IN (" SQL_STATES_WAITING ")",
                        BIND_I(id), BIND_I(reason));
        return changed_one(store, r);
}

int ledger_end_attempts(Store *store, int64_t id)
{
        return QUERY_RUN(store,
                        "UPDATE mail SET next_attempt = 0"
                        " WHERE id = $1 AND next_attempt > 0 AND state NOT IN (" SQL_STATES_WAITING ")",
                        BIND_I(id));
}

/* A row that was added within this time after it was due was added because it was due. */
#define SQL_SOON "900000000"

/*
 * A mail whose moment is set by an event or an agenda may have been due by the false clock alone: it waits
 * for this moment. One that was tried, and was due when its row was added, waits as long as it was to: a
 * contact that was listed by the false clock is reminded from then on. `next_attempt > 0` is the condition
 * of an index: with it, a start does not read all mails.
 */
static int rewind_waiting(Store *store, usec_t now)
{
        return QUERY_RUN(store,
                        "UPDATE mail SET"
                        " next_attempt = CASE WHEN due > $1 AND attempts = 0 AND kind IN ('" MAIL_KIND_REMINDER
                        "', '" MAIL_KIND_DIGEST "', '" MAIL_KIND_MEETING
                        "') AND (tries = 0 OR created > due + " SQL_SOON ") THEN due"
                        " WHEN next_attempt > updated THEN $1 + next_attempt - updated ELSE $1 END,"
                        " updated = $1"
                        " WHERE next_attempt > 0 AND next_attempt > $1 AND updated > $1",
                        BIND_I(now));
}

static int reopen_pointless(Store *store, usec_t now)
{
        return QUERY_RUN(store,
                        "UPDATE mail SET state = " SQL_MAIL_PENDING
                        ", message_id = '', reason = 0, updated = $1,"
                        " next_attempt = CASE WHEN due > $1 THEN due ELSE $1 END"
                        " WHERE state = " SQL_MAIL_EXPIRED " AND updated > $1 AND expires > $1"
                        " AND (reason = " SQL_REASON_POINTLESS " OR reason = " SQL_REASON_LATER_DIGEST ")",
                        BIND_I(now));
}

static int rewind_rows(Store *store, usec_t now, int64_t *ret_n)
{
        int r = rewind_waiting(store, now);
        int64_t n = r == 0 ? query_changed(store) : 0;
        if (r == 0)
                r = reopen_pointless(store, now);
        if (r == 0)
                *ret_n = n + query_changed(store);
        return r;
}

int ledger_rewind(Store *store, usec_t now, int64_t *ret_n)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, rewind_rows(store, now, ret_n));
}
