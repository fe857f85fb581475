#include "store/due-index.h"

#include "store/object.h"
#include "store/query.h"

#define DUE_COLUMNS "object, next, after_contact, found"

/* A row with 0 only has its moment looked for: an import of a million events keeps no reminder of today waiting. */
static const char due_sql[] = "SELECT " DUE_COLUMNS " FROM (SELECT " DUE_COLUMNS
                              " FROM alarm WHERE next > 0 AND next <= $1 ORDER BY next LIMIT $2) AS timed"
                              " UNION ALL SELECT " DUE_COLUMNS " FROM (SELECT " DUE_COLUMNS
                              " FROM alarm WHERE next <= 0 ORDER BY next LIMIT $2) AS untimed"
                              " LIMIT $2";

int due_index_each(Store *store, usec_t now, int limit, int (*on_due)(const DueEntry *due, void *userdata),
                void *userdata)
{
        DbStatement *statement;
        int r = STORE_QUERY(store, &statement, due_sql, BIND_I(now), BIND_I(limit));
        while (r == 0 && (r = db_step(statement)) == DB_ROW) {
                DueEntry due = { db_int(statement, 0), db_int(statement, 1), db_int(statement, 2),
                        db_int(statement, 3), 0 };
                r = on_due(&due, userdata);
        }
        if (r != 0)
                db_reset(statement);
        return r;
}

int due_index_get(Store *store, int64_t object, DueEntry *ret)
{
        DbStatement *statement;
        int r = STORE_QUERY(store, &statement, "SELECT " DUE_COLUMNS ", seen FROM alarm WHERE object = $1",
                        BIND_I(object));
        if (r == 0)
                r = db_step(statement);
        if (r != DB_ROW)
                return r == 0 ? STORE_E_NOT_FOUND : r;
        *ret = (DueEntry){ db_int(statement, 0), db_int(statement, 1), db_int(statement, 2),
                db_int(statement, 3), db_int(statement, 4) };
        db_reset(statement);
        return 0;
}

int due_index_next(Store *store, usec_t *ret)
{
        return STORE_NUMBER(store, ret, USEC_INFINITY, "SELECT min(next) FROM alarm WHERE next >= $1",
                        BIND_I(0));
}

int due_index_set(Store *store, const DueEntry *alarm)
{
        return STORE_RUN(store,
                        "INSERT INTO alarm (object, next, after_contact, found, seen) VALUES ($1, $2, $3, "
                        "$4, $5)"
                        " ON CONFLICT (object) DO UPDATE SET next = excluded.next,"
                        " after_contact = excluded.after_contact, found = excluded.found, seen = excluded.seen",
                        BIND_I(alarm->object), BIND_I(alarm->next), BIND_I(alarm->after_contact),
                        BIND_I(alarm->found), BIND_I(alarm->seen));
}

static int rewind_alarms(Store *store, usec_t now, int64_t *ret_n)
{
        int r = STORE_RUN(store,
                        "UPDATE alarm SET next = 0, after_contact = 0, found = $2, seen = 0 WHERE seen > $1",
                        BIND_I(now), BIND_I(USEC_INFINITY));
        int64_t n = r == 0 ? db_changes(store_db(store)) : 0;
        /* Whoever wrote by the clock of the time took for over what is yet to come. */
        if (r == 0)
                r = STORE_RUN(store,
                                "INSERT INTO alarm (object, next, after_contact, found)"
                                " SELECT id, 0, 0, $3 FROM object WHERE kind = $1 AND finish > $2 AND "
                                "changed > $2"
                                " AND EXISTS (SELECT 1 FROM stamp WHERE at > $2) ON CONFLICT (object) DO "
                                "NOTHING",
                                BIND_I(OBJECT_EVENT), BIND_I(now), BIND_I(USEC_INFINITY));
        if (r == 0)
                *ret_n = n + db_changes(store_db(store));
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
        return STORE_RUN(store,
                        "INSERT INTO alarm (object, next, after_contact, found)"
                        " SELECT id, 0, 0, $3 FROM object WHERE kind = $1 AND finish > $2"
                        " ON CONFLICT (object) DO UPDATE SET next = 0, after_contact = 0, found = "
                        "excluded.found",
                        BIND_I(OBJECT_EVENT), BIND_I(now), BIND_I(USEC_INFINITY));
}
