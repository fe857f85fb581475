#include "store/digest-index.h"

#include "store/query.h"

int digest_index_wish(Store *store, int64_t contact, const char *wish)
{
        return STORE_RUN(store,
                        "INSERT INTO agenda (contact, wish, next) VALUES ($1, $2, 0) ON CONFLICT (contact) "
                        "DO"
                        " UPDATE SET next = CASE WHEN agenda.wish = excluded.wish THEN agenda.next ELSE 0 "
                        "END,"
                        " seen = CASE WHEN agenda.wish = excluded.wish THEN agenda.seen ELSE 0 END,"
                        " wish = excluded.wish",
                        BIND_I(contact), BIND_T(wish));
}

int digest_index_set(Store *store, int64_t contact, usec_t next, usec_t now)
{
        return STORE_RUN(store, "UPDATE agenda SET next = $2, seen = $3 WHERE contact = $1", BIND_I(contact),
                        BIND_I(next), BIND_I(now));
}

int digest_index_rewind(Store *store, usec_t now)
{
        return STORE_RUN(store, "UPDATE agenda SET next = 0, seen = 0 WHERE seen > $1", BIND_I(now));
}

int digest_index_reset(Store *store, usec_t now)
{
        return STORE_RUN(store, "UPDATE agenda SET next = 0 WHERE next > $1", BIND_I(now));
}

int digest_index_delete(Store *store, int64_t contact)
{
        return STORE_RUN(store, "DELETE FROM agenda WHERE contact = $1", BIND_I(contact));
}

int digest_index_due(Store *store, usec_t now, int64_t *ret_contact, usec_t *ret_moment, usec_t *ret_seen)
{
        DbStatement *statement;
        int r = STORE_QUERY(store, &statement,
                        "SELECT contact, next, seen FROM agenda WHERE next <= $1 ORDER BY next LIMIT 1",
                        BIND_I(now));
        if (r == 0)
                r = db_step(statement);
        if (r != DB_ROW && r != 0)
                return r;
        *ret_contact = r == DB_ROW ? db_int(statement, 0) : 0;
        *ret_moment = r == DB_ROW ? db_int(statement, 1) : 0;
        *ret_seen = r == DB_ROW ? db_int(statement, 2) : 0;
        db_reset(statement);
        return 0;
}

int digest_index_next(Store *store, usec_t *ret)
{
        return STORE_NUMBER(store, ret, USEC_INFINITY, "SELECT min(next) FROM agenda");
}
