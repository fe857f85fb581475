/* Transactions that write. */

#include "store/promotion.h"
#include "store/store-internal.h"

enum { TRIES_MAX = 5 };

int store_begin_write(Store *store)
{
        store->history.step = 0;
        int r = db_begin_write(store->db);
        if (r != 0)
                return r;
        r = promotion_notice(store);
        if (r != 0)
                db_rollback(store->db);
        return r;
}

int store_write_begin(Store *store, StoreWrite *ret)
{
        *ret = (StoreWrite){ .store = store, .own = !db_in_transaction(store_db(store)) };
        return ret->own ? store_begin_write(store) : 0;
}

int store_write_end(StoreWrite *write, int r)
{
        if (!write->own)
                return r;
        if (r == 0)
                r = db_commit(store_db(write->store));
        if (r != 0)
                db_rollback(store_db(write->store));
        return r;
}

bool store_may_retry(Store *store, int *tries)
{
        return db_may_retry(store->db) && ++*tries < TRIES_MAX;
}

static int write_once(Store *store, int (*write)(void *userdata), void *userdata)
{
        StoreWrite transaction;
        int r = store_write_begin(store, &transaction);
        return r != 0 ? r : store_write_end(&transaction, write(userdata));
}

int store_write(Store *store, int (*write)(void *userdata), void *userdata)
{
        bool is_whole = !db_in_transaction(store->db), again;
        int r, tries = 0;
        do {
                size_t known = store->n_damaged;
                r = write_once(store, write, userdata);
                again = (r == DB_E_CORRUPT && store->n_damaged > known) ||
                        (r != 0 && is_whole && store_may_retry(store, &tries));
        } while (again);
        return r;
}
