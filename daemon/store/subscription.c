#include "store/subscription.h"

#include "store/contact-due.h"
#include "store/object.h"
#include "store/query.h"

#include <string.h>

static int put(Store *store, int64_t contact, SubscriptionScope scope, const char *target, const char *leads,
                SubscriptionOrigin origin, usec_t now)
{
        int64_t id;
        int r = query_count_up(store, "subscription", &id);
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO subscription (id, contact, scope, target, leads, created, origin)"
                                " SELECT $1, id, $3, $4, $5, $6, $7 FROM object"
                                " WHERE id = $2 AND kind = " SQL_OBJECT_CARD
                                " ON CONFLICT (scope, target, contact) DO UPDATE SET leads = excluded.leads,"
                                " origin = CASE excluded.origin WHEN " SQL_SUBSCRIPTION_GIVEN
                                " THEN " SQL_SUBSCRIPTION_GIVEN " ELSE subscription.origin END",
                                BIND_I(id), BIND_I(contact), BIND_I(scope), BIND_T(target), BIND_T(leads),
                                BIND_I(now), BIND_I(origin));
        if (r == 0 && query_changed(store) == 0)
                return STORE_E_NOT_FOUND;
        return r != 0 ? r : contact_due_wake(store, contact, scope, target);
}

int subscription_put(Store *store, int64_t contact, SubscriptionScope scope, const char *target,
                const char *leads, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r
                      : store_write_end(&write,
                                        put(store, contact, scope, target, leads, SUBSCRIPTION_GIVEN, now));
}

int subscription_put_own(Store *store, int64_t contact, SubscriptionScope scope, const char *target,
                const char *leads, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r
                      : store_write_end(&write,
                                        put(store, contact, scope, target, leads, SUBSCRIPTION_OWN, now));
}

int subscription_delete(Store *store, int64_t contact, SubscriptionScope scope, const char *target)
{
        int r = QUERY_RUN(store,
                        "DELETE FROM subscription"
                        " WHERE contact = $1 AND ((scope = $2 AND target = $3) OR $2 = 0)",
                        BIND_I(contact), BIND_I(scope), BIND_T(target ? target : ""));
        return r != 0 ? r : query_changed(store) > 0 ? 0 : STORE_E_NOT_FOUND;
}

static Subscription read_row(DbStatement *row)
{
        return (Subscription){
                .id = db_int(row, 0),
                .contact = db_int(row, 1),
                .scope = (SubscriptionScope)db_int(row, 2),
                .target = db_text(row, 3, NULL),
                .leads = db_text(row, 4, NULL),
                .created = db_int(row, 5),
                .origin = (SubscriptionOrigin)db_int(row, 6),
        };
}

typedef struct Walk {
        int (*on_subscription)(const Subscription *subscription, void *userdata);
        void *userdata;
        int64_t last; /* the contact of the last row */
        int n, limit; /* number of contacts, and its maximum */
        bool is_full;
} Walk;

static int on_row(DbStatement *row, void *userdata)
{
        const Walk *walk = userdata;
        Subscription subscription = read_row(row);
        return walk->on_subscription(&subscription, walk->userdata);
}

int subscription_each(Store *store, int64_t contact,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata)
{
        Walk walk = { .on_subscription = on_subscription, .userdata = userdata };
        return QUERY_EACH(store, on_row, &walk,
                        "SELECT id, contact, scope, target, leads, created, origin FROM subscription"
                        " WHERE contact = $1 OR $1 = 0"
                        " ORDER BY id",
                        BIND_I(contact));
}

int subscription_count(Store *store, SubscriptionScope scope, const char *target, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT count(*) FROM subscription WHERE scope = $1 AND target = $2", BIND_I(scope),
                        BIND_T(target));
}

static int on_match(DbStatement *row, void *userdata)
{
        Walk *walk = userdata;
        Subscription subscription = read_row(row);
        walk->n += subscription.contact != walk->last;
        walk->last = subscription.contact;
        walk->is_full = walk->n > walk->limit;
        return walk->is_full ? 1 : walk->on_subscription(&subscription, walk->userdata);
}

#define MATCH "SELECT id, subscription.contact, scope, subscription.target, leads, created, origin FROM "
#define MATCH_SCOPE(scope, value, contacts)                                                                 \
        MATCH "subscription WHERE scope = " scope " AND target = " value " AND contact " contacts

/*
 * Listings for everything, the event $2, the calendar $3 and the event $5, of which $2 is a part. Each reads
 * one range of the primary key.
 */
#define MATCH_OTHERS(contacts)                                                                              \
        MATCH_SCOPE(SQL_SUBSCRIBE_ALL, "''", contacts)                                                      \
        " UNION ALL " MATCH_SCOPE(SQL_SUBSCRIBE_EVENT, "$2", contacts) " UNION ALL " MATCH_SCOPE(           \
                        SQL_SUBSCRIBE_CALENDAR, "$3",                                                       \
                        contacts) " UNION ALL " MATCH_SCOPE(SQL_SUBSCRIBE_EVENT, "$5", contacts)

/* Whether a kind is one of the categories $4, ",session,exhibition,". */
#define IS_CATEGORY(kind) "replace($4, ',' || " kind " || ',', '') <> $4"

/*
 * `kind`: the kinds for which somebody is listed. Each is found behind the one before it, so that no other
 * row of the primary key is read. `wanted`: those that are categories of the event.
 */
#define WANTED_KINDS                                                                                        \
        "kind (target) AS (SELECT min(target) FROM subscription WHERE scope = " SQL_SUBSCRIBE_KIND          \
        " UNION ALL SELECT (SELECT min(later.target) FROM subscription AS later"                            \
        " WHERE later.scope = " SQL_SUBSCRIBE_KIND " AND later.target > kind.target)"                       \
        " FROM kind WHERE kind.target IS NOT NULL),"                                                        \
        " wanted (target) AS (SELECT target FROM kind WHERE target IS NOT NULL AND " IS_CATEGORY(           \
                        "target") ")"

/*
 * `reached`: the contacts after $1 that are listed for these kinds, each found behind the one before it, up
 * to one more than the $6 of a batch. So the cost of a batch does not depend on the number of subscriptions.
 */
#define REACHED_CONTACTS                                                                                    \
        "reached (contact, n) AS (SELECT CAST($1 AS BIGINT), CAST(0 AS BIGINT)"                             \
        " UNION ALL SELECT (SELECT min((SELECT min(later.contact) FROM subscription AS later"               \
        " WHERE later.scope = " SQL_SUBSCRIBE_KIND " AND later.target = wanted.target"                      \
        " AND later.contact > reached.contact)) FROM wanted), n + 1"                                        \
        " FROM reached WHERE n <= $6 AND contact IS NOT NULL)"

int subscription_matching(Store *store, const char *uid, const char *parent, const char *categories,
                const char *collection, int64_t after, int limit,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata)
{
        Walk walk = { .on_subscription = on_subscription, .userdata = userdata, .limit = limit };
        if (strcmp(collection, COLLECTION_MEETINGS) == 0)
                return 0;
        int r = QUERY_EACH(store, on_match, &walk,
                        "WITH RECURSIVE " WANTED_KINDS ", " REACHED_CONTACTS " " MATCH_OTHERS(
                                        "> $1") " UNION ALL " MATCH
                                                "wanted JOIN subscription ON scope = " SQL_SUBSCRIBE_KIND
                                                " AND subscription.target = wanted.target"
                                                " WHERE subscription.contact > $1 AND subscription.contact <="
                                                " (SELECT coalesce(max(reached.contact), $1) FROM reached)"
                                                " ORDER BY 2, 1",
                        BIND_I(after), BIND_T(uid), BIND_T(collection), BIND_T(categories), BIND_T(parent),
                        BIND_I(limit));
        return walk.is_full ? 0 : r;
}

int subscription_matching_contact(Store *store, const char *uid, const char *parent, const char *categories,
                const char *collection, int64_t contact,
                int (*on_subscription)(const Subscription *subscription, void *userdata), void *userdata)
{
        Walk walk = { .on_subscription = on_subscription, .userdata = userdata };
        if (strcmp(collection, COLLECTION_MEETINGS) == 0)
                return 0;
        return QUERY_EACH(store, on_row, &walk,
                        MATCH_OTHERS("= $1") " UNION ALL " MATCH
                                             "subscription WHERE scope = " SQL_SUBSCRIBE_KIND
                                             " AND contact = $1 AND " IS_CATEGORY("target"),
                        BIND_I(contact), BIND_T(uid), BIND_T(collection), BIND_T(categories),
                        BIND_T(parent));
}

bool subscription_is_of_whole(const Subscription *subscription, const char *uid)
{
        return subscription->scope == SUBSCRIBE_EVENT && strcmp(subscription->target, uid) != 0;
}

/* Mixes a row into a 64-bit hash. A changed bit of it changes half of the hash (MurmurHash3's finalizer). */
static int on_version(DbStatement *row, void *userdata)
{
        uint64_t *version = userdata;
        uint64_t mixed = *version ^ (2 * (uint64_t)db_int(row, 0) + (uint64_t)db_int(row, 1));
        mixed = (mixed ^ mixed >> 33) * 0xFF51AFD7ED558CCDU;
        mixed = (mixed ^ mixed >> 33) * 0xC4CEB9FE1A85EC53U;
        *version = (mixed ^ mixed >> 33);
        return 0;
}

/* A sum would repeat: subscriptions 1 and 2 are deleted, 3 is added. */
int subscription_version(Store *store, int64_t contact, int64_t *ret)
{
        uint64_t version = 0;
        int r = QUERY_EACH(store, on_version, &version,
                        "SELECT id, origin FROM subscription WHERE contact = $1 ORDER BY id",
                        BIND_I(contact));
        if (r == 0)
                *ret = (int64_t)version;
        return r;
}
