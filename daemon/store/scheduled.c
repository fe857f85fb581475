#include "store/scheduled.h"

#include "store/object.h"
#include "store/query.h"

static int copy_place(DbStatement *row, void *userdata)
{
        ScheduledPlace *ret = userdata;
        query_copy_text(row, 0, ret->collection, sizeof(ret->collection));
        query_copy_text(row, 1, ret->resource, sizeof(ret->resource));
        return 0;
}

int scheduled_find(Store *store, const char *login, const char *uid, bool with_office, ScheduledPlace *ret)
{
        return QUERY_FIRST(store, copy_place, ret,
                        "SELECT object.collection, resource FROM object JOIN collection ON collection.name = object.collection"
                        " WHERE uid = $1 AND scheduling < $3"
                        " AND (owner = $2 OR (owner = '' AND schedule_tag > 0 AND $4 = 1))"
                        " ORDER BY owner DESC, schedule_tag DESC LIMIT 1",
                        BIND_T(uid), BIND_T(login), BIND_I(COLLECTION_INBOX), BIND_I(with_office));
}

int scheduled_other(Store *store, const char *login, const char *uid, const char *collection,
                const char *resource, ScheduledPlace *ret)
{
        return QUERY_FIRST(store, copy_place, ret,
                        "SELECT object.collection, resource FROM object JOIN collection ON collection.name = object.collection"
                        " WHERE uid = $1 AND owner = $2 AND schedule_tag > 0"
                        " AND NOT (object.collection = $3 AND resource = $4) LIMIT 1",
                        BIND_T(uid), BIND_T(login), BIND_T(collection), BIND_T(resource));
}

static int find_copy(Store *store, const char *uid, const char *except, ScheduledPlace *ret)
{
        return QUERY_FIRST(store, copy_place, ret,
                        "SELECT object.collection, resource FROM object JOIN collection ON collection.name = object.collection"
                        " WHERE uid = $1 AND scheduling = $2 AND owner <> $3 LIMIT 1",
                        BIND_T(uid), BIND_I(COLLECTION_HOST), BIND_T(except));
}

int scheduled_delete_copies(Store *store, const char *uid, const char *except, usec_t now)
{
        ScheduledPlace place;
        int r = 0;
        while (r == 0 && (r = find_copy(store, uid, except, &place)) == 0)
                r = object_delete(store, place.collection, place.resource, 0, now);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}
