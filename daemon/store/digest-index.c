#include "store/digest-index.h"

#include "store/query.h"

int digest_index_wish(Store *store, int64_t contact, const char *wish)
{
        return QUERY_RUN(store,
                        "INSERT INTO agenda (contact, wish, next)"
                        " VALUES ($1, $2, 0)"
                        " ON CONFLICT (contact) DO UPDATE SET"
                        " next = CASE WHEN agenda.wish = excluded.wish THEN agenda.next ELSE 0 END,"
                        " seen = CASE WHEN agenda.wish = excluded.wish THEN agenda.seen ELSE 0 END,"
                        " wish = excluded.wish",
                        BIND_I(contact), BIND_T(wish));
}

int digest_index_set(Store *store, int64_t contact, usec_t next, usec_t now)
{
        return QUERY_RUN(store, "UPDATE agenda SET next = $2, seen = $3 WHERE contact = $1", BIND_I(contact),
                        BIND_I(next), BIND_I(now));
}

int digest_index_rewind(Store *store, usec_t now)
{
        return QUERY_RUN(store, "UPDATE agenda SET next = 0, seen = 0 WHERE seen > $1", BIND_I(now));
}

int digest_index_reset(Store *store, usec_t now)
{
        return QUERY_RUN(store, "UPDATE agenda SET next = 0 WHERE next > $1", BIND_I(now));
}

int digest_index_delete(Store *store, int64_t contact)
{
        return QUERY_RUN(store, "DELETE FROM agenda WHERE contact = $1", BIND_I(contact));
}

typedef struct Due {
        int64_t contact;
        usec_t moment, seen;
} Due;

static int read_due(DbStatement *row, void *userdata)
{
        *(Due *)userdata = (Due){ db_int(row, 0), db_int(row, 1), db_int(row, 2) };
        return 0;
}

int digest_index_due(Store *store, usec_t now, int64_t *ret_contact, usec_t *ret_moment, usec_t *ret_seen)
{
        Due due = { .contact = 0 };
        int r = QUERY_FIRST(store, read_due, &due,
                        "SELECT contact, next, seen FROM agenda"
                        " WHERE next <= $1"
                        " ORDER BY next LIMIT 1",
                        BIND_I(now));
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        *ret_contact = due.contact;
        *ret_moment = due.moment;
        *ret_seen = due.seen;
        return 0;
}

int digest_index_next(Store *store, usec_t *ret)
{
        return QUERY_NUMBER(store, ret, USEC_INFINITY, "SELECT min(next) FROM agenda");
}
