#include "store/due-index.h"

#include "store/object.h"
#include "store/query.h"

#define DUE_COLUMNS "object, next, after_contact, found"

typedef struct DueWalk {
        int (*on_due)(const DueEntry *due, void *userdata);
        void *userdata;
} DueWalk;

static int read_due(DbStatement *row, void *userdata)
{
        const DueWalk *walk = userdata;
        DueEntry due = {
                .object = db_int(row, 0),
                .next = db_int(row, 1),
                .after_contact = db_int(row, 2),
                .found = db_int(row, 3),
        };
        return walk->on_due(&due, walk->userdata);
}

/*
 * Rows with time 0 come last. Only their time must be computed, and after an import of a million events
 * this must not delay today's reminders.
 */
int due_index_each(Store *store, usec_t now, int limit, int (*on_due)(const DueEntry *due, void *userdata),
                void *userdata)
{
        DueWalk walk = { on_due, userdata };
        return QUERY_EACH(store, read_due, &walk,
                        "SELECT " DUE_COLUMNS " FROM ("
                        "SELECT " DUE_COLUMNS
                        " FROM alarm WHERE next > 0 AND next <= $1 ORDER BY next LIMIT $2"
                        ") AS timed"
                        " UNION ALL SELECT " DUE_COLUMNS " FROM ("
                        "SELECT " DUE_COLUMNS " FROM alarm WHERE next <= 0 ORDER BY next LIMIT $2"
                        ") AS untimed"
                        " LIMIT $2",
                        BIND_I(now), BIND_I(limit));
}

static int copy_due(DbStatement *row, void *userdata)
{
        DueEntry *ret = userdata;
        *ret = (DueEntry){
                .object = db_int(row, 0),
                .next = db_int(row, 1),
                .after_contact = db_int(row, 2),
                .found = db_int(row, 3),
                .seen = db_int(row, 4),
                .notify = (DueNotify)db_int(row, 5),
        };
        return 0;
}

int due_index_get(Store *store, int64_t object, DueEntry *ret)
{
        return QUERY_FIRST(store, copy_due, ret,
                        "SELECT " DUE_COLUMNS ", seen, notify FROM alarm WHERE object = $1", BIND_I(object));
}

int due_index_next(Store *store, usec_t *ret)
{
        return QUERY_NUMBER(store, ret, USEC_INFINITY, "SELECT min(next) FROM alarm WHERE next >= 0");
}

int due_index_missing(Store *store, usec_t now, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT count(*) FROM object"
                        " WHERE kind = " SQL_OBJECT_EVENT " AND finish > $1"
                        " AND NOT EXISTS (SELECT 1 FROM alarm WHERE alarm.object = object.id)",
                        BIND_I(now));
}

int due_index_set(Store *store, const DueEntry *due)
{
        return QUERY_RUN(store,
                        "INSERT INTO alarm (object, next, after_contact, found, seen, notify)"
                        " VALUES ($1, $2, $3, $4, $5, $6)"
                        " ON CONFLICT (object) DO UPDATE SET"
                        " next = excluded.next, after_contact = excluded.after_contact, found = excluded.found,"
                        " seen = excluded.seen, notify = excluded.notify",
                        BIND_I(due->object), BIND_I(due->next), BIND_I(due->after_contact),
                        BIND_I(due->found), BIND_I(due->seen), BIND_I(due->notify));
}

int due_index_set_notify(Store *store, int64_t object, DueNotify notify)
{
        return QUERY_RUN(store, "UPDATE alarm SET notify = $2 WHERE object = $1 AND notify <> $2",
                        BIND_I(object), BIND_I(notify));
}

int due_index_wake(Store *store, int64_t object)
{
        return QUERY_RUN(store,
                        "INSERT INTO alarm (object, next, after_contact, found)"
                        " VALUES ($1, 0, 0, $2)"
                        " ON CONFLICT (object) DO UPDATE SET next = 0, after_contact = 0, found = excluded.found",
                        BIND_I(object), BIND_I(USEC_INFINITY));
}

int due_index_wake_known(Store *store, int64_t object)
{
        return QUERY_RUN(store, "UPDATE alarm SET next = 0, after_contact = 0, found = $2 WHERE object = $1",
                        BIND_I(object), BIND_I(USEC_INFINITY));
}

int due_index_wake_all(Store *store)
{
        return QUERY_RUN(store, "UPDATE alarm SET next = 0, after_contact = 0, found = $1",
                        BIND_I(USEC_INFINITY));
}

int due_index_wake_seen(Store *store, usec_t now, int64_t *ret_n)
{
        int r = QUERY_RUN(store, "UPDATE alarm SET next = 0, after_contact = 0, found = $2 WHERE seen <= $1",
                        BIND_I(now), BIND_I(USEC_INFINITY));
        if (r == 0)
                *ret_n = query_changed(store);
        return r;
}

static int rewind_alarms(Store *store, usec_t now, int64_t *ret_n)
{
        int r = QUERY_RUN(store,
                        "UPDATE alarm SET next = 0, after_contact = 0, found = $2, seen = 0"
                        " WHERE seen > $1 OR (after_contact > 0 AND next > $1)",
                        BIND_I(now), BIND_I(USEC_INFINITY));
        int64_t n = r == 0 ? query_changed(store) : 0;
        /*
         * An event written while the clock was ahead may have no row, because by that clock it had ended.
         */
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO alarm (object, next, after_contact, found)"
                                " SELECT id, 0, 0, $2 FROM object"
                                " WHERE kind = " SQL_OBJECT_EVENT " AND finish > $1 AND changed > $1"
                                " AND EXISTS (SELECT 1 FROM stamp WHERE at > $1)"
                                " ON CONFLICT (object) DO NOTHING",
                                BIND_I(now), BIND_I(USEC_INFINITY));
        if (r == 0)
                *ret_n = n + query_changed(store);
        return r;
}

int due_index_rewind(Store *store, usec_t now, int64_t *ret_n)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, rewind_alarms(store, now, ret_n));
}

int due_index_reset_all(Store *store, usec_t now)
{
        return QUERY_RUN(store,
                        "INSERT INTO alarm (object, next, after_contact, found)"
                        " SELECT id, 0, 0, $2 FROM object"
                        " WHERE kind = " SQL_OBJECT_EVENT " AND finish > $1"
                        " ON CONFLICT (object) DO UPDATE SET"
                        " next = 0, after_contact = 0, found = excluded.found",
                        BIND_I(now), BIND_I(USEC_INFINITY));
}
