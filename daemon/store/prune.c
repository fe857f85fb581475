#include "store/prune.h"

#include "store/query.h"

enum { TOMBSTONES_AT_ONCE = 1000 };

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

static int remove_in_transaction(Store *store, usec_t before)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, remove_tombstones(store, before));
}

/*
 * Each transaction removes about TOMBSTONES_AT_ONCE, the oldest first, so that others can write meanwhile.
 */
int prune_tombstones(Store *store, usec_t before)
{
        usec_t last = 0;
        int r;
        do {
                r = QUERY_NUMBER(store, &last, 0,
                                "SELECT coalesce((SELECT at FROM tombstone WHERE at < $1 ORDER BY at"
                                " LIMIT 1 OFFSET $2), 0)",
                                BIND_I(before), BIND_I(TOMBSTONES_AT_ONCE));
                if (r == 0)
                        r = remove_in_transaction(store, last > 0 ? last + 1 : before);
        } while (r == 0 && last > 0);
        return r;
}

int prune_last(Store *store, const char *collection, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0, "SELECT change FROM pruned WHERE collection = $1",
                        BIND_T(collection));
}

typedef struct PrunedWalk {
        int (*on_pruned)(const char *collection, int64_t change, void *userdata);
        void *userdata;
} PrunedWalk;

static int visit_row(DbStatement *row, void *userdata)
{
        const PrunedWalk *walk = userdata;
        return walk->on_pruned(db_text(row, 0, NULL), db_int(row, 1), walk->userdata);
}

int prune_each(Store *store, int (*on_pruned)(const char *collection, int64_t change, void *userdata),
                void *userdata)
{
        PrunedWalk walk = { on_pruned, userdata };
        return QUERY_EACH(store, visit_row, &walk, "SELECT collection, change FROM pruned");
}
