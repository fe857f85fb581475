#include "store/object-head.h"

#include "store/query.h"

#include <string.h>

/* length() of bytes reads only the header of a row, not its overflow pages. */
#define HEAD_COLUMNS "id, change, kind, resource, uid, length(text), start, finish, created, changed"

typedef struct HeadWalk {
        ObjectHeadWalk *on_head;
        void *userdata;
} HeadWalk;

static int read_head(DbStatement *row, void *userdata)
{
        const HeadWalk *walk = userdata;
        const ObjectHead head = {
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
        };
        /* A damaged row may be read without an error. */
        if (head.kind < OBJECT_EVENT || !head.resource[0] || !head.uid[0])
                return DB_E_CORRUPT;
        return walk->on_head(&head, walk->userdata);
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
