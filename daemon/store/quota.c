#include "store/quota.h"

#include "store/query.h"

int quota_used(Store *store, const char *owner, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM collection"
                        " WHERE owner = $1 AND owner <> ''",
                        BIND_T(owner));
}

static int add_length(DbStatement *row, void *userdata)
{
        int64_t *sum = userdata;
        size_t len;
        db_text(row, 0, &len);
        *sum += (int64_t)len;
        return 0;
}

/* SQLite and PostgreSQL have no function in common that counts the octets of a text. */
int quota_of_properties(Store *store, const char *owner, int64_t *ret)
{
        int64_t sum = 0;
        int r = QUERY_EACH(store, add_length, &sum,
                        "SELECT value FROM property WHERE account = $1 AND account <> ''"
                        " UNION ALL SELECT value FROM property JOIN collection"
                        " ON collection.name = property.collection AND property.account = ''"
                        " WHERE collection.owner = $1 AND collection.owner <> ''",
                        BIND_T(owner));
        if (r == 0)
                *ret = sum;
        return r;
}
