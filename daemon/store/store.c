#include "base/array.h"
#include "store/store-internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
        int condition;
        const char *text;
} explanations[] = {
        { DB_E_BUSY, "the store is locked by another program" },
        { DB_E_FULL, "the disk is full" },
        { DB_E_READ_ONLY, "the store cannot be written" },
        { DB_E_CORRUPT, "the store's file is damaged, or no convened store at all; `convene check --repair`, with the daemon stopped, keeps what can be read" },
        { DB_E_IO, "the store's file cannot be read or written" },
        { DB_E_CONSTRAINT, "the store refuses what contradicts what it has" },
        { DB_E_AWAY, "the database server cannot be reached" },
        { STORE_E_NEWER, "the store was made by a newer convened; nothing was touched" },
        { STORE_E_NOT_FOUND, "there is no such thing in the store" },
        { STORE_E_STALE, "what is kept is newer" },
        { STORE_E_CONFLICT, "it is something else already" },
        { STORE_E_MISMATCH, "it has changed since it was read" },
        { STORE_E_MEETING, "it is the booking of a meeting" },
};

const char *store_explanation(int condition)
{
        for (size_t i = 0; i < sizeof(explanations) / sizeof(explanations[0]); i++)
                if (explanations[i].condition == condition)
                        return explanations[i].text;
        return condition < 0 ? strerror(-condition) : "it was refused";
}

const char *store_explain(Store *store, int condition)
{
        bool engine = condition >= DB_E_BUSY && condition <= DB_E_AWAY;
        if (!engine || !store)
                return store_explanation(condition);
        snprintf(store->explanation, sizeof(store->explanation), "%s: %s (%s)", store->name,
                        store_explanation(condition), db_message(store->db));
        return store->explanation;
}

Store *store_close(Store *store)
{
        if (!store)
                return NULL;
        db_close(store->db);
        mail_packer_free(store->packer);
        free(store->name);
        free(store->link_secret);
        free(store->damaged);
        object_numbers_free(store->numbers);
        free(store);
        return NULL;
}

void store_forget_secret(Store *store)
{
        free(store->link_secret);
        store->link_secret = NULL;
}

Db *store_db(Store *store)
{
        return store->db;
}

bool store_was_put_back(const Store *store)
{
        return store->was_put_back;
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

bool store_has_moved(Store *store)
{
        return db_has_moved(store->db);
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

usec_t store_set_patience(Store *store, usec_t patience)
{
        return db_set_patience(store->db, patience);
}

void store_set_limit(Store *store, usec_t limit)
{
        db_set_limit(store->db, limit);
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

bool store_in_transaction(const Store *store)
{
        return db_in_transaction(store->db);
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

size_t store_damaged_count(const Store *store)
{
        return store->n_damaged;
}

bool store_is_damaged(const Store *store, int64_t object)
{
        for (size_t i = 0; i < store->n_damaged; i++)
                if (store->damaged[i] == object)
                        return true;
        return false;
}

/* Without memory nothing is noted, and the transaction fails. */
void store_note_damaged(Store *store, int64_t object)
{
        if (store_is_damaged(store, object))
                return;
        int64_t *damaged = array_grow(store->damaged, store->n_damaged, sizeof(*damaged));
        if (!damaged)
                return;
        store->damaged = damaged;
        damaged[store->n_damaged++] = object;
}

bool store_found_damage(Store *store)
{
        bool is_damaged = store->is_damaged;
        store->is_damaged = false;
        return is_damaged;
}

int store_data_version(Store *store, int64_t *ret)
{
        return db_data_version(store->db, ret);
}
