#include "store/property.h"

#include "store/query.h"

#include <string.h>

typedef struct PropertyWalk {
        int (*on_property)(const StoredProperty *property, void *userdata);
        void *userdata;
} PropertyWalk;

static int visit_row(DbStatement *row, void *userdata)
{
        const PropertyWalk *walk = userdata;
        const StoredProperty property = {
                .space = db_text(row, 0, NULL),
                .name = db_text(row, 1, NULL),
                .value = db_text(row, 2, NULL),
                .is_own = db_text(row, 3, NULL)[0],
        };
        return walk->on_property(&property, walk->userdata);
}

int property_each_stored(Store *store, const PropertyOwner *owner,
                int (*on_property)(const StoredProperty *property, void *userdata), void *userdata)
{
        PropertyWalk walk = { on_property, userdata };
        return QUERY_EACH(store, visit_row, &walk,
                        "SELECT space, name, value, account FROM property AS given"
                        " WHERE collection = $1 AND resource = $2 AND (account = $3 OR (account = ''"
                        " AND NOT EXISTS (SELECT 1 FROM property AS own WHERE own.collection = $1 AND own.resource = $2"
                        " AND own.account = $3 AND own.account <> '' AND own.space = given.space AND own.name = given.name)))"
                        " ORDER BY space, name",
                        BIND_T(owner->collection), BIND_T(owner->resource), BIND_T(owner->account));
}

int property_any_of_members(Store *store, const char *collection, bool *ret)
{
        int64_t any = 0;
        int r = QUERY_NUMBER(store, &any, 0,
                        "SELECT 1 FROM property WHERE collection = $1 AND resource > '' LIMIT 1",
                        BIND_T(collection));
        *ret = any != 0;
        return r;
}

int property_set(Store *store, const PropertyOwner *owner, bool everybody, const char *space,
                const char *name, const char *value)
{
        return QUERY_RUN(store,
                        "INSERT INTO property (collection, resource, account, space, name, value)"
                        " VALUES ($1, $2, $3, $4, $5, $6)"
                        " ON CONFLICT (collection, resource, account, space, name)"
                        " DO UPDATE SET value = excluded.value",
                        BIND_T(owner->collection), BIND_T(owner->resource),
                        BIND_T(everybody ? "" : owner->account), BIND_T(space), BIND_T(name), BIND_T(value));
}

int property_remove(Store *store, const PropertyOwner *owner, bool everybody, const char *space,
                const char *name)
{
        return QUERY_RUN(store,
                        "DELETE FROM property WHERE collection = $1 AND resource = $2 AND account = $3"
                        " AND space = $4 AND name = $5",
                        BIND_T(owner->collection), BIND_T(owner->resource),
                        BIND_T(everybody ? "" : owner->account), BIND_T(space), BIND_T(name));
}

int property_copy(Store *store, const char *collection, const char *resource, const char *to_collection,
                const char *to_resource)
{
        int r = QUERY_RUN(store, "DELETE FROM property WHERE collection = $1 AND resource = $2",
                        BIND_T(to_collection), BIND_T(to_resource));
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "INSERT INTO property (collection, resource, account, space, name, value)"
                                        " SELECT $3, $4, account, space, name, value FROM property"
                                        " WHERE collection = $1 AND resource = $2",
                                        BIND_T(collection), BIND_T(resource), BIND_T(to_collection),
                                        BIND_T(to_resource));
}
