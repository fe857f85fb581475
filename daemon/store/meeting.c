/*
 * The meetings themselves: their states, their steps and their tokens. The slots that they take are in
 * meeting-slot.c.
 */

#include "store/meeting.h"

#include "store/ledger.h"
#include "store/object.h"
#include "store/query.h"
#include "store/row-copy.h"
#include "store/scheduled.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
        [MEETING_HELD] = "HELD",
        [MEETING_ASKED] = "ASKED",
        [MEETING_PROPOSED] = "PROPOSED",
        [MEETING_BOOKED] = "BOOKED",
        [MEETING_DECLINED] = "DECLINED",
        [MEETING_CANCELLED] = "CANCELLED",
        [MEETING_EXPIRED] = "EXPIRED",
};

static const char *const role_names[] = {
        [MEETING_VISITOR] = "visitor",
        [MEETING_HOST] = "host",
        [MEETING_VISITOR_DELEGATE] = "visitor-delegate",
        [MEETING_HOST_DELEGATE] = "host-delegate",
        [MEETING_HOST_FORMER] = "host-former",
};

static const char *const step_names[] = {
        [MEETING_STEP_CONFIRM] = "confirm",
        [MEETING_STEP_ACCEPT] = "accept",
        [MEETING_STEP_DECLINE] = "decline",
        [MEETING_STEP_PROPOSE] = "propose",
        [MEETING_STEP_MOVE] = "move",
        [MEETING_STEP_CANCEL] = "cancel",
        [MEETING_STEP_EXPIRE] = "expire",
        [MEETING_STEP_DELEGATE] = "delegate",
        [MEETING_STEP_RETURN] = "return",
};

const char *meeting_state_name(MeetingState state)
{
        return state >= MEETING_HELD && state <= MEETING_EXPIRED ? state_names[state] : "?";
}

bool meeting_state_is_final(MeetingState state)
{
        return state >= MEETING_DECLINED;
}

const char *meeting_role_name(MeetingRole role)
{
        return role >= MEETING_VISITOR && role <= MEETING_ROLE_LAST ? role_names[role] : "?";
}

MeetingRole meeting_role_side(MeetingRole role)
{
        return role == MEETING_VISITOR_DELEGATE                               ? MEETING_VISITOR
               : role == MEETING_HOST_DELEGATE || role == MEETING_HOST_FORMER ? MEETING_HOST
                                                                              : role;
}

MeetingRole meeting_role_delegate(MeetingRole side)
{
        return side == MEETING_HOST ? MEETING_HOST_DELEGATE : MEETING_VISITOR_DELEGATE;
}

const char *meeting_step_name(MeetingStep step)
{
        return step >= MEETING_STEP_CONFIRM && step <= MEETING_STEP_RETURN ? step_names[step] : "?";
}

Meeting *meeting_free(Meeting *meeting)
{
        free(meeting);
        return NULL;
}

/* The columns in the order in which read_row() reads them: the texts come first. */
#define COLUMNS                                                                                             \
        "uid, host, offer, name, organisation, address, topic, language, zone, network, place,"             \
        " host_zone, secret, id, state, revision, start, finish, expires, created, updated"

enum { N_TEXTS = 13 };

/* Makes a meeting of a row. Its texts are borrowed from @texts. */
static Meeting make_meeting(DbStatement *row, const char *const texts[static N_TEXTS])
{
        int n = N_TEXTS;
        return (Meeting){
                .uid = texts[0],
                .host = texts[1],
                .offer = texts[2],
                .visitor = { texts[3], texts[4], texts[5], texts[6], texts[7], texts[8], texts[9] },
                .place = texts[10],
                .zone = texts[11],
                .secret = texts[12],
                .id = db_int(row, n),
                .state = (MeetingState)db_int(row, n + 1),
                .revision = (int)db_int(row, n + 2),
                .start = db_int(row, n + 3),
                .finish = db_int(row, n + 4),
                .expires = db_int(row, n + 5),
                .created = db_int(row, n + 6),
                .updated = db_int(row, n + 7),
        };
}

static void read_texts(DbStatement *row, const char *ret[static N_TEXTS])
{
        for (int i = 0; i < N_TEXTS; i++)
                ret[i] = db_text(row, i, NULL);
}

static int copy_row(DbStatement *row, void *userdata)
{
        const char *texts[N_TEXTS];
        read_texts(row, texts);
        Meeting *meeting = row_copy_new(sizeof(*meeting), texts, N_TEXTS, 0, NULL);
        if (!meeting)
                return -ENOMEM;
        *meeting = make_meeting(row, texts);
        *(Meeting **)userdata = meeting;
        return 0;
}

int meeting_get(Store *store, int64_t id, Meeting **ret)
{
        *ret = NULL;
        return QUERY_FIRST(
                        store, copy_row, ret, "SELECT " COLUMNS " FROM meeting WHERE id = $1", BIND_I(id));
}

int meeting_get_by_uid(Store *store, const char *uid, Meeting **ret)
{
        *ret = NULL;
        return QUERY_FIRST(
                        store, copy_row, ret, "SELECT " COLUMNS " FROM meeting WHERE uid = $1", BIND_T(uid));
}

int meeting_of_same_visitor(Store *store, const Meeting *meeting, usec_t start, usec_t finish, Meeting **ret)
{
        *ret = NULL;
        return QUERY_FIRST(store, copy_row, ret,
                        "SELECT " COLUMNS " FROM meeting WHERE finish > $1 AND start < $2 AND state = $3"
                        " AND lower(address) = lower($4) AND id <> $5 ORDER BY start, id",
                        BIND_I(start), BIND_I(finish), BIND_I(MEETING_BOOKED),
                        BIND_T(meeting->visitor.address), BIND_I(meeting->id));
}

typedef struct MeetingWalk {
        int (*on_meeting)(const Meeting *meeting, void *userdata);
        void *userdata;
} MeetingWalk;

static int on_row(DbStatement *row, void *userdata)
{
        const MeetingWalk *walk = userdata;
        const char *texts[N_TEXTS];
        read_texts(row, texts);
        Meeting meeting = make_meeting(row, texts);
        return walk->on_meeting(&meeting, walk->userdata);
}

int meeting_each(Store *store, const char *host, usec_t from,
                int (*on_meeting)(const Meeting *meeting, void *userdata), void *userdata)
{
        MeetingWalk walk = { on_meeting, userdata };
        if (!host)
                return QUERY_EACH(store, on_row, &walk,
                                "SELECT " COLUMNS " FROM meeting WHERE finish > $1 ORDER BY start, id",
                                BIND_I(from));
        return QUERY_EACH(store, on_row, &walk,
                        "SELECT " COLUMNS " FROM meeting WHERE host = $1 AND finish > $2"
                        " ORDER BY start, id",
                        BIND_T(host), BIND_I(from));
}

static int insert(Store *store, int64_t id, const Meeting *meeting, const char *secret, usec_t now)
{
        const MeetingVisitor *visitor = &meeting->visitor;
        return QUERY_RUN(store,
                        "INSERT INTO meeting (id, uid, host, offer, name, organisation, address, topic,"
                        " language, zone, network, place, host_zone, secret, state, revision, start, finish,"
                        " expires, created, updated)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, $16,"
                        " $17, $18, $19, $19)",
                        BIND_I(id), BIND_T(meeting->uid), BIND_T(meeting->host), BIND_T(meeting->offer),
                        BIND_T(visitor->name), BIND_T(visitor->organisation), BIND_T(visitor->address),
                        BIND_T(visitor->topic), BIND_T(visitor->language), BIND_T(visitor->zone),
                        BIND_T(visitor->network), BIND_T(meeting->place), BIND_T(meeting->zone),
                        BIND_T(secret), BIND_I(meeting->state), BIND_I(meeting->start),
                        BIND_I(meeting->finish), BIND_I(meeting->expires), BIND_I(now));
}

int meeting_add(Store *store, const Meeting *meeting, usec_t now, int64_t *ret_id)
{
        char secret[TOKEN_SIZE];
        int64_t id = 0;
        int r = token_make(secret);
        if (r == 0)
                r = query_count_up(store, "meeting", &id);
        if (r == 0)
                r = insert(store, id, meeting, secret, now);
        if (r == 0)
                *ret_id = id;
        return r;
}

int meeting_advance(Store *store, const MeetingAdvance *advance, usec_t now)
{
        int r = QUERY_RUN(store,
                        "INSERT INTO meeting_step (meeting, revision, step, role, at)"
                        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (meeting, revision) DO NOTHING",
                        BIND_I(advance->meeting), BIND_I(advance->revision), BIND_I(advance->step),
                        BIND_I(advance->role), BIND_I(now));
        if (r != 0 || query_changed(store) == 0)
                return r != 0 ? r : MEETING_E_DONE;
        r = QUERY_RUN(store,
                        "UPDATE meeting SET state = $3, revision = revision + 1, expires = $4, updated = $5"
                        " WHERE id = $1 AND revision = $2",
                        BIND_I(advance->meeting), BIND_I(advance->revision), BIND_I(advance->state),
                        BIND_I(advance->expires), BIND_I(now));
        return r != 0 ? r : query_changed(store) > 0 ? 0 : STORE_E_NOT_FOUND;
}

typedef struct StepRow {
        MeetingStep step;
        MeetingRole role;
} StepRow;

static int read_step(DbStatement *row, void *userdata)
{
        StepRow *step = userdata;
        step->step = (MeetingStep)db_int(row, 0);
        step->role = (MeetingRole)db_int(row, 1);
        return 0;
}

int meeting_step_at(
                Store *store, int64_t meeting, int revision, MeetingStep *ret_step, MeetingRole *ret_role)
{
        StepRow row;
        int r = QUERY_FIRST(store, read_step, &row,
                        "SELECT step, role FROM meeting_step WHERE meeting = $1 AND revision = $2",
                        BIND_I(meeting), BIND_I(revision));
        if (r != 0)
                return r;
        *ret_step = row.step;
        *ret_role = row.role;
        return 0;
}

/* The name of the counter of notes, which exists after the first one. */
#define NOTES "meeting-host"

int meeting_note_host(Store *store, const char *host, usec_t now)
{
        return QUERY_RUN(store,
                        "INSERT INTO counter (name, value) SELECT $1, 1 WHERE EXISTS (SELECT 1 FROM meeting"
                        " WHERE host = $2 AND finish > $3 AND state IN ($4, $5))"
                        " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1",
                        BIND_T(NOTES), BIND_T(host), BIND_I(now), BIND_I(MEETING_BOOKED),
                        BIND_I(MEETING_CANCELLED));
}

int meeting_noted_hosts(Store *store, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0, "SELECT value FROM counter WHERE name = $1", BIND_T(NOTES));
}

int meeting_forget_notes(Store *store, int64_t n)
{
        return QUERY_RUN(store, "UPDATE counter SET value = 0 WHERE name = $1 AND value <= $2",
                        BIND_T(NOTES), BIND_I(n));
}

int meeting_keeps_time(Store *store, int64_t meeting, int revision, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM meeting_step WHERE meeting = $1 AND revision >= $2"
                        " AND step NOT IN ($3, $4)",
                        BIND_I(meeting), BIND_I(revision), BIND_I(MEETING_STEP_DELEGATE),
                        BIND_I(MEETING_STEP_RETURN));
        *ret = r == 0 && n == 0;
        return r;
}

int meeting_count_steps(Store *store, int64_t meeting, MeetingStep step, MeetingRole role, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT count(*) FROM meeting_step WHERE meeting = $1 AND step = $2 AND role = $3",
                        BIND_I(meeting), BIND_I(step), BIND_I(role));
}

static int read_count(DbStatement *row, void *userdata)
{
        int64_t state = db_int(row, 0);
        if (state >= MEETING_HELD && state <= MEETING_EXPIRED)
                ((int64_t *)userdata)[state] = db_int(row, 1);
        return 0;
}

int meeting_counts(Store *store, int64_t ret[static MEETING_EXPIRED + 1])
{
        memset(ret, 0, (MEETING_EXPIRED + 1) * sizeof(*ret));
        return QUERY_EACH(store, read_count, ret, "SELECT state, count(*) FROM meeting GROUP BY state");
}

int meeting_next_expiry(Store *store, usec_t *ret)
{
        /*
         * With a parameter for 0, SQLite compiles the statement at each use, because of the partial index.
         */
        return QUERY_NUMBER(store, ret, USEC_INFINITY, "SELECT min(expires) FROM meeting WHERE expires > 0");
}

int meeting_expired(Store *store, usec_t now, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT id FROM meeting WHERE expires > 0 AND expires <= $1"
                        " ORDER BY expires, id LIMIT 1",
                        BIND_I(now));
}

int meeting_postpone(Store *store, int64_t id, usec_t now, usec_t until)
{
        return QUERY_RUN(store,
                        "UPDATE meeting SET expires = $3 WHERE id = $1 AND expires > 0 AND expires <= $2",
                        BIND_I(id), BIND_I(now), BIND_I(until));
}

/* Deletes the VEVENT, and its copies in the calendars of hosts. */
static int delete_event(Store *store, const char *uid, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_get_by_uid(store, COLLECTION_MEETINGS, uid, &record);
        if (r == 0)
                r = object_delete(store, record->collection, record->resource, 0, now);
        return r == 0 || r == STORE_E_NOT_FOUND ? scheduled_delete_copies(store, uid, "", now) : r;
}

/* Return: STORE_E_NOT_FOUND if there is no further meeting to be deleted. */
static int forget_one(Store *store, usec_t before, usec_t now)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        /* In the second revision, a request has expired or was withdrawn without having been confirmed. */
        int r = QUERY_FIRST(store, copy_row, &meeting,
                        "SELECT " COLUMNS
                        " FROM meeting WHERE (expires = 0 AND finish <= $1 AND updated <= $1)"
                        " OR (state IN ($3, $4) AND revision <= 2 AND updated <= $2) ORDER BY id LIMIT 1",
                        BIND_I(before), BIND_I(now - USEC_PER_DAY), BIND_I(MEETING_EXPIRED),
                        BIND_I(MEETING_CANCELLED));
        if (r == 0)
                r = QUERY_RUN(store, "DELETE FROM meeting WHERE id = $1", BIND_I(meeting->id));
        return r != 0 ? r : delete_event(store, meeting->uid, now);
}

enum { FORGOTTEN_AT_ONCE = 50 }; /* meetings in one transaction */

static int forget_some(Store *store, usec_t before, usec_t now, int *ret_n)
{
        int r = 0;
        for (*ret_n = 0; r == 0 && *ret_n < FORGOTTEN_AT_ONCE; (*ret_n)++) {
                r = forget_one(store, before, now);
                if (r == STORE_E_NOT_FOUND)
                        return 0;
        }
        return r;
}

int meeting_forget(Store *store, usec_t before, usec_t now, int64_t *ret_n)
{
        int n = FORGOTTEN_AT_ONCE, r = 0;
        int64_t n_all = 0;
        while (r == 0 && n == FORGOTTEN_AT_ONCE) {
                StoreWrite write;
                r = store_write_begin(store, &write);
                if (r == 0)
                        r = store_write_end(&write, forget_some(store, before, now, &n));
                n_all += n;
        }
        if (r == 0)
                *ret_n = n_all;
        return r;
}

int meeting_token_make(Store *store, const MeetingToken *meaning, char ret[static TOKEN_SIZE])
{
        char hash[HASH_HEX_SIZE];
        int r = token_make(ret);
        /* A token that begins with a hyphen would be an option on a command line. */
        while (r == 0 && ret[0] == '-')
                r = token_make(ret);
        if (r != 0)
                return r;
        hash_hex(ret, strlen(ret), hash);
        return QUERY_RUN(store,
                        "INSERT INTO meeting_token (digest, meeting, role, revision)"
                        " VALUES ($1, $2, $3, $4)",
                        BIND_T(hash), BIND_I(meaning->meeting), BIND_I(meaning->role),
                        BIND_I(meaning->revision));
}

static int read_token(DbStatement *row, void *userdata)
{
        MeetingToken *token = userdata;
        token->meeting = db_int(row, 0);
        token->role = (MeetingRole)db_int(row, 1);
        token->revision = (int)db_int(row, 2);
        return 0;
}

int meeting_token_find(Store *store, const char *token, MeetingToken *ret)
{
        char hash[HASH_HEX_SIZE];
        hash_hex(token, strlen(token), hash);
        return QUERY_FIRST(store, read_token, ret,
                        "SELECT meeting, role, revision FROM meeting_token WHERE digest = $1", BIND_T(hash));
}

typedef struct FirstMail {
        char *text;
        size_t size;
} FirstMail;

static int read_message_id(DbStatement *row, void *userdata)
{
        const FirstMail *first = userdata;
        snprintf(first->text, first->size, "%s", db_text(row, 0, NULL));
        return 0;
}

/* The states are the same as in the index mail_told. */
int meeting_first_mail(Store *store, const char *uid, MeetingRole role, char *ret, size_t size)
{
        FirstMail first = { ret, size };
        ret[0] = '\0';
        int r = QUERY_FIRST(store, read_message_id, &first,
                        "SELECT message_id FROM mail WHERE uid = $1 AND contact = 0 AND rule = $2"
                        " AND (state = " SQL_MAIL_COMMITTED " OR state = " SQL_MAIL_UNKNOWN
                        " OR state = " SQL_MAIL_SENT " OR state = " SQL_MAIL_PARKED ")"
                        " ORDER BY id LIMIT 1",
                        BIND_T(uid), BIND_T(meeting_role_name(role)));
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

typedef struct WaitingMails {
        int (*on_mail)(const MeetingMail *mail, void *userdata);
        void *userdata;
} WaitingMails;

static int on_mail_row(DbStatement *row, void *userdata)
{
        const WaitingMails *walk = userdata;
        const MeetingMail mail = {
                .kind = db_text(row, 0, NULL),
                .place = db_text(row, 1, NULL),
                .token = db_text(row, 2, NULL),
        };
        return walk->on_mail(&mail, walk->userdata);
}

int meeting_waiting_mails(Store *store, const char *uid, MeetingRole role,
                int (*on_mail)(const MeetingMail *mail, void *userdata), void *userdata)
{
        WaitingMails walk = { on_mail, userdata };
        return QUERY_EACH(store, on_mail_row, &walk,
                        "SELECT kind, place, token FROM mail WHERE uid = $1 AND contact = 0 AND rule = $2"
                        " AND state = " SQL_MAIL_PENDING,
                        BIND_T(uid), BIND_T(meeting_role_name(role)));
}
