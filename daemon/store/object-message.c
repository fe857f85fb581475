/* Writes what scheduling (RFC 6638) keeps of objects: the messages of an inbox, and schedule tags. */

#include "store/object-internal.h"
#include "store/query.h"

#include <string.h>

static int put(Store *store, const char *inbox, const char *resource, const char *text, size_t len,
                usec_t now)
{
        ObjectRecord record = { .kind = OBJECT_MESSAGE,
                .collection = inbox,
                .resource = resource,
                .uid = resource,
                .text = text,
                .len = len,
                .name = "",
                .categories = ",",
                .status = "",
                .class = "PRIVATE",
                .address = "",
                .parent = "",
                .start = INT64_MIN,
                .end = USEC_INFINITY };
        return object_write_record(store, NULL, &record, &(ObjectPut){ .collection = inbox, .now = now });
}

int object_put_message(Store *store, const char *inbox, const char *resource, const char *text, size_t len,
                usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, put(store, inbox, resource, text, len, now));
}

int object_set_schedule_tag(Store *store, const char *collection, const char *resource, bool is_scheduled)
{
        return QUERY_RUN(store,
                        "UPDATE object SET schedule_tag = CASE WHEN $3 = 1 THEN change ELSE 0 END"
                        " WHERE collection = $1 AND resource = $2",
                        BIND_T(collection), BIND_T(resource), BIND_I(is_scheduled));
}
