#include "store/promotion.h"

#include "store/query.h"
#include "store/store-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A standby is never that many changes behind. */
#define GAP INT64_C(0x100000000)

enum { GAPS_MAX = 32 };

/* The number before the gap at *at, and *at moves behind it. Return: whether there is one. */
static bool next_gap(const char **at, int64_t *ret)
{
        char *end;
        *ret = strtoll(*at, &end, 10);
        bool there = end != *at;
        *at = end;
        return there;
}

/* Beyond the limit the oldest gap is forgotten. */
static const char *without_oldest(const char *gaps)
{
        int64_t before;
        size_t n = 0;
        for (const char *at = gaps; next_gap(&at, &before);)
                n++;
        const char *rest = gaps;
        if (n >= GAPS_MAX)
                next_gap(&rest, &before);
        return rest;
}

static int leave_gap(Store *store)
{
        CLEANUP(cleanup_free) char *gaps = NULL, *more = NULL;
        int64_t before = 0;
        int r = store_sequence(store, &before);
        if (r == 0)
                r = store_meta_get(store, META_GAPS, &gaps);
        if (r == 0 && asprintf(&more, "%s %" PRId64, gaps ? without_oldest(gaps) : "", before) < 0)
                r = -ENOMEM;
        if (r == 0)
                r = store_meta_set(store, META_GAPS, more);
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "UPDATE counter SET value = value + $1"
                                        " WHERE name IN ('change', 'office_text', 'account')",
                                        BIND_I(GAP));
}

/* A timeline that this transaction sets is not noted in the Store, since the transaction may fail. */
int promotion_notice(Store *store)
{
        CLEANUP(cleanup_free) char *known = NULL;
        const char *timeline = db_timeline(store_db(store));
        if (!timeline || strcmp(store->timeline, timeline) == 0)
                return 0;
        int r = store_meta_get(store, META_TIMELINE, &known);
        if (r != 0)
                return r;
        if (known && strcmp(known, timeline) == 0) {
                snprintf(store->timeline, sizeof(store->timeline), "%s", timeline);
                return 0;
        }
        r = known ? leave_gap(store) : 0;
        return r != 0 ? r : store_meta_set(store, META_TIMELINE, timeline);
}

int promotion_has_lost(Store *store, int64_t change, bool *ret)
{
        CLEANUP(cleanup_free) char *gaps = NULL;
        int64_t before;
        *ret = false;
        int r = store_meta_get(store, META_GAPS, &gaps);
        for (const char *at = gaps; at && next_gap(&at, &before);)
                *ret = *ret || (change > before && change - before < GAP);
        return r;
}
