/*
 * Opens a store, checks the version of its tables, and reads and writes the store's named values. store.c
 * has the connection itself.
 */
#include "store/query.h"
#include "store/schema.h"
#include "store/store-internal.h"
#include "store/sync-mark.h"

#include <errno.h>
#include <string.h>

/*
 * Checks the version of the tables, because the statements are written for one version. Return: -ENOENT if
 * there are no tables, because the file is just being created or its creation was interrupted.
 */
static int check_schema(Db *db)
{
        int version;
        int r = schema_version(db, &version);
        if (r != 0)
                return r;
        return version == 0                ? -ENOENT
               : version == SCHEMA_CURRENT ? 0
               : version > SCHEMA_CURRENT  ? STORE_E_NEWER
                                           : STORE_E_NOT_FOUND;
}

static int open_database(Store *store, const char *url, StoreMode mode, char **ret_why)
{
        int r = db_open(url, mode == STORE_CREATE, mode == STORE_READ_ONLY, &store->db, ret_why);
        if (r != 0)
                return r;
        return mode == STORE_READ_ONLY ? check_schema(store->db) : schema_migrate(store);
}

/*
 * Notices a store that was put back, before the first write. A store whose file cannot be read or written,
 * or that is damaged there, can still be used; the daemon warns of that (sync_mark_open()).
 */
static int notice_put_back(Store *store)
{
        int r = sync_mark_settle(store, &store->was_put_back);
        return r == -ENOMEM ? r : 0;
}

static int make_connection(const char *url, ZoneTable *zones, Store **ret)
{
        CLEANUP(store_closep) Store *store = calloc(1, sizeof(*store));
        if (!store)
                return -ENOMEM;
        store->zones = zones;
        store->history.way = HISTORY_DAEMON;
        store->name = strdup(db_name(url));
        if (!store->name)
                return -ENOMEM;
        *ret = TAKE_PTR(store);
        return 0;
}

int store_open_raw(const char *url, ZoneTable *zones, Store **ret, char **ret_why)
{
        CLEANUP(store_closep) Store *store = NULL;
        *ret = NULL;
        int r = make_connection(url, zones, &store);
        if (r == 0)
                r = db_open(url, true, false, &store->db, ret_why);
        if (r == 0)
                *ret = TAKE_PTR(store);
        return r;
}

int store_open(const char *url, StoreMode mode, ZoneTable *zones, Store **ret, InputError *ret_error)
{
        CLEANUP(store_closep) Store *store = NULL;
        *ret = NULL;
        int r = make_connection(url, zones, &store);
        if (r != 0)
                return r;
        CLEANUP(cleanup_free) char *reason = NULL;
        r = open_database(store, url, mode, &reason);
        if (r == 0 && mode != STORE_READ_ONLY)
                r = notice_put_back(store);
        if (r == 0) {
                *ret = TAKE_PTR(store);
                return 0;
        }
        const char *why =
                        r == -ENOENT ? mode == STORE_CREATE
                                                        ? "cannot be made: is its directory there, and may it be written?"
                                                        : "there is no store; import something, or start the daemon"
                        : r == STORE_E_NOT_FOUND
                                        ? "was made by an older convened; start the daemon of this version (or restart it), which brings it up to date"
                                        : store_explanation(r);
        input_error_set(ret_error, 0, "store", reason ? "%s: %s (%s)" : "%s: %s", store->name, why, reason);
        return r;
}

int store_sequence(Store *store, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0, "SELECT value FROM counter WHERE name = $1", BIND_T("change"));
}

static int copy_value(DbStatement *row, void *userdata)
{
        char **ret = userdata;
        *ret = strdup(db_text(row, 0, NULL));
        return *ret ? 0 : -ENOMEM;
}

int store_meta_get(Store *store, const char *name, char **ret)
{
        *ret = NULL;
        int r = QUERY_FIRST(store, copy_value, ret, "SELECT value FROM meta WHERE name = $1", BIND_T(name));
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int store_meta_set(Store *store, const char *name, const char *value)
{
        return QUERY_RUN(store,
                        "INSERT INTO meta (name, value) VALUES ($1, $2)"
                        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                        BIND_T(name), BIND_T(value));
}

int store_meta_drop(Store *store, const char *name)
{
        return QUERY_RUN(store, "DELETE FROM meta WHERE name = $1", BIND_T(name));
}
