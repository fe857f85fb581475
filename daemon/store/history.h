#pragma once

/*
 * The history of objects: a row for each change of an object, with its author and the text before the
 * change. The row is written in the transaction of the change, by the functions that write objects
 * (store/object.h). Rows are removed by age (history_prune()), and when an object has more than
 * HISTORY_VERSIONS_MAX of them; nothing else limits them.
 *
 * The last text of a deleted object is the trash. remind/undo.h restores texts.
 */

#include "store/history-set.h"
#include "store/object.h"

enum {
        HISTORY_VERSIONS_MAX = 200, /* rows of one object of the office */
        HISTORY_OWN_MAX = 20,       /* of one object of an account's collection */
};

/** The change. The numbers are stored. */
typedef enum HistoryAction {
        HISTORY_CREATED = 1,
        HISTORY_CHANGED = 2,
        HISTORY_DELETED = 3, /* also if contacts hear of it first, and the object stays until then */
        HISTORY_MOVED = 4,   /* to another name or collection; the row has the old ones, and no text */
        HISTORY_REMOVED = 5, /* the end of a deletion of which contacts heard first; no text */
        HISTORY_N_ACTIONS,
} HistoryAction;

#define SQL_HISTORY_DELETED "3"
#define SQL_HISTORY_REMOVED "5"

/** A change. Strings are borrowed for the callback, or from a HistoryRow. */
typedef struct HistoryEntry {
        int64_t id;   /* the version: the object as it was after this change */
        int64_t step; /* the same for all changes of one transaction; 0 if not known */
        int64_t object;
        const char *uid, *collection, *resource; /* collection and name before a HISTORY_MOVED */
        ObjectKind kind;
        const char *name; /* SUMMARY or FN */
        HistoryAction action;
        HistoryWay way;
        const char *author;
        HistoryCause cause;
        usec_t at;
        bool has_text; /* the text before the change is kept */
} HistoryEntry;

typedef struct HistoryFilter {
        const char *uid;    /* NULL: of all objects of the office */
        bool only_deleted;  /* only deletions of objects that do not exist now: the trash */
        const char *author; /* NULL: of any author; else only changes of this author by @way */
        HistoryWay way;
        bool only_events; /* only events and drafts */
        int limit;        /* of entries; 0: none */
} HistoryFilter;

/**
 * history_each() - call @on_entry for each change that matches, the newest first
 *
 * Changes of objects in collections of accounts are found by UID only. With a UID, the changes of every
 * object that had it are found.
 */
int history_each(Store *store, const HistoryFilter *filter,
                int (*on_entry)(const HistoryEntry *entry, void *userdata), void *userdata);

/**
 * history_step_each() - call @on_entry for each change of one transaction, the first one first
 * @step: of one of the changes; for 0 nothing is called
 */
int history_step_each(Store *store, int64_t step, int (*on_entry)(const HistoryEntry *entry, void *userdata),
                void *userdata);

/** A change that owns its strings */
typedef struct HistoryRow {
        HistoryEntry entry;
        usec_t created; /* of the object */
        int sequence;   /* of the object, before the change */
        char *choices;  /* of a deleted contact; "" for none */
        char *text;     /* before the change; NULL for none */
        size_t len;
        char *strings[5]; /* of the entry */
} HistoryRow;

void history_row_done(HistoryRow *row);

/**
 * history_get() - read a change and the text before it
 * history_get_last() - read the newest change of the objects of the office that had a UID
 * history_get_last_deletion() - read the newest deletion of an object of the office with a UID
 * @ret: call history_row_done(), also after a failure
 *
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, negative errno.
 */
int history_get(Store *store, int64_t id, HistoryRow *ret);
int history_get_last(Store *store, const char *uid, HistoryRow *ret);
int history_get_last_deletion(Store *store, const char *uid, HistoryRow *ret);

/**
 * history_text_after() - read the text of an object as it was after a change
 * @ret: the caller frees it
 *
 * Return: 0; STORE_E_NOT_FOUND if there is no such change, or no text after it (a deletion); another
 * condition of the store, negative errno.
 */
int history_text_after(Store *store, int64_t id, char **ret, size_t *ret_len);

/** history_is_newest() - whether no later change of an object with the UID is in the same collection */
int history_is_newest(Store *store, const HistoryEntry *entry, bool *ret);

/**
 * history_choices_restore() - give a contact the listings, the opt-outs and the suppression that it had when
 * it was deleted
 * @row:     the deletion
 * @contact: id of the card
 */
int history_choices_restore(Store *store, const HistoryRow *row, int64_t contact);

/**
 * history_erase() - remove the whole history of a deleted object of the office, for the erasure of a person
 * @collection: where it was deleted, with all objects that had the UID there; an object with the UID in
 *              another collection may be that of another person. NULL: in all collections.
 * @object:     its number, which it also had in other collections before it was moved
 *
 * The history of an object that exists stays.
 */
int history_erase(Store *store, const char *uid, const char *collection, int64_t object);

/**
 * history_prune() - remove old rows, and deleted collections that are older than the trash
 * @before: changes before this time are removed
 * @trash_before: objects that were deleted before this time and have not come back are removed from the
 *                trash, with their whole history; not after @before
 * @ret_more: whether more rows are left to remove, because one call removes a limited number
 */
int history_prune(Store *store, usec_t before, usec_t trash_before, bool *ret_more);
