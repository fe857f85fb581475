#include "store/quota.h"

#include "store/query.h"

int quota_used(Store *store, const char *owner, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM collection"
                        " WHERE owner = $1 AND owner <> ''",
                        BIND_T(owner));
}

int quota_of_properties(Store *store, const char *owner, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT CAST(coalesce((SELECT sum(length(value)) FROM property"
                        " WHERE account = $1 AND account <> ''), 0)"
                        " + coalesce((SELECT sum(length(value)) FROM property JOIN collection"
                        " ON collection.name = property.collection AND property.account = ''"
                        " WHERE collection.owner = $1 AND collection.owner <> ''), 0) AS BIGINT)",
                        BIND_T(owner));
}
