#include "store/object-head.h"

#include "store/query.h"

#include <string.h>

/* length() of bytes reads only the header of a row, not its overflow pages. */
#define HEAD_COLUMNS                                                                                        \
        "id, change, kind, resource, uid, length(text), start, finish, created, changed, schedule_tag"

typedef struct HeadWalk {
        ObjectHeadWalk *on_head;
        void *userdata;
} HeadWalk;

/* A damaged row may be read without an error. */
static bool is_whole(const ObjectHead *head)
{
        return head->kind >= OBJECT_EVENT && head->resource[0] && head->uid[0];
}

static ObjectHead head_of(DbStatement *row)
{
        return (ObjectHead){
                .id = db_int(row, 0),
                .change = db_int(row, 1),
                .kind = (ObjectKind)db_int(row, 2),
                .resource = db_text(row, 3, NULL),
                .uid = db_text(row, 4, NULL),
                .len = (size_t)db_int(row, 5),
                .start = db_int(row, 6),
                .end = db_int(row, 7),
                .created = db_int(row, 8),
                .changed = db_int(row, 9),
                .schedule_tag = db_int(row, 10),
        };
}

static int read_head(DbStatement *row, void *userdata)
{
        const HeadWalk *walk = userdata;
        const ObjectHead head = head_of(row);
        return is_whole(&head) ? walk->on_head(&head, walk->userdata) : DB_E_CORRUPT;
}

int object_head_get(Store *store, const char *collection, const char *resource, ObjectHeadWalk *on_head,
                void *userdata)
{
        HeadWalk walk = { on_head, userdata };
        return QUERY_FIRST(store, read_head, &walk,
                        "SELECT " HEAD_COLUMNS " FROM object WHERE collection = $1 AND resource = $2",
                        BIND_T(collection), BIND_T(resource));
}

int object_head_get_by_uid(Store *store, const char *collection, const char *uid, ObjectHeadWalk *on_head,
                void *userdata)
{
        HeadWalk walk = { on_head, userdata };
        return QUERY_FIRST(store, read_head, &walk,
                        "SELECT " HEAD_COLUMNS " FROM object WHERE uid = $2 AND collection = $1",
                        BIND_T(collection), BIND_T(uid));
}

int object_head_each(Store *store, const char *collection, ObjectHeadWalk *on_head, void *userdata)
{
        HeadWalk walk = { on_head, userdata };
        return QUERY_EACH(store, read_head, &walk,
                        "SELECT " HEAD_COLUMNS " FROM object WHERE collection = $1 ORDER BY resource",
                        BIND_T(collection));
}

typedef struct DeltaWalk {
        int (*on_delta)(const ObjectDelta *delta, void *userdata);
        void *userdata;
} DeltaWalk;

static int read_delta(DbStatement *row, void *userdata)
{
        const DeltaWalk *walk = userdata;
        const ObjectHead head = head_of(row);
        bool is_deleted = db_int(row, 11) != 0;
        const ObjectDelta delta = { head.change, head.resource, is_deleted ? NULL : &head };
        return is_deleted || is_whole(&head) ? walk->on_delta(&delta, walk->userdata) : DB_E_CORRUPT;
}

/*
 * Both parts are read in the order of their indexes and merged, so that a walk that ends early costs little.
 */
int object_delta_each(Store *store, const char *collection, int64_t since, unsigned with,
                int (*on_delta)(const ObjectDelta *delta, void *userdata), void *userdata)
{
        DeltaWalk walk = { on_delta, userdata };
        return QUERY_EACH(store, read_delta, &walk,
                        "SELECT " HEAD_COLUMNS ", 0 FROM object WHERE collection = $1 AND change > $2"
                        " AND ($4 = 1 OR unpublished = 0)"
                        " UNION ALL SELECT id, change, 0, resource, uid, 0, 0, 0, 0, 0, 0, 1 FROM tombstone"
                        " WHERE collection = $1 AND change > $2 AND $3 = 1 AND ($4 = 1 OR unpublished = 0)"
                        " ORDER BY 2",
                        BIND_T(collection), BIND_I(since), BIND_I((with & OBJECT_DELTA_DELETED) != 0),
                        BIND_I((with & OBJECT_DELTA_UNPUBLISHED) != 0));
}
