#include "remind/deletion.h"

#include "store/ledger.h"

/* The time until the next look at notices that end without having been sent; a sent one wakes the event. */
#define WAIT (10 * 60 * USEC_PER_SEC)

int deletion_go_on(const DueWork *work, const ObjectRecord *record, const DueEntry *entry, usec_t *next,
                bool *ret)
{
        bool waits = true;
        *ret = false;
        if (entry->notify != DUE_NOTIFY_DELETE)
                return 0;
        int r = ledger_has_open_notice(work->store, record->uid, &waits);
        if (r == 0 && waits) {
                usec_t look = work->now + WAIT;
                *next = look < *next ? look : *next;
        }
        if (r != 0 || waits)
                return r;
        r = object_delete(work->store, record->collection, record->resource, 0, work->now);
        *ret = r == 0;
        return r;
}
