#include "remind/deletion.h"

#include "calendar/edit.h"
#include "store/change-task.h"
#include "store/ledger.h"
#include "store/object-hide.h"

#include <errno.h>
#include <string.h>

/* The time until the next look at notices that end without having been sent; a sent one wakes the event. */
#define WAIT (10 * 60 * USEC_PER_SEC)

enum { OBJECT_MAX_BYTES = 1024 * 1024 };

/*
 * Only an event that is in the due index has notices. A draft may have been an event of which contacts were
 * told, and which was postponed. Contacts may be about to hear of an earlier deletion or change of which no
 * mail has told yet.
 */
static int is_to_be_told(Store *store, const ObjectRecord *record, bool tells_all, usec_t now, bool *ret)
{
        DueEntry entry;
        bool is_elsewhere = false;
        *ret = false;
        if (record->kind != OBJECT_EVENT && record->kind != OBJECT_DRAFT)
                return 0;
        int r = due_index_get(store, record->id, &entry);
        if (r == 0)
                r = object_is_elsewhere(store, record, &is_elsewhere);
        if (r != 0 || is_elsewhere)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        *ret = tells_all && record->kind == OBJECT_EVENT && record->end > now &&
               strcmp(record->status, "CANCELLED") != 0;
        return *ret ? 0 : change_task_is_told(store, record, now, ret);
}

static int put_cancelled(Store *store, const Event *event, const ObjectPut *put, int64_t object)
{
        ObjectOutcome outcome;
        int r = object_put_event(store, event, put, &outcome);
        if (r == 0)
                r = due_index_wake(store, object);
        return r != 0 ? r : due_index_set_notify(store, object, put->notify);
}

/* Writes the event with STATUS:CANCELLED. @ret: false if it cannot be written so, and is as it was */
static int cancel(Store *store, const Zone *fallback, const ObjectRecord *record, DueNotify notify,
                usec_t now, bool *ret)
{
        static const EditProperty cancelled[] = { { .name = "STATUS", .value = "CANCELLED" }, { 0 } };
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(event_freep) Event *edited = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        const ObjectPut put = { .collection = record->collection,
                .resource = record->resource,
                .is_deletion = true,
                .notify = notify,
                .fallback = fallback,
                .now = now };
        *ret = false;
        int r = event_parse(store_zones(store), record->text, record->len, &event, NULL);
        if (r == 0)
                edit_event(event, cancelled, now, &text);
        if (r == 0)
                r = buffer_error(&text);
        if (r == -EFBIG)
                return 0;
        if (r == 0)
                r = event_parse(store_zones(store), text.data, text.len, &edited, NULL);
        if (r == EVENT_E_INVALID || (r == 0 && event_status(edited) != EVENT_CANCELLED))
                return 0;
        if (r == 0)
                r = put_cancelled(store, edited, &put, record->id);
        *ret = r == 0;
        return r;
}

/* A draft cannot be cancelled. It stays as it is until contacts have heard that it is off. */
static int cancel_draft(Store *store, const ObjectRecord *record, DueNotify notify)
{
        int r = due_index_wake(store, record->id);
        return r != 0 ? r : due_index_set_notify(store, record->id, notify);
}

int deletion_begin(Store *store, const Zone *fallback, const ObjectRecord *record, DueNotify notify,
                bool tells_all, usec_t now, bool *ret_waits)
{
        bool tells = false, waits = false;
        int r = is_to_be_told(store, record, tells_all, now, &tells);
        if (r == 0 && tells && record->kind == OBJECT_DRAFT) {
                waits = true;
                r = cancel_draft(store, record, notify);
        } else if (r == 0 && tells) {
                r = cancel(store, fallback, record, notify, now, &waits);
        }
        if (r == 0 && !waits)
                r = object_delete(store, record->collection, record->resource, 0, now);
        if (r == 0)
                *ret_waits = waits;
        return r;
}

int deletion_go_on(const DueWork *work, const ObjectRecord *record, const DueEntry *entry, usec_t *next,
                bool *ret)
{
        bool waits = true;
        *ret = false;
        if (!due_notify_deletes(entry->notify))
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
