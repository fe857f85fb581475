/* Reads the ledger; the changes are in ledger.c. */

#include "store/ledger.h"

#include "store/collection.h"
#include "store/ledger-internal.h"
#include "store/mail-text.h"
#include "store/query.h"
#include "store/row-copy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int mail_found_read(DbStatement *row, void *userdata)
{
        *(FoundMail *)userdata = (FoundMail){ db_int(row, 0), (MailState)db_int(row, 1) };
        return 0;
}

int ledger_find(Store *store, const char *key, int64_t *ret_id, MailState *ret_state)
{
        FoundMail found = { .id = 0 };
        int r = QUERY_FIRST(store, mail_found_read, &found, "SELECT id, state FROM mail WHERE key = $1",
                        BIND_T(key));
        if (r == STORE_E_NOT_FOUND)
                r = past_find(store, key, &found.id, &found.state);
        if (r != 0)
                return r;
        *ret_id = found.id;
        *ret_state = found.state;
        return 0;
}

typedef struct Ids {
        int64_t *ids;
        int n;
} Ids;

static int add_id(DbStatement *row, void *userdata)
{
        Ids *list = userdata;
        list->ids[list->n++] = db_int(row, 0);
        return 0;
}

int ledger_due(Store *store, usec_t now, int limit, int64_t *ret_ids, int *ret_n)
{
        Ids list = { .ids = ret_ids };
        int r = QUERY_EACH(store, add_id, &list,
                        "SELECT id FROM mail"
                        " WHERE next_attempt > 0 AND next_attempt <= $1"
                        " ORDER BY next_attempt LIMIT $2",
                        BIND_I(now), BIND_I(limit));
        if (r == 0)
                *ret_n = list.n;
        return r;
}

#define SQL_NEARER " AND kind = $3 AND rule = $4 AND created = $5 AND due > $6"

/* The states are the same as in the index mail_told; a mail that waits is found by the index mail_due. */
int ledger_has_nearer(Store *store, const MailRecord *mail, usec_t now, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM (SELECT id FROM mail"
                        " WHERE next_attempt > 0 AND next_attempt <= $7 AND uid = $1 AND contact = $2" SQL_NEARER
                        " UNION SELECT id FROM mail WHERE uid = $1 AND contact = $2"
                        " AND (state = " SQL_MAIL_COMMITTED " OR state = " SQL_MAIL_UNKNOWN
                        " OR state = " SQL_MAIL_SENT " OR state = " SQL_MAIL_PARKED ")" SQL_NEARER
                        ") AS nearer",
                        BIND_T(mail->uid), BIND_I(mail->contact), BIND_T(mail->kind), BIND_T(mail->rule),
                        BIND_I(mail->created), BIND_I(mail->due), BIND_I(now));
        if (r == 0)
                *ret = n > 0;
        return r;
}

int ledger_next_after(Store *store, usec_t after, usec_t *ret)
{
        return QUERY_NUMBER(store, ret, USEC_INFINITY,
                        "SELECT min(next_attempt) FROM mail"
                        " WHERE next_attempt > 0 AND next_attempt > $1",
                        BIND_I(after));
}

int ledger_oldest_due(Store *store, usec_t *ret)
{
        return QUERY_NUMBER(store, ret, USEC_INFINITY, "SELECT min(due) FROM mail WHERE next_attempt > 0");
}

int ledger_last_sent(Store *store, usec_t *ret)
{
        usec_t live = 0, past = 0;
        int r = QUERY_NUMBER(store, &live, 0, "SELECT max(updated) FROM mail WHERE state = " SQL_MAIL_SENT);
        if (r == 0)
                r = QUERY_NUMBER(
                                store, &past, 0, "SELECT last FROM past_total WHERE state = " SQL_MAIL_SENT);
        if (r == 0)
                *ret = live > past ? live : past;
        return r;
}

/* Reads a row with MAIL_COLUMNS; the result borrows from the row. */
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
                .reply = db_text(statement, 17, NULL),
                .created = db_int(statement, 18),
                .updated = db_int(statement, 19),
                .finish = db_text(statement, 20, NULL),
                .place = db_text(statement, 21, NULL),
                .reason = (MailReason)db_int(statement, 22),
                .as_of = db_int(statement, 23),
                .bundle = db_int(statement, 24),
        };
        strncpy(ret->key, db_text(statement, 1, NULL), sizeof(ret->key) - 1);
}

MailRecord *mail_copy(const MailRecord *from)
{
        const char *strings[] = { from->kind, from->uid, from->recurrence_id, from->start, from->rule,
                from->message_id, from->token, from->reply, from->finish, from->place };
        enum { N = sizeof(strings) / sizeof(strings[0]) };
        char *bytes;
        MailRecord *mail = row_copy_new(sizeof(*mail), strings, N, from->bytes_len + 1, &bytes);
        if (!mail)
                return NULL;
        *mail = *from;
        const char **fields[N] = { &mail->kind, &mail->uid, &mail->recurrence_id, &mail->start, &mail->rule,
                &mail->message_id, &mail->token, &mail->reply, &mail->finish, &mail->place };
        for (size_t i = 0; i < N; i++)
                *fields[i] = strings[i];
        if (from->bytes) {
                mail->bytes = bytes;
                memcpy(bytes, from->bytes, from->bytes_len);
                bytes[from->bytes_len] = '\0';
        }
        return mail;
}

MailRecord *mail_record_free(MailRecord *record)
{
        free(record);
        return NULL;
}

int mail_walk_row(DbStatement *row, void *userdata)
{
        const MailWalk *walk = userdata;
        MailRecord mail;
        mail_read(row, &mail);
        return walk->on_mail(&mail, walk->userdata);
}

/*
 * Copies a row and its text, whose columns follow MAIL_COLUMNS. If the text is unreadable, the copy has
 * none.
 */
static int copy_mail(DbStatement *row, void *userdata)
{
        MailRecord **ret = userdata, borrowed;
        CLEANUP(cleanup_free) char *bytes = NULL;
        mail_read(row, &borrowed);
        int r = mail_text_read(row, MAIL_N_COLUMNS, &bytes, &borrowed.bytes_len);
        if (r != 0 && r != DB_E_CORRUPT)
                return r;
        borrowed.bytes = bytes;
        *ret = mail_copy(&borrowed);
        return *ret ? 0 : -ENOMEM;
}

int ledger_get(Store *store, int64_t id, MailRecord **ret)
{
        *ret = NULL;
        int r = QUERY_FIRST(store, copy_mail, ret,
                        "SELECT " MAIL_COLUMNS ", " TEXT_COLUMNS " FROM " TEXT_TABLES " WHERE id = $1",
                        BIND_I(id));
        return r == STORE_E_NOT_FOUND ? past_get(store, id, ret) : r;
}

int ledger_get_by_token(Store *store, const char *token, MailRecord **ret)
{
        *ret = NULL;
        int r = QUERY_FIRST(store, copy_mail, ret,
                        "SELECT " MAIL_COLUMNS ", " TEXT_COLUMNS " FROM " TEXT_TABLES " WHERE token = $1",
                        BIND_T(token));
        return r == STORE_E_NOT_FOUND ? past_get_by_token(store, token, ret) : r;
}

int ledger_stale_count(Store *store, usec_t before, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT count(*) FROM mail WHERE state = " SQL_MAIL_COMMITTED " AND updated < $1",
                        BIND_I(before));
}

int ledger_late_count(Store *store, usec_t before, usec_t now, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT count(*) FROM mail"
                        " WHERE next_attempt > 0 AND due < $1 AND created < $1 AND expires > $2"
                        " AND reason <> " SQL_REASON_QUIET_HOURS " AND reason <> " SQL_REASON_WITH_WHOLE
                        " AND (state = " SQL_MAIL_PENDING " OR next_attempt < $1)",
                        BIND_I(before), BIND_I(now));
}

typedef struct AttemptWalk {
        void (*on_time)(usec_t time, void *userdata);
        void *userdata;
} AttemptWalk;

static int on_attempt(DbStatement *row, void *userdata)
{
        const AttemptWalk *walk = userdata;
        walk->on_time(db_int(row, 0), walk->userdata);
        return 0;
}

int ledger_attempts_each(Store *store, usec_t after, int limit, void (*on_time)(usec_t time, void *userdata),
                void *userdata)
{
        AttemptWalk walk = { on_time, userdata };
        return QUERY_EACH(store, on_attempt, &walk,
                        "SELECT updated FROM (SELECT updated FROM mail"
                        " WHERE updated > $1 AND attempts > 0 AND " SQL_LEADS
                        " ORDER BY updated DESC LIMIT $2) AS latest"
                        " ORDER BY updated",
                        BIND_I(after), BIND_I(limit));
}

int ledger_reason_count(Store *store, MailReason reason, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT count(*) FROM mail WHERE next_attempt > 0 AND reason = $1", BIND_I(reason));
}

static int read_trouble(DbStatement *row, void *userdata)
{
        LedgerTrouble *trouble = userdata;
        trouble->n++;
        if (trouble->n > 1)
                return 0;
        trouble->reason = (MailReason)db_int(row, 0);
        snprintf(trouble->reply, sizeof(trouble->reply), "%s", db_text(row, 1, NULL));
        return 0;
}

static int find_trouble(Store *store, MailReason reason, usec_t after, usec_t now, LedgerTrouble *ret)
{
        *ret = (LedgerTrouble){ .n = 0 };
        return QUERY_EACH(store, read_trouble, ret,
                        "SELECT reason, reply FROM mail"
                        " WHERE next_attempt > 0 AND reason = $1 AND updated > $2 AND expires > $3"
                        " ORDER BY updated DESC, id DESC",
                        BIND_I(reason), BIND_I(after), BIND_I(now));
}

int ledger_trouble(Store *store, usec_t now, LedgerTrouble *ret)
{
        LedgerTrouble trouble;
        usec_t sent = 0;
        int r = find_trouble(store, MAIL_REASON_OURS, 0, now, &trouble);
        if (r == 0 && trouble.n == 0)
                r = ledger_last_sent(store, &sent);
        if (r == 0 && trouble.n == 0)
                r = find_trouble(store, MAIL_REASON_SERVER, sent, now, &trouble);
        if (r == 0)
                *ret = trouble;
        return r;
}

int ledger_last_notice(Store *store, int64_t contact, const char *uid, const char *recurrence_id,
                const char *start, usec_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT max(created) FROM mail"
                        " WHERE contact = $1 AND uid = $2 AND recurrence_id = $3 AND start = $4"
                        " AND kind = '" MAIL_KIND_CHANGE "'",
                        BIND_I(contact), BIND_T(uid), BIND_T(recurrence_id), BIND_T(start));
}

int ledger_each(Store *store, MailState state, bool newest_first, int limit,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata)
{
        MailWalk walk = { on_mail, userdata };
        return newest_first ? QUERY_EACH(store, mail_walk_row, &walk,
                                              "SELECT " MAIL_COLUMNS " FROM mail"
                                              " WHERE $1 = 0 OR state = $1"
                                              " ORDER BY id DESC LIMIT $2",
                                              BIND_I(state), BIND_I(limit))
                            : QUERY_EACH(store, mail_walk_row, &walk,
                                              "SELECT " MAIL_COLUMNS " FROM mail"
                                              " WHERE $1 = 0 OR state = $1"
                                              " ORDER BY id LIMIT $2",
                                              BIND_I(state), BIND_I(limit));
}

/* ---- Scopes ---- */

/* Whether a list of collections has a name; whether an object is in one of them. */
#define HAS_NAME(list, name) "replace(" list ", '," name ",', '') <> " list
#define HAS_OBJECT(list, id)                                                                                \
        "EXISTS (SELECT 1 FROM object WHERE object.id = " id " AND " SQL_IN_COLLECTIONS(list) ")"

/* Whether the address books of a scope have the contact of a mail; "" has all. */
#define IN_BOOKS(contact, books)                                                                            \
        "(" books " = '' OR " HAS_OBJECT(books, contact) " OR (" contact " = 0 AND " HAS_NAME(              \
                        books, COLLECTION_CONTACTS) "))"

/* Whether the calendars of a scope have the event of a row, and the events that the row lists. */
#define HAS_ROW(id, object, list)                                                                           \
        "((" object                                                                                         \
        " = 0 OR " HAS_OBJECT(list, object) ") AND NOT EXISTS (SELECT 1 FROM told WHERE NOT " HAS_OBJECT(   \
                        list, "told.object") " AND told.mail = " id "))"

/*
 * Whether no other row whose event the text of a mail names is outside of the calendars of a scope: a row of
 * its bundle, or a parked mail that it repeats. An event that is gone is outside.
 */
#define NOT_BUNDLED(bundle, list)                                                                           \
        "NOT EXISTS (SELECT 1 FROM mail AS other WHERE other.bundle > 0 AND other.bundle = " bundle         \
        " AND NOT " HAS_ROW("other.id", "other.object", list) ")"
#define NOT_REPEATED(id, contact, bundle, list)                                                             \
        "NOT EXISTS (SELECT 1 FROM mail AS parked WHERE parked.contact = " contact                          \
        " AND parked.state = " SQL_MAIL_PARKED " AND parked.carried > 0"                                    \
        " AND (parked.carried = " id " OR parked.carried = " bundle                                         \
        ") AND NOT " HAS_ROW("parked.id", "parked.object", list) ")"

/* Whether the calendars of a scope have all events of a mail; "" has all. */
#define IN_CALENDARS(id, contact, object, bundle, kind, list)                                               \
        "(" list " = '' OR ((" kind " NOT LIKE 'meeting%' OR " HAS_NAME(list,                               \
                        COLLECTION_MEETINGS) ") AND " HAS_ROW(id, object, list) " AND " NOT_BUNDLED(bundle, \
                        list) " AND " NOT_REPEATED(id, contact, bundle, list) "))"

#define SCOPE_VALUES(scope)                                                                                 \
        BIND_T((scope)->books ? (scope)->books : ""), BIND_T((scope)->calendars ? (scope)->calendars : "")

int ledger_is_in_scope(Store *store, const MailRecord *mail, const LedgerScope *scope, bool *ret)
{
        int64_t is_in_scope = 0;
        int r = QUERY_NUMBER(store, &is_in_scope, 0,
                        "SELECT CASE WHEN " IN_BOOKS("$2", "$6") " AND " IN_CALENDARS(
                                        "$1", "$2", "$3", "$4", "$5", "$7") " THEN 1 ELSE 0 END",
                        BIND_I(mail->id), BIND_I(mail->contact), BIND_I(mail->object), BIND_I(mail->bundle),
                        BIND_T(mail->kind), SCOPE_VALUES(scope));
        *ret = is_in_scope != 0;
        return r;
}

/* ---- Searches ---- */

/*
 * The values of a search: $1 state, $2 contact, $3 UID, $4 and $5 times, $6 id, $7 maximum, $8 and $9 the
 * scope.
 */
#define SEARCH_VALUES                                                                                       \
        BIND_I(search->state), BIND_I(search->contact), BIND_T(search->uid ? search->uid : ""),             \
                        BIND_I(search->from), BIND_I(search->to), BIND_I(search->before), BIND_I(limit),    \
                        SCOPE_VALUES(&search->scope)

#define SEARCH_BEGIN "SELECT " MAIL_COLUMNS " FROM mail WHERE "

#define SEARCH_END                                                                                          \
        " AND kind <> '" MAIL_KIND_BASIS                                                                    \
        "' AND ($1 = 0 OR +state = $1) AND due >= $4 AND ($5 = 0 OR due < $5) AND ($6 = 0 OR id < $6)"      \
        " AND " IN_BOOKS("mail.contact", "$8") " AND " IN_CALENDARS("mail.id", "mail.contact",              \
                        "mail.object", "mail.bundle", "mail.kind", "$9") " ORDER BY id DESC LIMIT $7"

/* The numbers of the objects that have, or had, the UID $3. */
#define SEARCH_OBJECTS                                                                                      \
        "SELECT known.id FROM object AS known WHERE known.uid = $3"                                         \
        " UNION ALL SELECT gone.id FROM tombstone AS gone WHERE gone.uid = $3"

#define SEARCH_TOLD "id IN (SELECT told.mail FROM told WHERE told.uid = $3)"

/*
 * Each kind of search has a statement of its own, which reads an index: that of contacts, of objects, or of
 * days. Mails about an event of which no trace is left are searched for by their UID alone.
 */
static int search_rows(Store *store, const LedgerSearch *search, int limit, MailWalk *walk)
{
        int64_t n_objects = 0;
        int r = !search->uid || search->contact
                                ? 0
                                : QUERY_NUMBER(store, &n_objects, 0,
                                                  "SELECT (SELECT count(*) FROM object WHERE uid = $1)"
                                                  " + (SELECT count(*) FROM tombstone WHERE uid = $1)",
                                                  BIND_T(search->uid));
        if (r != 0)
                return r;
        if (search->contact)
                return QUERY_EACH(store, mail_walk_row, walk,
                                SEARCH_BEGIN
                                "contact = $2 AND ($3 = '' OR uid = $3 OR object IN (" SEARCH_OBJECTS
                                ") OR " SEARCH_TOLD ")" SEARCH_END,
                                SEARCH_VALUES);
        if (n_objects > 0)
                return QUERY_EACH(store, mail_walk_row, walk,
                                SEARCH_BEGIN "$2 = 0 AND ((object > 0 AND object IN (" SEARCH_OBJECTS
                                             ")) OR " SEARCH_TOLD ")" SEARCH_END,
                                SEARCH_VALUES);
        return QUERY_EACH(store, mail_walk_row, walk,
                        SEARCH_BEGIN "$2 = 0 AND ($3 = '' OR uid = $3 OR " SEARCH_TOLD ")" SEARCH_END,
                        SEARCH_VALUES);
}

int ledger_search(Store *store, const LedgerSearch *search, int limit,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata)
{
        MailWalk walk = { on_mail, userdata };
        return search_rows(store, search, limit, &walk);
}

static int read_count(DbStatement *row, void *userdata)
{
        int64_t *counts = userdata, state = db_int(row, 0);
        if (state >= 0 && state <= MAIL_PARKED)
                counts[state] += db_int(row, 1);
        return 0;
}

typedef struct EventCounts {
        int64_t *counts, *returned;
} EventCounts;

static int read_event_count(DbStatement *row, void *userdata)
{
        const EventCounts *event = userdata;
        int64_t state = db_int(row, 0);
        if (state >= 0 && state <= MAIL_PARKED)
                event->counts[state] += db_int(row, 1);
        *event->returned += db_int(row, 2);
        return 0;
}

int ledger_event_counts(
                Store *store, const char *uid, int64_t ret[static MAIL_PARKED + 1], int64_t *ret_returned)
{
        EventCounts event = { ret, ret_returned };
        memset(ret, 0, (MAIL_PARKED + 1) * sizeof(*ret));
        *ret_returned = 0;
        return QUERY_EACH(store, read_event_count, &event,
                        "SELECT state, count(*),"
                        " sum(CASE WHEN state = " SQL_MAIL_SENT " AND reason = " SQL_REASON_RETURNED
                        " THEN 1 ELSE 0 END) FROM mail"
                        " WHERE object > 0 AND object IN (SELECT known.id FROM object AS known WHERE known.uid = $1)"
                        " AND kind <> '" MAIL_KIND_BASIS "'"
                        " GROUP BY state",
                        BIND_T(uid));
}

int ledger_counts(Store *store, int64_t ret[static MAIL_PARKED + 1])
{
        memset(ret, 0, (MAIL_PARKED + 1) * sizeof(*ret));
        return QUERY_EACH(store, read_count, ret,
                        "SELECT state, count(*) FROM mail GROUP BY state"
                        " UNION ALL SELECT state, n FROM past_total");
}

int ledger_count_open(Store *store, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT (SELECT count(*) FROM mail WHERE next_attempt > 0)"
                        " + (SELECT count(*) FROM mail WHERE state = " SQL_MAIL_COMMITTED ")");
}
