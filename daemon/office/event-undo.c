#include "office/event-undo.h"

#include "base/array.h"
#include "office/form.h"
#include "remind/undo.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The changes to take back. */
typedef struct Changes {
        int64_t *ids;
        size_t n;
} Changes;

static void changes_done(Changes *changes)
{
        free(changes->ids);
}

static int add(const HistoryEntry *entry, void *userdata)
{
        Changes *changes = userdata;
        int64_t *ids = array_grow(changes->ids, changes->n, sizeof(*ids));
        if (!ids)
                return -ENOMEM;
        changes->ids = ids;
        changes->ids[changes->n++] = entry->id;
        return 0;
}

int event_undo_field(OfficeCall *call, const char *uid)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        char version[24];
        int r = history_get_last(call->store, uid, &row);
        snprintf(version, sizeof(version), "%" PRId64, r == 0 ? row.entry.id : 0);
        form_hidden(call, "version", version);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/* ---- Taking back ---- */

static int check(const OfficeCall *call, const HistoryEntry *entry)
{
        bool is_event = entry->kind == OBJECT_EVENT || entry->kind == OBJECT_DRAFT;
        return is_event ? office_may_write(call, entry->collection) : OFFICE_E_NOT_FOUND;
}

static int take_back(EventEdit *edit, int64_t id)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        OfficeCall *call = edit->call;
        const UndoWork work = { call->store, call->view.config->time_zone, edit->notify, call->now,
                edit->tells_all };
        int r = history_get(call->store, id, &row);
        if (r == 0)
                r = check(call, &row.entry);
        if (r == 0)
                r = event_edit_watch(edit, row.entry.uid);
        if (r == 0)
                r = row.entry.action == HISTORY_DELETED ? undo_restore_deleted(&work, row.entry.uid)
                                                        : undo_change(&work, id);
        if (r == 0)
                r = event_edit_count(edit, row.entry.uid);
        return r == STORE_E_NOT_FOUND ? OFFICE_E_NOT_FOUND : r;
}

static int take_back_all(EventEdit *edit, const Changes *changes)
{
        int r = 0;
        for (size_t i = changes->n; r == 0 && i > 0; i--)
                r = take_back(edit, changes->ids[i - 1]);
        return r;
}

/*
 * Reads what was changed together with the event: a page changes the parts after their whole, and deletes
 * them before it. Other ways change events together that are no parts of each other.
 */
static int find_together(Store *store, const HistoryEntry *entry, Changes *ret)
{
        int r = entry->way == HISTORY_OFFICE ? history_step_each(store, entry->step, add, ret) : 0;
        bool is_deletion = entry->action == HISTORY_DELETED;
        bool is_whole = ret->n > 0 && ret->ids[is_deletion ? ret->n - 1 : 0] == entry->id;
        if (r != 0 || is_whole)
                return r;
        ret->n = 0;
        return add(entry, ret);
}

int event_undo_change(EventEdit *edit, const char *uid)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        CLEANUP(changes_done) Changes changes = { .n = 0 };
        Store *store = edit->call->store;
        int r = history_get(store, strtoll(office_form(edit->call, "version"), NULL, 10), &row);
        if (r == STORE_E_NOT_FOUND || (r == 0 && strcmp(row.entry.uid, uid) != 0))
                return OFFICE_E_NOT_FOUND;
        if (r == 0 && row.entry.action == HISTORY_DELETED)
                return event_undo_deletion(edit, uid); /* contacts hear of it first */
        if (r == 0 && row.entry.action != HISTORY_CHANGED)
                return OFFICE_E_NOT_FOUND;
        if (r == 0)
                r = find_together(store, &row.entry, &changes);
        return r != 0 ? r : take_back_all(edit, &changes);
}

int event_undo_deletion(EventEdit *edit, const char *uid)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        CLEANUP(object_record_freep) ObjectRecord *there = NULL;
        CLEANUP(changes_done) Changes changes = { .n = 0 };
        Store *store = edit->call->store;
        int r = object_find(store, uid, &there);
        /* A deletion of which contacts hear first has not ended yet. */
        if (r == 0)
                r = history_get_last(store, uid, &row);
        if (r != STORE_E_NOT_FOUND && (r != 0 || row.entry.action != HISTORY_DELETED))
                return r == 0 ? OFFICE_E_NOT_FOUND : r;
        history_row_done(&row);
        r = history_get_last_deletion(store, uid, &row);
        if (r == 0)
                r = find_together(store, &row.entry, &changes);
        return r == STORE_E_NOT_FOUND ? OFFICE_E_NOT_FOUND : r != 0 ? r : take_back_all(edit, &changes);
}
