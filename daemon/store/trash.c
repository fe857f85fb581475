#include "store/trash.h"

#include "store/history-internal.h"
#include "store/query.h"
#include "store/row-copy.h"
#include "store/store-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Deleting ---- */

static int first_name(DbStatement *row, void *userdata)
{
        char **ret = userdata;
        *ret = strdup(db_text(row, 0, NULL));
        return *ret ? 0 : -ENOMEM;
}

/* The rows of the history keep the objects for trash_restore(). */
static int delete_objects(Store *store, const char *collection, usec_t now)
{
        int r = 0;
        while (r == 0) {
                CLEANUP(cleanup_free) char *name = NULL;
                r = QUERY_FIRST(store, first_name, &name,
                                "SELECT resource FROM object WHERE collection = $1 ORDER BY resource LIMIT 1",
                                BIND_T(collection));
                if (r == 0)
                        r = object_delete(store, collection, name, 0, now);
        }
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int keep(Store *store, const Collection *collection, const char *key, usec_t now)
{
        int r = QUERY_RUN(store,
                        "INSERT INTO trash (key, name, owner, segment, cards, components, zone, created, deleted, scheduling, bytes)"
                        " SELECT $2, name, owner, segment, cards, components, coalesce(zone, ''), created, $3, scheduling, bytes"
                        " FROM collection WHERE name = $1",
                        BIND_T(collection->name), BIND_T(key), BIND_I(now));
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO trash_right (trash, account, access)"
                                " SELECT $2, account, access FROM account_right WHERE collection = $1",
                                BIND_T(collection->name), BIND_T(key));
        return r != 0 ? r
                      : QUERY_RUN(store, "UPDATE property SET collection = $2 WHERE collection = $1",
                                        BIND_T(collection->name), BIND_T(key));
}

static int remove_trash(Store *store, const char *key)
{
        int r = QUERY_RUN(store, "DELETE FROM property WHERE collection = $1", BIND_T(key));
        if (r == 0)
                r = QUERY_RUN(store, "DELETE FROM history WHERE trash = $1 AND trash <> ''", BIND_T(key));
        if (r == 0)
                r = QUERY_RUN(store, "DELETE FROM trash WHERE key = $1", BIND_T(key));
        return r != 0 || query_changed(store) > 0 ? r : STORE_E_NOT_FOUND;
}

/*
 * Removes the collection of an account that was deleted first, if the deleted ones are too many or too
 * large. The last one that is left stays, however large it is.
 */
static int trim(Store *store, const char *owner, int64_t max_bytes, bool *ret_trimmed)
{
        CLEANUP(cleanup_free) char *key = NULL;
        *ret_trimmed = false;
        int r = QUERY_FIRST(store, first_name, &key,
                        "SELECT key FROM trash WHERE owner = $1 AND (SELECT count(*) > 1 AND (count(*) > $2 OR sum(bytes) > $3)"
                        " FROM trash AS other WHERE other.owner = $1) ORDER BY deleted, key LIMIT 1",
                        BIND_T(owner), BIND_I(TRASH_MAX), BIND_I(max_bytes));
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        *ret_trimmed = true;
        return remove_trash(store, key);
}

static int put(Store *store, const char *name, usec_t now)
{
        char key[TRASH_KEY_SIZE];
        Collection collection;
        int r = collection_get(store, name, &collection);
        if (r != 0 || !collection.owner[0])
                return r != 0 ? r : STORE_E_CONFLICT;
        snprintf(key, sizeof(key), "%s.%" PRId64, name, now);
        /* The messages of an inbox have been processed, and bookings are kept elsewhere. */
        bool is_kept = collection.scheduling < COLLECTION_INBOX;
        if (is_kept)
                r = keep(store, &collection, key, now);
        if (r == 0) {
                store->history.trash = is_kept ? key : NULL;
                r = delete_objects(store, name, now);
                store->history.trash = NULL;
        }
        return r != 0 ? r : QUERY_RUN(store, "DELETE FROM collection WHERE name = $1", BIND_T(name));
}

static int put_and_trim(Store *store, const char *name, int64_t max_bytes, usec_t now)
{
        Collection collection;
        bool trimmed = true;
        int r = collection_get(store, name, &collection);
        if (r == 0)
                r = put(store, name, now);
        while (r == 0 && trimmed)
                r = trim(store, collection.owner, max_bytes, &trimmed);
        return r;
}

int trash_put(Store *store, const char *collection, int64_t max_bytes, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, put_and_trim(store, collection, max_bytes, now));
}

static int put_all(Store *store, const char *account, usec_t now)
{
        char login[ACCOUNT_NAME_SIZE];
        account_login(account, login);
        int r = 0;
        while (r == 0) {
                CLEANUP(cleanup_free) char *name = NULL;
                r = QUERY_FIRST(store, first_name, &name,
                                "SELECT name FROM collection WHERE owner = $1 AND owner <> ''"
                                " ORDER BY name LIMIT 1",
                                BIND_T(login));
                if (r == 0)
                        r = put(store, name, now);
        }
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int trash_put_all(Store *store, const char *account, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, put_all(store, account, now));
}

/* ---- Reading ---- */

#define TRASH_COLUMNS                                                                                       \
        "key, name, owner, segment, cards, components, created, deleted, scheduling,"                       \
        " (SELECT count(*) FROM history WHERE history.trash = trash.key AND history.trash <> '')"

static void read_row(DbStatement *row, Trash *ret)
{
        *ret = (Trash){
                .collection = { .is_cards = db_int(row, 4) != 0,
                                .components = (unsigned)db_int(row, 5),
                                .created = db_int(row, 6),
                                .scheduling = (CollectionScheduling)db_int(row, 8) },
                .deleted = db_int(row, 7),
                .n = db_int(row, 9),
        };
        query_copy_text(row, 0, ret->key, sizeof(ret->key));
        query_copy_text(row, 1, ret->collection.name, sizeof(ret->collection.name));
        query_copy_text(row, 2, ret->collection.owner, sizeof(ret->collection.owner));
        query_copy_text(row, 3, ret->collection.segment, sizeof(ret->collection.segment));
}

typedef struct TrashWalk {
        int (*on_trash)(const Trash *trash, void *userdata);
        void *userdata;
} TrashWalk;

static int visit_row(DbStatement *row, void *userdata)
{
        const TrashWalk *walk = userdata;
        Trash trash;
        read_row(row, &trash);
        return walk->on_trash(&trash, walk->userdata);
}

int trash_each(Store *store, int (*on_trash)(const Trash *trash, void *userdata), void *userdata)
{
        TrashWalk walk = { on_trash, userdata };
        return QUERY_EACH(store, visit_row, &walk,
                        "SELECT " TRASH_COLUMNS " FROM trash ORDER BY deleted DESC, key");
}

/* ---- Restoring ---- */

typedef struct Restore {
        Store *store;
        const Collection *collection;
        ObjectPut put;
} Restore;

static int restore_card(Restore *restore, const char *text, size_t len)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        int r = card_parse(text, len, &card, NULL);
        return r != 0 ? r : object_put_card(restore->store, card, &restore->put, &outcome);
}

static int restore_plain(Restore *restore, const char *text, size_t len)
{
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        ObjectOutcome outcome;
        int r = plain_parse(text, len, &plain, NULL);
        return r != 0 ? r : object_put_plain(restore->store, plain, &restore->put, &outcome);
}

/* An object that was stored can be read. */
static int restore_object(DbStatement *row, void *userdata)
{
        Restore *restore = userdata;
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len;
        const char *bytes = db_text(row, 1, &len);
        restore->put.resource = db_text(row, 0, NULL);
        int r = history_unpack(bytes, len, &text, &len);
        if (r == 0 && !text)
                r = DB_E_CORRUPT;
        if (r == 0)
                r = restore->collection->is_cards ? restore_card(restore, text, len)
                                                  : restore_plain(restore, text, len);
        if (r == CARD_E_INVALID || r == PLAIN_E_INVALID)
                r = DB_E_CORRUPT;
        return r != 0 ? r
                      : QUERY_RUN(restore->store,
                                        "UPDATE object SET created = $3, sequence = CASE WHEN sequence < $4 THEN $4 ELSE sequence END"
                                        " WHERE collection = $1 AND resource = $2",
                                        BIND_T(restore->collection->name), BIND_T(restore->put.resource),
                                        BIND_I(db_int(row, 2)), BIND_I(db_int(row, 3)));
}

typedef struct TrashRow {
        Trash trash;
        char zone[128];
} TrashRow;

static int copy_row(DbStatement *row, void *userdata)
{
        TrashRow *ret = userdata;
        read_row(row, &ret->trash);
        query_copy_text(row, 10, ret->zone, sizeof(ret->zone));
        return 0;
}

static int restore_all(Store *store, const char *key, const Zone *fallback, usec_t now)
{
        TrashRow row;
        int r = QUERY_FIRST(store, copy_row, &row,
                        "SELECT " TRASH_COLUMNS ", zone FROM trash WHERE key = $1", BIND_T(key));
        if (r == 0)
                r = collection_make(store, &row.trash.collection, row.zone[0] ? row.zone : NULL, now);
        if (r != 0)
                return r;
        Restore restore = { store, &row.trash.collection,
                { .collection = row.trash.collection.name, .fallback = fallback, .now = now } };
        r = QUERY_EACH(store, restore_object, &restore,
                        "SELECT resource, text, created, sequence FROM history WHERE trash = $1 AND trash <> ''"
                        " ORDER BY resource",
                        BIND_T(key));
        if (r == 0)
                r = QUERY_RUN(store, "UPDATE property SET collection = $2 WHERE collection = $1",
                                BIND_T(key), BIND_T(row.trash.collection.name));
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO account_right (account, collection, access)"
                                " SELECT account, $2, access FROM trash_right WHERE trash = $1"
                                " ON CONFLICT (account, collection) DO NOTHING",
                                BIND_T(key), BIND_T(row.trash.collection.name));
        if (r == 0)
                r = account_changed(store);
        return r != 0 ? r : trash_remove(store, key);
}

int trash_restore(Store *store, const char *key, const Zone *fallback, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, restore_all(store, key, fallback, now));
}

int trash_remove(Store *store, const char *key)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, remove_trash(store, key));
}
