#include "store/collection.h"

#include "base/hash.h"
#include "store/query.h"

#include <stdio.h>
#include <string.h>

#define OWN_PREFIX "own-"

enum { SLUG_MAX = 16, HASH_DIGITS = 16 };

/* A segment that no client can choose, because it has a slash. */
#define INBOX_SEGMENT "inbox/"

#define COLLECTION_COLUMNS "name, owner, segment, cards, components, sequence, created, scheduling"

unsigned collection_default_components(void)
{
        return COLLECTION_VEVENT;
}

bool collection_is_own_name(const char *name)
{
        size_t len = strlen(name),
               digits = strspn(name + (len < HASH_DIGITS ? len : len - HASH_DIGITS), "0123456789abcdef");
        return strncmp(name, OWN_PREFIX, strlen(OWN_PREFIX)) == 0 &&
               len > HASH_DIGITS + strlen(OWN_PREFIX) && digits == HASH_DIGITS &&
               name[len - HASH_DIGITS - 1] == '-';
}

bool collection_is_listed(const char *list, const char *name)
{
        size_t len = strlen(name);
        for (const char *at = list; at && *at && len > 0; at = strchr(at + 1, ','))
                if (strncmp(at + 1, name, len) == 0 && at[1 + len] == ',')
                        return true;
        return !list;
}

static bool is_name(const char *name)
{
        size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
        return len > 0 && len < COLLECTION_NAME_SIZE && !name[len];
}

int collection_ensure(Store *store, const char *name, bool is_cards, const char *zone_name)
{
        int64_t cards = 0;
        if (!is_name(name))
                return STORE_E_CONFLICT;
        int r = QUERY_NUMBER(
                        store, &cards, -1, "SELECT cards FROM collection WHERE name = $1", BIND_T(name));
        if (r != 0)
                return r;
        if (cards >= 0)
                return cards == is_cards ? 0 : STORE_E_CONFLICT;
        if (collection_is_own_name(name))
                return STORE_E_CONFLICT;
        return QUERY_RUN(store,
                        "INSERT INTO collection (name, cards, zone, sequence, components) VALUES ($1, $2, $3, 0, $4)"
                        " ON CONFLICT (name) DO NOTHING",
                        BIND_T(name), BIND_I(is_cards), BIND_T(zone_name),
                        BIND_I(strcmp(name, COLLECTION_OFFERS) == 0 ? COLLECTION_VAVAILABILITY : 0));
}

/* Appends at most SLUG_MAX letters and digits of a text, in lower case, and a hyphen. */
static void append_slug(const char *text, char *ret, size_t size)
{
        size_t n = strlen(ret), end = n + SLUG_MAX;
        for (; *text && n < end && n + 2 < size; text++) {
                bool is_letter = (*text >= 'a' && *text <= 'z') || (*text >= '0' && *text <= '9');
                if (is_letter || (*text >= 'A' && *text <= 'Z'))
                        ret[n++] = is_letter ? *text : (char)(*text - 'A' + 'a');
        }
        ret[n++] = '-';
        ret[n] = '\0';
}

void collection_own_name(
                const char *owner, bool is_cards, const char *segment, char ret[static COLLECTION_NAME_SIZE])
{
        char identity[ACCOUNT_NAME_SIZE + COLLECTION_SEGMENT_SIZE + 4], hash[HASH_HEX_SIZE];
        char login[ACCOUNT_NAME_SIZE];
        account_login(owner, login);
        int n = snprintf(identity, sizeof(identity), "%s/%d/%s", login, is_cards, segment);
        hash_hex(identity, (size_t)n, hash);
        strcpy(ret, OWN_PREFIX);
        append_slug(login, ret, COLLECTION_NAME_SIZE);
        append_slug(segment, ret, COLLECTION_NAME_SIZE);
        snprintf(ret + strlen(ret), COLLECTION_NAME_SIZE - strlen(ret), "%.*s", HASH_DIGITS, hash);
}

/*
 * The first change number of the collection is new, so that its token differs from those that its path had
 * before. They stay valid: tombstones tell which members are gone.
 */
static int insert(Store *store, Collection *collection, const char *zone_name)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0, "SELECT count(*) FROM collection WHERE owner = $1",
                        BIND_T(collection->owner));
        if (r == 0 && n >= COLLECTIONS_OWN_MAX)
                r = COLLECTION_E_MANY;
        if (r == 0)
                r = query_count_up(store, "change", &collection->sequence);
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO collection (name, owner, segment, cards, components, zone, sequence, created, scheduling)"
                                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (name) DO NOTHING",
                                BIND_T(collection->name), BIND_T(collection->owner),
                                BIND_T(collection->segment), BIND_I(collection->is_cards),
                                BIND_I(collection->components), BIND_T(zone_name),
                                BIND_I(collection->sequence), BIND_I(collection->created),
                                BIND_I(collection->scheduling));
        return r != 0 ? r : query_changed(store) > 0 ? 0 : STORE_E_CONFLICT;
}

int collection_make(Store *store, Collection *collection, const char *zone_name, usec_t now)
{
        char login[ACCOUNT_NAME_SIZE];
        StoreWrite write;
        account_login(collection->owner, login);
        strcpy(collection->owner, login);
        collection_own_name(login, collection->is_cards, collection->segment, collection->name);
        collection->created = now;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, insert(store, collection, zone_name));
}

static void read_row(DbStatement *row, Collection *ret)
{
        *ret = (Collection){
                .is_cards = db_int(row, 3) != 0,
                .components = (unsigned)db_int(row, 4),
                .sequence = db_int(row, 5),
                .created = db_int(row, 6),
                .scheduling = (CollectionScheduling)db_int(row, 7),
        };
        query_copy_text(row, 0, ret->name, sizeof(ret->name));
        query_copy_text(row, 1, ret->owner, sizeof(ret->owner));
        query_copy_text(row, 2, ret->segment, sizeof(ret->segment));
        if (!ret->is_cards && ret->components == 0)
                ret->components = collection_default_components();
}

static int copy_row(DbStatement *row, void *userdata)
{
        read_row(row, userdata);
        return 0;
}

int collection_get(Store *store, const char *name, Collection *ret)
{
        return QUERY_FIRST(store, copy_row, ret,
                        "SELECT " COLLECTION_COLUMNS " FROM collection WHERE name = $1", BIND_T(name));
}

void collection_inbox_name(const char *account, char ret[static COLLECTION_NAME_SIZE])
{
        collection_own_name(account, false, INBOX_SEGMENT, ret);
}

int collection_inbox(Store *store, const char *account, Collection *ret)
{
        char name[COLLECTION_NAME_SIZE];
        collection_inbox_name(account, name);
        return collection_get(store, name, ret);
}

int collection_make_inbox(Store *store, const char *account, usec_t now, Collection *ret)
{
        Collection inbox = { .components = COLLECTION_VEVENT | COLLECTION_VTODO | COLLECTION_VJOURNAL,
                .scheduling = COLLECTION_INBOX };
        int r = collection_inbox(store, account, ret);
        if (r != STORE_E_NOT_FOUND)
                return r;
        snprintf(inbox.owner, sizeof(inbox.owner), "%s", account);
        strcpy(inbox.segment, INBOX_SEGMENT);
        r = collection_make(store, &inbox, NULL, now);
        if (r == 0)
                *ret = inbox;
        return r;
}

int collection_host(Store *store, const char *account, Collection *ret)
{
        char name[COLLECTION_NAME_SIZE];
        Collection found;
        collection_own_name(account, false, COLLECTION_HOST_SEGMENT, name);
        int r = collection_get(store, name, &found);
        if (r == 0 && found.scheduling != COLLECTION_HOST)
                r = STORE_E_CONFLICT;
        if (r == 0)
                *ret = found;
        return r;
}

int collection_make_host(
                Store *store, const char *account, const char *zone_name, usec_t now, Collection *ret)
{
        Collection calendar = { .components = COLLECTION_VEVENT, .scheduling = COLLECTION_HOST };
        int r = collection_host(store, account, ret);
        if (r != STORE_E_NOT_FOUND)
                return r;
        snprintf(calendar.owner, sizeof(calendar.owner), "%s", account);
        strcpy(calendar.segment, COLLECTION_HOST_SEGMENT);
        r = collection_make(store, &calendar, zone_name, now);
        if (r == 0)
                *ret = calendar;
        return r;
}

int collection_set_scheduling(Store *store, const char *name, CollectionScheduling scheduling)
{
        int r = QUERY_RUN(store,
                        "UPDATE collection SET scheduling = $2 WHERE name = $1 AND cards = 0 AND scheduling < $3",
                        BIND_T(name), BIND_I(scheduling), BIND_I(COLLECTION_INBOX));
        return r != 0 || query_changed(store) > 0 ? r : STORE_E_NOT_FOUND;
}

typedef struct CollectionWalk {
        int (*on_collection)(const Collection *collection, void *userdata);
        void *userdata;
} CollectionWalk;

static int visit_row(DbStatement *row, void *userdata)
{
        const CollectionWalk *walk = userdata;
        Collection collection;
        read_row(row, &collection);
        return walk->on_collection(&collection, walk->userdata);
}

int collection_each(Store *store, int (*on_collection)(const Collection *collection, void *userdata),
                void *userdata)
{
        CollectionWalk walk = { on_collection, userdata };
        return QUERY_EACH(store, visit_row, &walk,
                        "SELECT " COLLECTION_COLUMNS " FROM collection ORDER BY name");
}

int collection_each_of(Store *store, const char *login,
                int (*on_collection)(const Collection *collection, void *userdata), void *userdata)
{
        CollectionWalk walk = { on_collection, userdata };
        return QUERY_EACH(store, visit_row, &walk,
                        "SELECT " COLLECTION_COLUMNS " FROM collection WHERE owner = $1 ORDER BY name",
                        BIND_T(login));
}
