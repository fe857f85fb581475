#include "store/ledger-past.h"

#include "store/ledger-internal.h"
#include "store/mail-text.h"
#include "store/query.h"
#include "store/store-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
        KEY_BYTES = 16, /* of 32: enough to be unique */
        KEY_DIGITS = 2 * KEY_BYTES,
        ROWS_AT_ONCE = 200, /* read in one transaction */
};

/* META_WALK: the progress of archiving, "ID USEC USEC" (see Progress). */
#define META_WALK "past"

static int digit(char c)
{
        return c >= 'a' ? c - 'a' + 10 : c - '0';
}

static void pack_key(const char *key, unsigned char ret[static KEY_BYTES])
{
        for (int i = 0; i < KEY_BYTES; i++)
                ret[i] = (unsigned char)(digit(key[2 * i]) << 4 | digit(key[2 * i + 1]));
}

static void unpack_key(const unsigned char *bytes, char ret[static KEY_DIGITS + 1])
{
        for (int i = 0; i < KEY_BYTES; i++)
                snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

/* ---- Tokens ---- */

static int load_secret(Store *store)
{
        int r = store->link_secret ? 0 : store_meta_get(store, META_LINK_SECRET, &store->link_secret);
        return r != 0 ? r : store->link_secret ? 0 : DB_E_CORRUPT;
}

int past_token(Store *store, int64_t id, const char *key, char ret[static TOKEN_SIZE])
{
        char signed_key[KEY_DIGITS + 1];
        int r = load_secret(store);
        if (r != 0)
                return r;
        snprintf(signed_key, sizeof(signed_key), "%s", key);
        token_derive(store->link_secret, id, signed_key, ret);
        return 0;
}

/* ---- Reads ---- */

int past_find(Store *store, const char *key, int64_t *ret_id, MailState *ret_state)
{
        unsigned char packed[KEY_BYTES];
        FoundMail found = { .id = 0 };
        *ret_id = 0;
        if (strspn(key, "0123456789abcdef") < KEY_DIGITS)
                return 0;
        pack_key(key, packed);
        int r = QUERY_FIRST(store, mail_found_read, &found, "SELECT id, state FROM past WHERE key = $1",
                        BIND_B((const char *)packed, sizeof(packed)));
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        *ret_id = found.id;
        *ret_state = found.state;
        return 0;
}

typedef struct Get {
        Store *store;
        MailRecord **ret;
} Get;

static int copy_past(DbStatement *row, void *userdata)
{
        const Get *get = userdata;
        char token[TOKEN_SIZE];
        size_t len;
        const char *key = db_text(row, 1, &len), *uid = db_text(row, 6, NULL);
        MailRecord mail = {
                .id = db_int(row, 0),
                .contact = db_int(row, 2),
                .object = db_int(row, 3),
                .state = (MailState)db_int(row, 4),
                .reason = (MailReason)db_int(row, 5),
                .updated = db_int(row, 7) * USEC_PER_SEC,
                .uid = uid ? uid : "",
                .token = token,
                .kind = "",
                .recurrence_id = "",
                .start = "",
                .finish = "",
                .place = "",
                .rule = "",
                .message_id = "",
                .reply = "",
        };
        if (len != KEY_BYTES)
                return DB_E_CORRUPT;
        unpack_key((const unsigned char *)key, mail.key);
        int r = past_token(get->store, mail.id, mail.key, token);
        if (r != 0)
                return r;
        *get->ret = mail_copy(&mail);
        return *get->ret ? 0 : -ENOMEM;
}

int past_get(Store *store, int64_t id, MailRecord **ret)
{
        Get get = { store, ret };
        return QUERY_FIRST(store, copy_past, &get,
                        "SELECT past.id, past.key, past.contact, past.object, past.state, past.reason,"
                        " object.uid, past.closed"
                        " FROM past LEFT JOIN object ON object.id = past.object"
                        " WHERE past.id = $1",
                        BIND_I(id));
}

int past_get_by_token(Store *store, const char *token, MailRecord **ret)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        int64_t id = 0;
        int r = QUERY_NUMBER(store, &id, 0, "SELECT mail FROM old_link WHERE token = $1", BIND_T(token));
        if (r == 0 && id > 0)
                return past_get(store, id, ret);
        if (r == 0)
                r = past_get(store, token_number(token), &mail);
        if (r == 0 && !token_is(token, mail->token))
                r = STORE_E_NOT_FOUND;
        if (r == 0)
                *ret = TAKE_PTR(mail);
        return r;
}

/* ---- Archiving ---- */

typedef struct PastWalk {
        Store *store;
        usec_t before, before_texts;
        int64_t last; /* id of the last row read */
        int n;
} PastWalk;

static int keep_link(Store *store, const MailRecord *mail)
{
        char token[TOKEN_SIZE];
        int r = past_token(store, mail->id, mail->key, token);
        /*
         * A link is not in use if the mail was never sent, or was sent to an address that is no contact's. A
         * link that past_token() derives again need not be stored.
         */
        if (r != 0 || mail->attempts == 0 || mail->contact == 0 || strcmp(token, mail->token) == 0)
                return r;
        return QUERY_RUN(store,
                        "INSERT INTO old_link (token, mail) VALUES ($1, $2) ON CONFLICT (token) DO NOTHING",
                        BIND_T(mail->token), BIND_I(mail->id));
}

static int count_past(Store *store, const MailRecord *mail)
{
        return QUERY_RUN(store,
                        "INSERT INTO past_total (state, n, last) VALUES ($1, 1, $2)"
                        " ON CONFLICT (state) DO UPDATE SET n = past_total.n + 1,"
                        " last = CASE WHEN past_total.last > excluded.last THEN past_total.last ELSE excluded.last END",
                        BIND_I(mail->state), BIND_I(mail->updated));
}

static int move_row(Store *store, const MailRecord *mail)
{
        unsigned char key[KEY_BYTES];
        pack_key(mail->key, key);
        int r = QUERY_RUN(store,
                        "INSERT INTO past (id, key, contact, object, state, reason, closed)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                        BIND_I(mail->id), BIND_B((const char *)key, sizeof(key)), BIND_I(mail->contact),
                        BIND_I(mail->object), BIND_I(mail->state), BIND_I(mail->reason),
                        BIND_I(mail->updated / USEC_PER_SEC));
        if (r == 0)
                r = keep_link(store, mail);
        if (r == 0)
                r = count_past(store, mail);
        if (r == 0)
                r = mail_text_drop(store, mail->id);
        if (r == 0)
                r = QUERY_RUN(store, "DELETE FROM told WHERE mail = $1", BIND_I(mail->id));
        return r != 0 ? r : QUERY_RUN(store, "DELETE FROM mail WHERE id = $1", BIND_I(mail->id));
}

/*
 * Returns whether a row can be archived. A row whose key has another form was not written by this program
 * and is not changed.
 */
static bool can_archive(const MailRecord *mail, usec_t before)
{
        return mail_state_is_final(mail->state) && mail->updated < before && mail->expires < before &&
               strspn(mail->key, "0123456789abcdef") == HASH_HEX_SIZE - 1;
}

static int on_row(DbStatement *row, void *userdata)
{
        PastWalk *walk = userdata;
        MailRecord mail = {
                .id = db_int(row, 0),
                .contact = db_int(row, 2),
                .object = db_int(row, 3),
                .state = (MailState)db_int(row, 4),
                .reason = (MailReason)db_int(row, 5),
                .updated = db_int(row, 6),
                .expires = db_int(row, 7),
                .token = db_text(row, 8, NULL),
                .attempts = (int)db_int(row, 9),
        };
        snprintf(mail.key, sizeof(mail.key), "%s", db_text(row, 1, NULL));
        walk->last = mail.id;
        walk->n++;
        bool is_needed = db_int(row, 10) != 0;
        if (!is_needed && can_archive(&mail, walk->before))
                return move_row(walk->store, &mail);
        bool has_old_text = mail.state == MAIL_SENT && mail.updated < walk->before_texts;
        return has_old_text ? mail_text_drop(walk->store, mail.id) : 0;
}

/* The progress of archiving; `after` is NOT_WALKING if no pass is running. */
typedef struct Progress {
        int64_t after; /* id of the last row read */
        usec_t ended;  /* end of the last pass; 0 if none has ended */
        usec_t time;   /* by which the pass archives; 0 if none has begun */
} Progress;

enum { NOT_WALKING = -1 };

static int load_progress(Store *store, Progress *ret)
{
        CLEANUP(cleanup_free) char *text = NULL;
        Progress progress = { NOT_WALKING, 0, 0 };
        int r = store_meta_get(store, META_WALK, &text);
        if (r == 0 && text)
                sscanf(text, "%" SCNd64 " %" SCNd64 " %" SCNd64, &progress.after, &progress.ended,
                                &progress.time);
        if (r == 0)
                *ret = progress;
        return r;
}

static int save_progress(Store *store, const Progress *progress)
{
        char text[64];
        snprintf(text, sizeof(text), "%" PRId64 " %" PRId64 " %" PRId64, progress->after, progress->ended,
                        progress->time);
        return store_meta_set(store, META_WALK, text);
}

/*
 * A row is still needed if an occurrence that it lists ended too late to be archived ($3), or if a text is
 * kept that names the event of the row (LedgerScope): that of its bundle, or of the mail that repeats it.
 */
#define IS_NEEDED                                                                                           \
        "EXISTS (SELECT 1 FROM told WHERE told.mail = mail.id AND told.expires >= $3)"                      \
        " OR (bundle > 0 AND bundle <> id"                                                                  \
        " AND EXISTS (SELECT 1 FROM message WHERE message.mail = mail.bundle))"                             \
        " OR (carried > 0 AND EXISTS (SELECT 1 FROM message WHERE message.mail = mail.carried))"

static int go_on(Store *store, usec_t before, usec_t before_texts, usec_t now)
{
        PastWalk walk = { .store = store, .before = before, .before_texts = before_texts };
        Progress progress;
        int r = load_progress(store, &progress);
        if (r != 0 || progress.after == NOT_WALKING)
                return r;
        r = QUERY_EACH(store, on_row, &walk,
                        "SELECT id, key, contact, object, state, reason, updated, expires, token, attempts,"
                        " CASE WHEN " IS_NEEDED " THEN 1 ELSE 0 END"
                        " FROM mail WHERE id > $1 ORDER BY id LIMIT $2",
                        BIND_I(progress.after), BIND_I(ROWS_AT_ONCE), BIND_I(before));
        if (r != 0)
                return r;
        progress.after = walk.n == ROWS_AT_ONCE ? walk.last : NOT_WALKING;
        progress.ended = walk.n == ROWS_AT_ONCE ? progress.ended : now;
        return save_progress(store, &progress);
}

int past_process(Store *store, usec_t before, usec_t before_texts, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, go_on(store, before, before_texts, now));
}

int past_is_under_way(Store *store, bool *ret, usec_t *ret_time)
{
        Progress progress;
        int r = load_progress(store, &progress);
        if (r == 0) {
                *ret = progress.after != NOT_WALKING;
                *ret_time = progress.time;
        }
        return r;
}

/*
 * Begins a pass, unless one has ended within the last half day, so that repeated starts of the daemon do
 * not each begin a pass. If the recorded end is in the future, it was written when the clock was ahead, and
 * is ignored.
 */
static int begin_pass(Store *store, usec_t now)
{
        Progress progress;
        int r = load_progress(store, &progress);
        bool lately = progress.ended > 0 && progress.ended <= now && now - progress.ended < USEC_PER_DAY / 2;
        if (r != 0 || progress.after != NOT_WALKING || lately)
                return r;
        progress.after = 0;
        progress.time = now;
        return save_progress(store, &progress);
}

int past_begin(Store *store, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, begin_pass(store, now));
}

int past_end(Store *store, usec_t now)
{
        return save_progress(store, &(Progress){ NOT_WALKING, now, now });
}
