/* Writes objects that are kept for calendar programs only. */

#include "store/columns.h"
#include "store/due-index.h"
#include "store/object-hide.h"
#include "store/object-internal.h"

#include <errno.h>

static int put_plain(Store *store, const PlainObject *plain, const ObjectPut *put, ObjectOutcome *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        bool is_own = collection_is_own_name(put->collection);
        int r = object_find_kept(store, put, plain_uid(plain), &kept);
        if (r == 0)
                r = columns_of_plain(store_zones(store), plain, is_own, put->fallback, &derived);
        if (r != 0)
                return r;
        ObjectRecord *record = &derived.record;
        object_place(put, kept, record);
        if (kept && (object_is_hidden(kept) || !object_may_replace(kept->kind, record->kind)))
                return STORE_E_CONFLICT;
        *ret = !kept ? OBJECT_CREATED : OBJECT_UPDATED;
        if (object_same_text(kept, record)) {
                *ret = OBJECT_UNCHANGED;
                return 0;
        }
        if (kept && kept->sequence > record->sequence)
                record->sequence = kept->sequence;
        return object_write_record(store, kept, record, put);
}

int object_put_plain(Store *store, const PlainObject *plain, const ObjectPut *put, ObjectOutcome *ret)
{
        ObjectPut here = *put;
        StoreWrite write;
        here.anywhere = false;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, put_plain(store, plain, &here, ret));
}

int object_put_own_event(Store *store, const Event *event, const ObjectPut *put, ObjectOutcome *ret)
{
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        size_t len;
        const char *text = event_text(event, &len);
        int r = plain_parse(text, len, &plain, NULL);
        return r > 0 ? STORE_E_CONFLICT : r < 0 ? r : object_put_plain(store, plain, put, ret);
}
