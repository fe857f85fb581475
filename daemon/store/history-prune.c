/* Removes old rows of the history. */

#include "store/history.h"
#include "store/query.h"
#include "store/trash.h"

enum { PRUNED_AT_ONCE = 500 };

static int copy_key(DbStatement *row, void *userdata)
{
        query_copy_text(row, 0, userdata, TRASH_KEY_SIZE);
        return 0;
}

/* Removes the oldest deleted collection, if it is old enough. STORE_E_NOT_FOUND: there is none. */
static int prune_collection(Store *store, usec_t before)
{
        char key[TRASH_KEY_SIZE];
        int r = QUERY_FIRST(store, copy_key, key,
                        "SELECT key FROM trash WHERE deleted < $1 ORDER BY deleted LIMIT 1", BIND_I(before));
        return r != 0 ? r : trash_remove(store, key);
}

static int prune_rows(Store *store, usec_t before, usec_t trash_before, int64_t *ret_n)
{
        int r = QUERY_RUN(store,
                        "DELETE FROM history WHERE id IN (SELECT past.id FROM history AS past"
                        " JOIN (SELECT object, at, id, uid, collection FROM history"
                        " WHERE action = " SQL_HISTORY_DELETED " AND at < $1 AND trash = '') AS gone"
                        " ON past.object = gone.object AND past.at <= gone.at"
                        " WHERE NOT EXISTS (SELECT 1 FROM object WHERE object.uid = gone.uid"
                        " AND object.collection = gone.collection)"
                        " ORDER BY past.at LIMIT $2)",
                        BIND_I(trash_before), BIND_I(PRUNED_AT_ONCE));
        *ret_n = r == 0 ? query_changed(store) : 0;
        if (r == 0)
                r = QUERY_RUN(store,
                                "DELETE FROM history WHERE id IN (SELECT id FROM history WHERE at < $1 AND trash = ''"
                                " ORDER BY at LIMIT $2)",
                                BIND_I(before), BIND_I(PRUNED_AT_ONCE));
        *ret_n += r == 0 ? query_changed(store) : 0;
        return r;
}

int history_prune(Store *store, usec_t before, usec_t trash_before, bool *ret_more)
{
        StoreWrite write;
        int64_t n = 0;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        int found = prune_collection(store, trash_before);
        r = found == STORE_E_NOT_FOUND ? 0 : found;
        if (r == 0)
                r = prune_rows(store, before, trash_before, &n);
        r = store_write_end(&write, r);
        if (r == 0)
                *ret_more = found == 0 || n >= PRUNED_AT_ONCE;
        return r;
}
