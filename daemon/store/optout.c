#include "store/optout.h"

#include "base/hash.h"
#include "store/contact-due.h"
#include "store/object.h"
#include "store/query.h"
#include "store/subscription.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int mute_put(Store *store, int64_t contact, const char *uid, usec_t now)
{
        return QUERY_RUN(store,
                        "INSERT INTO mute (contact, uid, at)"
                        " VALUES ($1, $2, $3)"
                        " ON CONFLICT (contact, uid) DO NOTHING",
                        BIND_I(contact), BIND_T(uid), BIND_I(now));
}

/* Lets a contact that wants mail again hear of what has changed since it was told. */
static int wake(Store *store, int64_t contact, int r)
{
        return r != 0 || query_changed(store) == 0 ? r : contact_due_wake_listings(store, contact);
}

int mute_delete(Store *store, int64_t contact, const char *uid)
{
        return wake(store, contact,
                        QUERY_RUN(store, "DELETE FROM mute WHERE contact = $1 AND uid = $2", BIND_I(contact),
                                        BIND_T(uid)));
}

int mute_kind_put(Store *store, int64_t contact, const char *kind, usec_t now)
{
        return QUERY_RUN(store,
                        "INSERT INTO mute_kind (contact, kind, at)"
                        " VALUES ($1, $2, $3)"
                        " ON CONFLICT (contact, kind) DO NOTHING",
                        BIND_I(contact), BIND_T(kind), BIND_I(now));
}

int mute_kind_delete(Store *store, int64_t contact, const char *kind)
{
        return wake(store, contact,
                        QUERY_RUN(store, "DELETE FROM mute_kind WHERE contact = $1 AND kind = $2",
                                        BIND_I(contact), BIND_T(kind)));
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
        int r = QUERY_NUMBER(store, &n, 0, "SELECT count(*) FROM mute WHERE contact = $1 AND uid = $2",
                        BIND_I(contact), BIND_T(uid));
        return is_positive(r, n, ret);
}

typedef struct TextWalk {
        int (*on_text)(const char *text, void *userdata);
        void *userdata;
} TextWalk;

static int read_text(DbStatement *row, void *userdata)
{
        const TextWalk *walk = userdata;
        return walk->on_text(db_text(row, 0, NULL), walk->userdata);
}

int mute_each(Store *store, int64_t contact, int (*on_mute)(const char *uid, void *userdata), void *userdata)
{
        TextWalk walk = { on_mute, userdata };
        return QUERY_EACH(store, read_text, &walk, "SELECT uid FROM mute WHERE contact = $1 ORDER BY uid",
                        BIND_I(contact));
}

int mute_kind_each(Store *store, int64_t contact, int (*on_mute)(const char *kind, void *userdata),
                void *userdata)
{
        TextWalk walk = { on_mute, userdata };
        return QUERY_EACH(store, read_text, &walk,
                        "SELECT kind FROM mute_kind WHERE contact = $1 ORDER BY kind", BIND_I(contact));
}

int contact_stop(Store *store, int64_t contact, MailReason reason, usec_t now)
{
        return QUERY_RUN(store,
                        "INSERT INTO stopped (contact, reason, at)"
                        " VALUES ($1, $2, $3)"
                        " ON CONFLICT (contact) DO NOTHING",
                        BIND_I(contact), BIND_I(reason), BIND_I(now));
}

int contact_stopped(Store *store, int64_t contact, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(
                        store, &n, 0, "SELECT count(*) FROM stopped WHERE contact = $1", BIND_I(contact));
        return is_positive(r, n, ret);
}

int contact_ask_back(Store *store, int64_t contact, usec_t now)
{
        return QUERY_RUN(store, "UPDATE stopped SET at = $2 WHERE contact = $1", BIND_I(contact),
                        BIND_I(now));
}

int contact_stop_reason(Store *store, int64_t contact, MailReason *ret)
{
        int64_t reason = MAIL_REASON_NONE;
        int r = QUERY_NUMBER(store, &reason, MAIL_REASON_NONE,
                        "SELECT reason FROM stopped WHERE contact = $1", BIND_I(contact));
        if (r == 0)
                *ret = (MailReason)reason;
        return r;
}

/* The name of a kept opt-out in the store's named values: a prefix and the hash of the folded address. */
#define REFUSED_PREFIX "refused."

enum { REFUSED_NAME_SIZE = sizeof(REFUSED_PREFIX) + HASH_HEX_SIZE };

static int read_address(DbStatement *row, void *userdata)
{
        const char *address = db_text(row, 0, NULL);
        char hash[HASH_HEX_SIZE];
        if (address[0] == '\0')
                return 0;
        hash_hex(address, strlen(address), hash);
        snprintf(userdata, REFUSED_NAME_SIZE, "%s%s", REFUSED_PREFIX, hash);
        return 0;
}

/* @ret: "" if the contact has no address */
static int find_name(Store *store, int64_t contact, char ret[static REFUSED_NAME_SIZE])
{
        ret[0] = '\0';
        return QUERY_EACH(store, read_address, ret, "SELECT address FROM object WHERE id = $1",
                        BIND_I(contact));
}

int optout_remember(Store *store, int64_t contact)
{
        char name[REFUSED_NAME_SIZE], value[16];
        MailReason reason = MAIL_REASON_NONE;
        int r = contact_stop_reason(store, contact, &reason);
        if (r == 0)
                r = find_name(store, contact, name);
        if (r != 0 || reason == MAIL_REASON_NONE || name[0] == '\0')
                return r;
        snprintf(value, sizeof(value), "%d", (int)reason);
        return store_meta_set(store, name, value);
}

int optout_recall(Store *store, int64_t contact, usec_t now)
{
        char name[REFUSED_NAME_SIZE];
        CLEANUP(cleanup_free) char *value = NULL;
        int r = find_name(store, contact, name);
        if (r == 0 && name[0])
                r = store_meta_get(store, name, &value);
        return r != 0 || !value ? r : contact_stop(store, contact, (MailReason)atoi(value), now);
}

static int resume(Store *store, int64_t contact)
{
        char name[REFUSED_NAME_SIZE];
        int r = wake(store, contact,
                        QUERY_RUN(store, "DELETE FROM stopped WHERE contact = $1", BIND_I(contact)));
        if (r == 0)
                r = find_name(store, contact, name);
        return r == 0 && name[0] ? store_meta_drop(store, name) : r;
}

int contact_resume(Store *store, int64_t contact)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, resume(store, contact));
}

static int restore(Store *store, int64_t contact)
{
        int r = contact_resume(store, contact);
        if (r == 0)
                r = wake(store, contact,
                                QUERY_RUN(store, "DELETE FROM mute WHERE contact = $1", BIND_I(contact)));
        return r != 0 ? r
                      : wake(store, contact,
                                        QUERY_RUN(store, "DELETE FROM mute_kind WHERE contact = $1",
                                                        BIND_I(contact)));
}

int contact_restore(Store *store, int64_t contact)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, restore(store, contact));
}

/* A copy of the event in a collection of an account says nothing of the event. */
#define EVENT_OF_OFFICE "uid = $2 AND object.kind <= " SQL_OBJECT_LAST_OF_OFFICE

/* The numbers in the statement are the bits of ContactRefusal. */
int contact_refusals(Store *store, int64_t contact, const char *uid, unsigned *ret)
{
        int64_t bits = 0;
        int r = QUERY_NUMBER(store, &bits, 0,
                        "SELECT CASE WHEN EXISTS (SELECT 1 FROM stopped WHERE contact = $1) THEN 1 ELSE 0 END"
                        " + CASE WHEN EXISTS (SELECT 1 FROM mute WHERE contact = $1 AND uid = $2) THEN 2 ELSE 0 END"
                        " + CASE WHEN EXISTS (SELECT 1 FROM mute_kind WHERE contact = $1 AND EXISTS ("
                        "SELECT 1 FROM object WHERE " EVENT_OF_OFFICE
                        " AND categories LIKE '%,' || mute_kind.kind || ',%'"
                        ")) THEN 4 ELSE 0 END"
                        " + CASE WHEN EXISTS (SELECT 1 FROM undeliverable WHERE contact = $1 AND at > 0) THEN 8 ELSE 0 END"
                        " + CASE WHEN EXISTS (SELECT 1 FROM subscription WHERE contact = $1 AND (scope = " SQL_SUBSCRIBE_ALL
                        " OR (scope = " SQL_SUBSCRIBE_EVENT " AND target = $2)"
                        " OR EXISTS (SELECT 1 FROM object WHERE " EVENT_OF_OFFICE " AND ("
                        "(scope = " SQL_SUBSCRIBE_CALENDAR " AND collection = target)"
                        " OR (scope = " SQL_SUBSCRIBE_KIND " AND categories LIKE '%,' || target || ',%')"
                        " OR (scope = " SQL_SUBSCRIBE_EVENT " AND parent = target AND NOT EXISTS ("
                        "SELECT 1 FROM mute WHERE mute.contact = $1 AND mute.uid = target) AND NOT EXISTS ("
                        "SELECT 1 FROM mute_kind JOIN object AS whole ON whole.uid = target"
                        " WHERE mute_kind.contact = $1 AND whole.kind <= " SQL_OBJECT_LAST_OF_OFFICE
                        " AND whole.categories LIKE '%,' || mute_kind.kind || ',%'))))"
                        ")) OR NOT EXISTS (SELECT 1 FROM object WHERE " EVENT_OF_OFFICE
                        ") THEN 0 ELSE 16 END",
                        BIND_I(contact), BIND_T(uid));
        if (r == 0)
                *ret = (unsigned)bits;
        return r;
}
