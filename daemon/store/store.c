#include "store/store.h"

#include "store/query.h"
#include "store/schema.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct Store {
        Db *db;
        ZoneTable *zones;
        MailPacker *packer;
        char *name; /* in messages */
        char explanation[512];
};

static const struct {
        int condition;
        const char *text;
} explanations[] = {
        { DB_E_BUSY, "the store is locked by another program" },
        { DB_E_FULL, "the disk is full" },
        { DB_E_READ_ONLY, "the store cannot be written" },
        { DB_E_CORRUPT, "the store's file is damaged, or no convened store at all" },
        { DB_E_IO, "the store's file cannot be read or written" },
        { DB_E_CONSTRAINT, "the store refuses what contradicts what it has" },
        { STORE_E_NEWER, "the store was made by a newer convened; nothing was touched" },
        { STORE_E_NOT_FOUND, "there is no such thing in the store" },
        { STORE_E_STALE, "what is kept is newer" },
        { STORE_E_CONFLICT, "it is something else already" },
        { STORE_E_MISMATCH, "it has changed since it was read" },
};

static const char *explanation_of(int condition)
{
        for (size_t i = 0; i < sizeof(explanations) / sizeof(explanations[0]); i++)
                if (explanations[i].condition == condition)
                        return explanations[i].text;
        return condition < 0 ? strerror(-condition) : "it was refused";
}

const char *store_explain(Store *store, int condition)
{
        bool engine = condition > DB_ROW && condition <= DB_E_CONSTRAINT;
        if (!engine || !store)
                return explanation_of(condition);
        snprintf(store->explanation, sizeof(store->explanation), "%s: %s (%s)", store->name,
                        explanation_of(condition), db_message(store->db));
        return store->explanation;
}

/* A read-only user must not meet tables that its statements do not know. A file that is being made, or was never finished, has none. */
static int check_schema(Db *db)
{
        int version;
        int r = schema_version(db, &version);
        if (r != 0)
                return r;
        return version == 0                  ? -ENOENT
               : version == schema_current() ? 0
               : version > schema_current()  ? STORE_E_NEWER
                                             : STORE_E_NOT_FOUND;
}

static int open_database(Store *store, const char *url, StoreMode mode)
{
        int r = db_open(url, mode == STORE_CREATE, mode == STORE_READ_ONLY, &store->db);
        if (r != 0)
                return r;
        return mode == STORE_READ_ONLY ? check_schema(store->db) : schema_migrate(store);
}

int store_open(const char *url, StoreMode mode, ZoneTable *zones, Store **ret, InputError *ret_error)
{
        CLEANUP(store_closep) Store *store = calloc(1, sizeof(*store));
        *ret = NULL;
        if (!store)
                return -ENOMEM;
        store->zones = zones;
        store->name = strdup(db_name(url));
        if (!store->name)
                return -ENOMEM;
        int r = open_database(store, url, mode);
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
                                        : explanation_of(r);
        input_error_set(ret_error, 0, "store", "%s: %s", store->name, why);
        return r;
}

Store *store_close(Store *store)
{
        if (!store)
                return NULL;
        db_close(store->db);
        mail_packer_free(store->packer);
        free(store->name);
        free(store);
        return NULL;
}

Db *store_db(Store *store)
{
        return store->db;
}

int store_packer(Store *store, MailPacker **ret)
{
        int r = store->packer ? 0 : mail_packer_new(&store->packer);
        *ret = store->packer;
        return r;
}

ZoneTable *store_zones(Store *store)
{
        return store->zones;
}

const char *store_name(const Store *store)
{
        return store->name;
}

int store_bytes(Store *store, int64_t *ret)
{
        return db_bytes(store->db, ret);
}

int store_lock(Store *store)
{
        return db_lock(store->db);
}

int store_lock_held(Store *store, bool *ret)
{
        return db_is_locked(store->db, ret);
}

void store_set_patience(Store *store, usec_t patience)
{
        db_set_patience(store->db, patience);
}

int store_expect_bulk(Store *store)
{
        return db_expect_bulk(store->db);
}

void store_set_upkeep(Store *store, DbUpkeep *upkeep)
{
        db_set_upkeep(store->db, upkeep);
}

int store_set_durable(Store *store, bool durable)
{
        return db_set_durable(store->db, durable);
}

int store_begin_write(Store *store)
{
        return db_begin_write(store->db);
}

int store_begin_read(Store *store)
{
        return db_begin_read(store->db);
}

int store_commit(Store *store)
{
        return db_commit(store->db);
}

void store_rollback(Store *store)
{
        db_rollback(store->db);
}

int store_write_begin(Store *store, StoreWrite *ret)
{
        *ret = (StoreWrite){ .store = store, .own = !db_in_transaction(store->db) };
        return ret->own ? db_begin_write(store->db) : 0;
}

int store_write_end(StoreWrite *write, int r)
{
        if (!write->own)
                return r;
        if (r == 0)
                r = db_commit(write->store->db);
        if (r != 0)
                db_rollback(write->store->db);
        return r;
}

int store_sequence(Store *store, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0, "SELECT value FROM counter WHERE name = $1", BIND_T("change"));
}

int store_data_version(Store *store, int64_t *ret)
{
        return db_data_version(store->db, ret);
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
