#include "store/prune.h"

#include "store/query.h"

static int remove_tombstones(Store *store, usec_t before)
{
        int r = QUERY_RUN(store,
                        "INSERT INTO pruned (collection, change)"
                        " SELECT collection, max(change) FROM tombstone WHERE at < $1 GROUP BY collection"
                        " ON CONFLICT (collection) DO UPDATE SET change ="
                        " CASE WHEN excluded.change > pruned.change THEN excluded.change ELSE pruned.change END",
                        BIND_I(before));
        return r != 0 ? r : QUERY_RUN(store, "DELETE FROM tombstone WHERE at < $1", BIND_I(before));
}

int prune_tombstones(Store *store, usec_t before)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, remove_tombstones(store, before));
}

int prune_last(Store *store, const char *collection, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0, "SELECT change FROM pruned WHERE collection = $1",
                        BIND_T(collection));
}
