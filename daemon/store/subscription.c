#include "store/subscription.h"

#include "base/hash.h"
#include "store/query.h"

#include <errno.h>
#include <string.h>

enum { CATEGORIES_SEARCHED = 4 }; /* of one event */

/* What a new listing touches is looked at again at once: one statement for each scope, with the target as $1 and the time as $2. */
static int make_due(Store *store, SubscriptionScope scope, const char *target, usec_t now)
{
        static const char *const sql[] = {
                [SUBSCRIBE_ALL] = "UPDATE alarm SET next = 0, after_contact = 0 WHERE object IN"
                                  " (SELECT id FROM object WHERE finish > $2 AND $1 = '')",
                [SUBSCRIBE_KIND] = "UPDATE alarm SET next = 0, after_contact = 0 WHERE object IN"
                                   " (SELECT id FROM object WHERE finish > $2 AND categories LIKE '%,' || "
                                   "$1 || ',%')",
                [SUBSCRIBE_EVENT] = "UPDATE alarm SET next = 0, after_contact = 0 WHERE object IN"
                                    " (SELECT id FROM object WHERE finish > $2 AND uid = $1)",
                [SUBSCRIBE_CALENDAR] = "UPDATE alarm SET next = 0, after_contact = 0 WHERE object IN"
                                       " (SELECT id FROM object WHERE finish > $2 AND collection = $1)",
        };
        return STORE_RUN(store, sql[scope], BIND_T(target), BIND_I(now));
}

static int put(Store *store, int64_t contact, SubscriptionScope scope, const char *target, const char *leads,
                usec_t now)
{
        int64_t id;
        int r = store_count_up(store, "subscription", &id);
        if (r == 0)
                r = STORE_RUN(store,
                                "INSERT INTO subscription (id, contact, scope, target, leads, created)"
                                " VALUES ($1, $2, $3, $4, $5, $6)"
                                " ON CONFLICT (scope, target, contact) DO UPDATE SET leads = excluded.leads",
                                BIND_I(id), BIND_I(contact), BIND_I(scope), BIND_T(target), BIND_T(leads),
                                BIND_I(now));
        if (r == DB_E_CONSTRAINT)
                return STORE_E_NOT_FOUND;
        return r != 0 ? r : make_due(store, scope, target, now);
}

int subscription_put(Store *store, int64_t contact, SubscriptionScope scope, const char *target,
                const char *leads, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, put(store, contact, scope, target, leads, now));
}

int subscription_delete(Store *store, int64_t contact, SubscriptionScope scope, const char *target)
{
        int r = STORE_RUN(store,
                        "DELETE FROM subscription WHERE contact = $1 AND ($2 = 0 OR (scope = $2 AND target "
                        "= $3))",
                        BIND_I(contact), BIND_I(scope), BIND_T(target ? target : ""));
        return r != 0 ? r : db_changes(store_db(store)) > 0 ? 0 : STORE_E_NOT_FOUND;
}

static Subscription read_row(DbStatement *statement)
{
        return (Subscription){
                .id = db_int(statement, 0),
                .contact = db_int(statement, 1),
                .scope = (SubscriptionScope)db_int(statement, 2),
                .target = db_text(statement, 3, NULL),
                .leads = db_text(statement, 4, NULL),
                .created = db_int(statement, 5),
        };
}

int subscription_each(Store *store, int64_t contact,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata)
{
        DbStatement *statement;
        int r = STORE_QUERY(store, &statement,
                        "SELECT id, contact, scope, target, leads, created FROM subscription"
                        " WHERE ($1 = 0 OR contact = $1) ORDER BY id",
                        BIND_I(contact));
        while (r == 0 && (r = db_step(statement)) == DB_ROW) {
                Subscription subscription = read_row(statement);
                r = on_subscription(&subscription, userdata);
        }
        if (r != 0)
                db_reset(statement);
        return r;
}

/* Each branch walks one range of the primary key in order of contact, so that the first rows cost nothing however many there are. */
#define MATCH(scope, target)                                                                                \
        "SELECT id, contact, scope, target, leads, created FROM subscription WHERE scope = " scope          \
        " AND target = " target " AND contact > $1"

static const char matching_sql[] = MATCH("1", "''") " UNION ALL " MATCH("3", "$2") " UNION ALL " MATCH(
                "4", "$3") " UNION ALL " MATCH("2", "$4") " UNION ALL " MATCH("2",
                "$5") " UNION ALL " MATCH("2", "$6") " UNION ALL " MATCH("2", "$7") " ORDER BY 2, 1";

/* The first few words of `,session,exhibition,`; what is not there is a word that nobody can be listed for. */
static void first_categories(char *categories, const char *ret[static CATEGORIES_SEARCHED])
{
        char *rest = categories, *word;
        int n = 0;
        while ((word = strsep(&rest, ",")) && n < CATEGORIES_SEARCHED)
                if (word[0])
                        ret[n++] = word;
        while (n < CATEGORIES_SEARCHED)
                ret[n++] = ",";
}

int subscription_matching(Store *store, const char *uid, const char *categories, const char *collection,
                int64_t after, int limit,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata)
{
        CLEANUP(cleanup_free) char *copy = strdup(categories);
        const char *words[CATEGORIES_SEARCHED];
        DbStatement *statement;
        if (!copy)
                return -ENOMEM;
        first_categories(copy, words);
        int r = STORE_QUERY(store, &statement, matching_sql, BIND_I(after), BIND_T(uid), BIND_T(collection),
                        BIND_T(words[0]), BIND_T(words[1]), BIND_T(words[2]), BIND_T(words[3]));
        int64_t last = 0;
        int n = 0;
        while (r == 0 && (r = db_step(statement)) == DB_ROW) {
                Subscription subscription = read_row(statement);
                n += subscription.contact != last;
                last = subscription.contact;
                if (n > limit) {
                        db_reset(statement);
                        return 0;
                }
                r = on_subscription(&subscription, userdata);
        }
        if (r != 0)
                db_reset(statement);
        return r;
}

int mute_put(Store *store, int64_t contact, const char *uid, usec_t now)
{
        return STORE_RUN(store,
                        "INSERT INTO mute (contact, uid, at) VALUES ($1, $2, $3) ON CONFLICT (contact, uid) "
                        "DO NOTHING",
                        BIND_I(contact), BIND_T(uid), BIND_I(now));
}

int mute_delete(Store *store, int64_t contact, const char *uid)
{
        return STORE_RUN(store, "DELETE FROM mute WHERE contact = $1 AND uid = $2", BIND_I(contact),
                        BIND_T(uid));
}

int mute_kind_put(Store *store, int64_t contact, const char *kind, usec_t now)
{
        return STORE_RUN(store,
                        "INSERT INTO mute_kind (contact, kind, at) VALUES ($1, $2, $3)"
                        " ON CONFLICT (contact, kind) DO NOTHING",
                        BIND_I(contact), BIND_T(kind), BIND_I(now));
}

int mute_kind_delete(Store *store, int64_t contact, const char *kind)
{
        return STORE_RUN(store, "DELETE FROM mute_kind WHERE contact = $1 AND kind = $2", BIND_I(contact),
                        BIND_T(kind));
}

static int is_positive(int r, int64_t n, bool *ret)
{
        if (r == 0)
                *ret = n > 0;
        return r;
}

int mute_has(Store *store, int64_t contact, const char *uid, bool *ret)
{
        int64_t n = 0;
        int r = STORE_NUMBER(store, &n, 0, "SELECT count(*) FROM mute WHERE contact = $1 AND uid = $2",
                        BIND_I(contact), BIND_T(uid));
        return is_positive(r, n, ret);
}

#define KIND_IS_MUTED                                                                                       \
        "SELECT 1 FROM mute_kind WHERE contact = $1 AND EXISTS (SELECT 1 FROM object WHERE uid = $2 AND "   \
        "categories LIKE '%,' || mute_kind.kind || ',%')"

int mute_kind_has(Store *store, int64_t contact, const char *uid, bool *ret)
{
        int64_t n = 0;
        int r = STORE_NUMBER(store, &n, 0, "SELECT CASE WHEN EXISTS (" KIND_IS_MUTED ") THEN 1 ELSE 0 END",
                        BIND_I(contact), BIND_T(uid));
        return is_positive(r, n, ret);
}

static int each_text(DbStatement *statement, int r, int (*on_text)(const char *text, void *userdata),
                void *userdata)
{
        while (r == 0 && (r = db_step(statement)) == DB_ROW)
                r = on_text(db_text(statement, 0, NULL), userdata);
        if (r != 0)
                db_reset(statement);
        return r;
}

int mute_each(Store *store, int64_t contact, int (*on_mute)(const char *uid, void *userdata), void *userdata)
{
        DbStatement *statement = NULL;
        int r = STORE_QUERY(store, &statement, "SELECT uid FROM mute WHERE contact = $1 ORDER BY uid",
                        BIND_I(contact));
        return each_text(statement, r, on_mute, userdata);
}

int mute_kind_each(Store *store, int64_t contact, int (*on_mute)(const char *kind, void *userdata),
                void *userdata)
{
        DbStatement *statement = NULL;
        int r = STORE_QUERY(store, &statement, "SELECT kind FROM mute_kind WHERE contact = $1 ORDER BY kind",
                        BIND_I(contact));
        return each_text(statement, r, on_mute, userdata);
}

int contact_stop(Store *store, int64_t contact, const char *reason, usec_t now)
{
        return STORE_RUN(store,
                        "INSERT INTO stopped (contact, reason, at) VALUES ($1, $2, $3) ON CONFLICT "
                        "(contact) DO NOTHING",
                        BIND_I(contact), BIND_T(reason), BIND_I(now));
}

int contact_stopped(Store *store, int64_t contact, bool *ret)
{
        int64_t n = 0;
        int r = STORE_NUMBER(
                        store, &n, 0, "SELECT count(*) FROM stopped WHERE contact = $1", BIND_I(contact));
        if (r == 0)
                *ret = n > 0;
        return r;
}

int contact_refusals(Store *store, int64_t contact, const char *uid, unsigned *ret)
{
        int64_t bits = 0;
        int r = STORE_NUMBER(store, &bits, 0,
                        "SELECT CASE WHEN EXISTS (SELECT 1 FROM stopped WHERE contact = $1) THEN 1 ELSE 0 "
                        "END"
                        " + CASE WHEN EXISTS (SELECT 1 FROM mute WHERE contact = $1 AND uid = $2) THEN 2 "
                        "ELSE 0 END"
                        " + CASE WHEN EXISTS (" KIND_IS_MUTED ") THEN 4 ELSE 0 END"
                        " + CASE WHEN EXISTS (SELECT 1 FROM undeliverable WHERE contact = $1 AND at > 0) "
                        "THEN 8 ELSE 0 END",
                        BIND_I(contact), BIND_T(uid));
        if (r == 0)
                *ret = (unsigned)bits;
        return r;
}

int contact_stop_reason(Store *store, int64_t contact, Buffer *out)
{
        DbStatement *statement;
        int r = STORE_QUERY(
                        store, &statement, "SELECT reason FROM stopped WHERE contact = $1", BIND_I(contact));
        if (r != 0)
                return r;
        while ((r = db_step(statement)) == DB_ROW)
                buffer_puts(out, db_text(statement, 0, NULL));
        return r != 0 ? r : buffer_error(out);
}

int contact_resume(Store *store, int64_t contact)
{
        return STORE_RUN(store, "DELETE FROM stopped WHERE contact = $1", BIND_I(contact));
}

static int restore(Store *store, int64_t contact)
{
        int r = contact_resume(store, contact);
        if (r == 0)
                r = STORE_RUN(store, "DELETE FROM mute WHERE contact = $1", BIND_I(contact));
        return r != 0 ? r : STORE_RUN(store, "DELETE FROM mute_kind WHERE contact = $1", BIND_I(contact));
}

int contact_restore(Store *store, int64_t contact)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, restore(store, contact));
}

int private_feed_make(Store *store, int64_t contact, usec_t now, char ret_token[static 33])
{
        char token[TOKEN_SIZE], hash[HASH_HEX_SIZE];
        int r = token_make(token);
        if (r < 0)
                return r;
        hash_hex(token, strlen(token), hash);
        r = STORE_RUN(store,
                        "INSERT INTO private_feed (contact, digest, at) VALUES ($1, $2, $3)"
                        " ON CONFLICT (contact) DO UPDATE SET digest = excluded.digest, at = excluded.at",
                        BIND_I(contact), BIND_T(hash), BIND_I(now));
        if (r == 0)
                memcpy(ret_token, token, sizeof(token));
        return r;
}

int private_feed_revoke(Store *store, int64_t contact)
{
        int r = STORE_RUN(store, "DELETE FROM private_feed WHERE contact = $1", BIND_I(contact));
        return r != 0 ? r : db_changes(store_db(store)) > 0 ? 0 : STORE_E_NOT_FOUND;
}

int private_feed_contact(Store *store, const char *token, int64_t *ret_contact)
{
        char hash[HASH_HEX_SIZE];
        int64_t contact = 0;
        hash_hex(token, strlen(token), hash);
        int r = STORE_NUMBER(store, &contact, 0, "SELECT contact FROM private_feed WHERE digest = $1",
                        BIND_T(hash));
        if (r != 0 || contact == 0)
                return r != 0 ? r : STORE_E_NOT_FOUND;
        *ret_contact = contact;
        return 0;
}
