#include "store/object-hide.h"

#include "store/query.h"
#include "store/resource.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A name in WebDAV has no slash. */
#define HIDDEN     "deleted/"
#define SQL_HIDDEN "substr(resource, 1, 8) = '" HIDDEN "'"

int object_hide(Store *store, const ObjectRecord *record, usec_t now)
{
        char name[RESOURCE_NAME_SIZE];
        snprintf(name, sizeof(name), HIDDEN "%" PRId64, record->id);
        return object_move(store, record->collection, record->resource, record->collection, name, now);
}

bool object_is_hidden(const ObjectRecord *record)
{
        return strncmp(record->resource, HIDDEN, strlen(HIDDEN)) == 0;
}

static int find_hidden(Store *store, const char *uid, ObjectRecord **ret)
{
        int64_t id = 0;
        int r = QUERY_NUMBER(
                        store, &id, 0, "SELECT id FROM object WHERE uid = $1 AND " SQL_HIDDEN, BIND_T(uid));
        return r != 0 ? r : id == 0 ? STORE_E_NOT_FOUND : object_get_by_id(store, id, ret);
}

/* Gives a hidden event the name of the write, or one that is derived from the UID. */
static int rename_hidden(Store *store, const ObjectRecord *hidden, const char *given, usec_t now)
{
        char name[RESOURCE_NAME_SIZE];
        const char *collection = hidden->collection;
        resource_name_derive(hidden->kind, hidden->uid, name);
        int r = object_move(store, collection, hidden->resource, collection, given ? given : name, now);
        if (r != STORE_E_CONFLICT || given)
                return r;
        resource_name_hash(hidden->kind, hidden->uid, name);
        return object_move(store, collection, hidden->resource, collection, name, now);
}

int object_unhide(Store *store, const ObjectPut *put, const ObjectRecord *kept, const ObjectRecord *record)
{
        CLEANUP(object_record_freep) ObjectRecord *hidden = NULL;
        int r = find_hidden(store, record->uid, &hidden);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        if (kept && kept->id == hidden->id)
                return rename_hidden(store, hidden, put->resource, put->now);
        bool is_in_the_way = strcmp(hidden->collection, record->collection) == 0;
        return is_in_the_way || record->kind == OBJECT_EVENT
                               ? object_delete(store, hidden->collection, hidden->resource, 0, put->now)
                               : 0;
}

int object_is_elsewhere(Store *store, const ObjectRecord *record, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM object WHERE uid = $1 AND collection <> $2"
                        " AND kind = " SQL_OBJECT_EVENT " AND NOT " SQL_HIDDEN,
                        BIND_T(record->uid), BIND_T(record->collection));
        if (r == 0)
                *ret = n > 0;
        return r;
}
