#pragma once

/*
 * Brings back earlier texts of objects from their history (store/history.h). The write is an edit like any
 * other: it has a row of its own in the history, and contacts hear of it by the same rules. A change that is
 * taken back within the settling time is told to nobody.
 */

#include "store/history.h"

typedef struct UndoWork {
        Store *store;         /* in a transaction that writes */
        const Zone *fallback; /* time zone of dates without one */
        DueNotify notify;     /* DUE_NOTIFY_SETTLED, DUE_NOTIFY_NOW or DUE_NOTIFY_NONE */
        usec_t now;
        bool tells_all; /* an event that is deleted is told to all who are listed: see deletion_begin() */
} UndoWork;

/**
 * undo_change() - take back one change: a created object is deleted, a changed or deleted one gets the text
 * from before, a moved one its old name. A second undo takes the first one back.
 * @id: of the change; it must be the newest of its object
 *
 * A contact that comes back has its listings and opt-outs again.
 *
 * Return: 0; STORE_E_NOT_FOUND if there is no such change, or its text is no longer kept; STORE_E_MISMATCH
 * if the object has changed since; STORE_E_CONFLICT; STORE_E_MEETING; another condition of the store;
 * negative errno.
 */
int undo_change(const UndoWork *work, int64_t id);

/**
 * undo_restore() - give an object the text that it had after a change
 * @id: of the change
 *
 * Return: as undo_change(), but for STORE_E_MISMATCH.
 */
int undo_restore(const UndoWork *work, int64_t id);

/** undo_restore_deleted() - bring back the object of the office with a UID that was deleted last */
int undo_restore_deleted(const UndoWork *work, const char *uid);
