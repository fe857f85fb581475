#include "remind/undo.h"

#include "remind/deletion.h"

#include <stdlib.h>
#include <string.h>

/* A text of an object that is to be written. */
typedef struct Version {
        const HistoryEntry *entry; /* the object */
        const char *text;
        size_t len;
        const char *resource; /* name in the collection; NULL: that of the object that is there */
} Version;

static ObjectPut options_of(const UndoWork *work, const Version *version)
{
        return (ObjectPut){
                .collection = version->entry->collection,
                .resource = version->resource,
                .notify = work->notify,
                .fallback = work->fallback,
                .now = work->now,
        };
}

static int put_card(const UndoWork *work, const Version *version)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        ObjectPut put = options_of(work, version);
        int r = card_parse(version->text, version->len, &card, NULL);
        return r != 0 ? r : object_put_card(work->store, card, &put, &outcome);
}

static int put_event(const UndoWork *work, const Version *version)
{
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        ObjectPut put = options_of(work, version);
        int r = event_parse(store_zones(work->store), version->text, version->len, &event, NULL);
        return r != 0 ? r : object_put_event(work->store, event, &put, &outcome);
}

static int put_plain(const UndoWork *work, const Version *version)
{
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        ObjectOutcome outcome;
        ObjectPut put = options_of(work, version);
        int r = plain_parse(version->text, version->len, &plain, NULL);
        return r != 0 ? r : object_put_plain(work->store, plain, &put, &outcome);
}

/* An object that was stored can be read, unless the store is damaged. */
static int put_text(const UndoWork *work, const Version *version)
{
        ObjectKind kind = version->entry->kind;
        int r = object_kind_is_card(kind) ? put_card(work, version)
                : kind <= OBJECT_OFFER    ? put_event(work, version)
                                          : put_plain(work, version);
        return r == CARD_E_INVALID || r == EVENT_E_INVALID || r == PLAIN_E_INVALID ? DB_E_CORRUPT : r;
}

static int find(const UndoWork *work, const HistoryEntry *entry, ObjectRecord **ret)
{
        int r = object_get_by_uid(work->store, entry->collection, entry->uid, ret);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/* An object that is gone gets its old name, or another one if the name is taken now. */
static int put_back(const UndoWork *work, const HistoryEntry *entry, const char *text, size_t len)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        Version version = { entry, text, len, NULL };
        int r = find(work, entry, &record);
        if (r != 0 || record)
                return r != 0 ? r : put_text(work, &version);
        version.resource = entry->resource[0] ? entry->resource : NULL;
        r = put_text(work, &version);
        if (r != STORE_E_CONFLICT || !version.resource)
                return r;
        version.resource = NULL;
        return put_text(work, &version);
}

/* A contact that was deleted has no listings of its own yet. */
static int put_deleted(const UndoWork *work, const HistoryRow *row)
{
        CLEANUP(object_record_freep) ObjectRecord *before = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        if (!row->text)
                return STORE_E_NOT_FOUND;
        int r = find(work, &row->entry, &before);
        if (r == 0)
                r = put_back(work, &row->entry, row->text, row->len);
        if (r != 0 || before || !row->choices[0])
                return r;
        r = find(work, &row->entry, &record);
        return r != 0 || !record ? r : history_choices_restore(work->store, row, record->id);
}

static int delete_created(const UndoWork *work, const HistoryEntry *entry)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        bool waits;
        int r = find(work, entry, &record);
        if (r != 0 || !record)
                return r != 0 ? r : STORE_E_NOT_FOUND;
        return work->notify == DUE_NOTIFY_NONE
                               ? object_delete(work->store, record->collection, record->resource, 0,
                                                 work->now)
                               : deletion_begin(work->store, work->fallback, record,
                                                 work->notify == DUE_NOTIFY_NOW ? DUE_NOTIFY_DELETE
                                                                                : DUE_NOTIFY_DELETE_SETTLED,
                                                 work->tells_all, work->now, &waits);
}

static int move_back(const UndoWork *work, const HistoryEntry *entry)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_get_by_id(work->store, entry->object, &record);
        if (r == 0 && strcmp(record->collection, entry->collection) == 0 &&
                        strcmp(record->resource, entry->resource) == 0)
                return STORE_E_NOT_FOUND; /* the calendar that it came from is gone (store/calendar.h) */
        return r != 0 ? r
                      : object_move(work->store, record->collection, record->resource, entry->collection,
                                        entry->resource, work->now);
}

static int take_back(const UndoWork *work, const HistoryRow *row)
{
        switch (row->entry.action) {
        case HISTORY_CREATED:
                return delete_created(work, &row->entry);
        case HISTORY_CHANGED:
                return row->text ? put_back(work, &row->entry, row->text, row->len) : STORE_E_NOT_FOUND;
        case HISTORY_DELETED:
                return put_deleted(work, row);
        case HISTORY_MOVED:
                return move_back(work, &row->entry);
        default:
                return STORE_E_NOT_FOUND;
        }
}

static int as(const UndoWork *work, HistoryCause cause, const HistoryRow *row,
                int (*change)(const UndoWork *work, const HistoryRow *row))
{
        history_set_cause(work->store, cause);
        int r = change(work, row);
        history_set_cause(work->store, HISTORY_EDIT);
        return r;
}

int undo_change(const UndoWork *work, int64_t id)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        bool is_newest = false;
        int r = history_get(work->store, id, &row);
        if (r == 0)
                r = history_is_newest(work->store, &row.entry, &is_newest);
        if (r != 0 || !is_newest)
                return r != 0 ? r : STORE_E_MISMATCH;
        return as(work, HISTORY_UNDO, &row, take_back);
}

static int restore(const UndoWork *work, const HistoryRow *row)
{
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len;
        int r = history_text_after(work->store, row->entry.id, &text, &len);
        return r != 0 ? r : put_back(work, &row->entry, text, len);
}

int undo_restore(const UndoWork *work, int64_t id)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        int r = history_get(work->store, id, &row);
        return r != 0 ? r : as(work, HISTORY_RESTORE, &row, restore);
}

int undo_restore_deleted(const UndoWork *work, const char *uid)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        int r = history_get_last_deletion(work->store, uid, &row);
        return r != 0 ? r : as(work, HISTORY_RESTORE, &row, put_deleted);
}
