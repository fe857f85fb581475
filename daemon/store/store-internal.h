#pragma once

/* Inside of store/ only: the connection, for the files that open it or store data in it. */

#include "store/history-author.h"
#include "store/mail-dictionary-internal.h"
#include "store/object-numbers.h"
#include "store/store.h"

struct Store {
        Db *db;
        ZoneTable *zones;
        MailPacker *packer;
        char *name;        /* name for messages */
        char *link_secret; /* key from which tokens are derived; NULL until it is first needed */
        bool is_damaged;   /* store_found_damage() */
        bool was_put_back; /* store_was_put_back() */
        char timeline[DB_TIMELINE_SIZE]; /* of the store's last change, as this connection knows it */
        int64_t *damaged;                /* ids of objects that cannot be read */
        size_t n_damaged;
        ObjectNumbers *numbers; /* reserved for objects from another store; NULL for none */
        struct {
                HistoryWay way;
                HistoryCause cause;
                int64_t step;      /* of the open transaction; 0: it has no row yet */
                const char *trash; /* key of the collection that is deleted; NULL for none */
                char author[HISTORY_AUTHOR_SIZE];
        } history;
        char explanation[512];
};

/** store_forget_secret() - read the key of tokens again when it is next needed, because it was replaced */
void store_forget_secret(Store *store);

/** store_packer() - the packer of the connection, made when it is first used; borrowed */
int store_packer(Store *store, MailPacker **ret);

/**
 * store_note_damaged() - note that an object cannot be read, so that its page is not read again
 * store_is_damaged() - whether that was noted
 */
void store_note_damaged(Store *store, int64_t object);
bool store_is_damaged(const Store *store, int64_t object);

/** store_open_raw() - open or create a database without making its tables or looking at their version */
int store_open_raw(const char *url, ZoneTable *zones, Store **ret, char **ret_why);

/** store_explanation() - one sentence for a condition, without the engine's message */
const char *store_explanation(int condition);
