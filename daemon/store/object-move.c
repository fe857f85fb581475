/* Moves and renames objects. */

#include "store/history-internal.h"
#include "store/object-hide.h"
#include "store/object-internal.h"
#include "store/query.h"

#include <errno.h>
#include <string.h>

static int check_target(Store *store, const ObjectRecord *kept, const char *collection, const char *resource)
{
        int64_t taken = 0;
        if (collection_is_own_name(kept->collection) != collection_is_own_name(collection))
                return -EINVAL;
        int r = QUERY_NUMBER(store, &taken, 0,
                        "SELECT count(*) FROM object WHERE collection = $1 AND id <> $2"
                        " AND (resource = $3 OR uid = $4)",
                        BIND_T(collection), BIND_I(kept->id), BIND_T(resource), BIND_T(kept->uid));
        return r != 0 ? r : taken > 0 ? STORE_E_CONFLICT : object_check_meeting(store, kept);
}

/* The tombstone gets a number of its own, because the object lives on with its number. */
static int leave_tombstone(Store *store, const ObjectRecord *kept, usec_t now)
{
        int64_t id;
        int r = query_count_up(store, "object", &id);
        return r != 0 ? r : object_leave_tombstone(store, kept, id, now);
}

static int move_properties(Store *store, const ObjectRecord *kept, const ObjectRecord *moved)
{
        int r = QUERY_RUN(store, "DELETE FROM property WHERE collection = $1 AND resource = $2",
                        BIND_T(moved->collection), BIND_T(moved->resource));
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "UPDATE property SET collection = $3, resource = $4"
                                        " WHERE collection = $1 AND resource = $2",
                                        BIND_T(kept->collection), BIND_T(kept->resource),
                                        BIND_T(moved->collection), BIND_T(moved->resource));
}

static int move_row(Store *store, const ObjectRecord *kept, ObjectRecord *moved)
{
        int r = object_next_change(store, moved->collection, (int64_t)kept->len, &moved->change);
        if (r == 0)
                r = QUERY_RUN(store,
                                "UPDATE object SET collection = $2, resource = $3, change = $4,"
                                " unpublished = " SQL_UNPUBLISHED_AT("kind", "$2", "$3") " WHERE id = $1",
                                BIND_I(kept->id), BIND_T(moved->collection), BIND_T(moved->resource),
                                BIND_I(moved->change));
        if (r == 0)
                r = QUERY_RUN(store, "DELETE FROM tombstone WHERE collection = $1 AND resource = $2",
                                BIND_T(moved->collection), BIND_T(moved->resource));
        return r != 0 ? r : move_properties(store, kept, moved);
}

static int move(Store *store, const ObjectRecord *kept, const char *collection, const char *resource,
                usec_t now)
{
        ObjectRecord moved = *kept;
        int r = check_target(store, kept, collection, resource);
        if (r != 0 || (strcmp(kept->collection, collection) == 0 && strcmp(kept->resource, resource) == 0))
                return r;
        moved.collection = collection;
        moved.resource = resource;
        r = leave_tombstone(store, kept, now);
        if (r == 0)
                r = move_row(store, kept, &moved);
        if (r == 0 && !object_is_hidden(kept) && !object_is_hidden(&moved))
                r = history_note(store, HISTORY_MOVED, kept, &moved,
                                kept->changed > now ? kept->changed : now);
        if (r == 0)
                r = object_stamp_record(store, kept, now);
        if (r == 0)
                r = object_stamp_record(store, &moved, now);
        return r != 0 ? r : object_index_alarm(store, kept, &moved, now);
}

int object_move(Store *store, const char *collection, const char *resource, const char *to_collection,
                const char *to_resource, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        r = object_get(store, collection, resource, &kept);
        return store_write_end(&write, r != 0 ? r : move(store, kept, to_collection, to_resource, now));
}
