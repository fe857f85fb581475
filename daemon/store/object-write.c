/*
 * The rows that each write of an object changes: the object, its collection and the times of its last
 * change.
 */

#include "store/collection.h"
#include "store/history-internal.h"
#include "store/object-hide.h"
#include "store/object-internal.h"
#include "store/query.h"
#include "store/resource.h"
#include "store/store-internal.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/*
 * Sets a time of the last change. Clients compare these times, so the time never goes back: if the clock
 * was set back, the new time is one second after the last one.
 */
int object_stamp(Store *store, const char *collection, const char *category, usec_t now)
{
        return QUERY_RUN(store,
                        "INSERT INTO stamp (collection, category, at)"
                        " VALUES ($1, $2, $3)"
                        " ON CONFLICT (collection, category) DO UPDATE SET at ="
                        " CASE WHEN stamp.at < excluded.at THEN excluded.at ELSE stamp.at + 1000000 END"
                        " WHERE stamp.at <> excluded.at",
                        BIND_T(collection), BIND_T(category), BIND_I(now));
}

/* @categories: `,session,exhibition,` */
static int stamp_categories(Store *store, const char *collection, const char *categories, usec_t now)
{
        CLEANUP(cleanup_free) char *copy = strdup(categories);
        if (!copy)
                return -ENOMEM;
        int r = 0;
        char *rest = copy, *word;
        while (r == 0 && (word = strsep(&rest, ",")))
                if (word[0])
                        r = object_stamp(store, collection, word, now);
        return r;
}

/*
 * Sets the times of the last change for a record. Drafts and private events are not in public calendars, so
 * they do not change the times of those; confidential events are not in the calendar of a category.
 */
int object_stamp_record(Store *store, const ObjectRecord *record, usec_t now)
{
        bool is_shown = record->kind == OBJECT_EVENT && strcmp(record->class, "PRIVATE") != 0;
        int r = object_stamp(store, record->collection, "", now);
        if (r == 0 && is_shown)
                r = object_stamp(store, record->collection, CHANGES_PUBLIC, now);
        if (r == 0 && is_shown && strcmp(record->class, "CONFIDENTIAL") != 0)
                r = stamp_categories(store, record->collection, record->categories, now);
        return r;
}

int object_next_change(Store *store, const char *collection, int64_t bytes, int64_t *ret)
{
        int r = query_count_up(store, "change", ret);
        if (r != 0)
                return r;
        return QUERY_RUN(store, "UPDATE collection SET sequence = $1, bytes = bytes + $3 WHERE name = $2",
                        BIND_I(*ret), BIND_T(collection), BIND_I(bytes));
}

int object_leave_tombstone(Store *store, const ObjectRecord *kept, int64_t id, usec_t now)
{
        int64_t change;
        int r = object_next_change(store, kept->collection, -(int64_t)kept->len, &change);
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "INSERT INTO tombstone (collection, resource, uid, id, change, at, sequence, unpublished)"
                                        " VALUES ($1, $2, $3, $4, $5, $6, $7,"
                                        " (SELECT unpublished FROM object WHERE id = $8))",
                                        BIND_T(kept->collection), BIND_T(kept->resource), BIND_T(kept->uid),
                                        BIND_I(id), BIND_I(change), BIND_I(now), BIND_I(kept->sequence),
                                        BIND_I(kept->id));
}

/* The findings of the tombstones about an object that is to be inserted. */
typedef struct Tombstones {
        const ObjectRecord *record;
        bool is_own; /* the record is of a collection of an account */
        bool found;
        int64_t sequence; /* the highest one that was published; -1 for none */
} Tombstones;

static int on_tombstone(DbStatement *row, void *userdata)
{
        Tombstones *tombstones = userdata;
        const char *collection = db_text(row, 0, NULL);
        int64_t sequence = db_int(row, 1);
        bool counts = tombstones->is_own ? strcmp(collection, tombstones->record->collection) == 0
                                         : !collection_is_own_name(collection);
        tombstones->found = true;
        if (counts && sequence > tombstones->sequence)
                tombstones->sequence = sequence;
        return 0;
}

/*
 * Searches for tombstones with the UID of the record, or with its name. The SEQUENCE continues after the
 * last one that was published for the deleted object: by any collection of the office, since each of them
 * may be in a feed, or by the same collection of an account. What an account has deleted decides nothing
 * for others.
 */
static int continue_sequence(Store *store, ObjectRecord *record, const char *name, bool *ret_found)
{
        Tombstones tombstones = { record, collection_is_own_name(record->collection), false, -1 };
        int r = QUERY_EACH(store, on_tombstone, &tombstones,
                        "SELECT collection, sequence FROM tombstone WHERE uid = $1"
                        " UNION ALL SELECT collection, -1 FROM tombstone WHERE collection = $2 AND resource = $3",
                        BIND_T(record->uid), BIND_T(record->collection), BIND_T(name));
        if (r == 0 && record->sequence <= tombstones.sequence)
                record->sequence = tombstones.sequence < INT_MAX ? (int)tombstones.sequence + 1 : INT_MAX;
        *ret_found = tombstones.found;
        return r;
}

static int insert_row(Store *store, const ObjectRecord *record)
{
        int r = QUERY_RUN(store,
                        "INSERT INTO object (" OBJECT_COLUMNS ", unpublished)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,"
                        " " SQL_UNPUBLISHED_AT("CAST($3 AS BIGINT)", "$4",
                                        "$16") ")"
                                               " ON CONFLICT (collection, resource) DO NOTHING",
                        BIND_I(record->id), BIND_I(record->change), BIND_I(record->kind),
                        BIND_T(record->collection), BIND_T(record->uid), BIND_T(record->name),
                        BIND_T(record->categories), BIND_T(record->status), BIND_T(record->class),
                        BIND_I(record->sequence), BIND_I(record->start), BIND_I(record->end),
                        BIND_I(record->created), BIND_I(record->changed), BIND_B(record->text, record->len),
                        BIND_T(record->resource), BIND_T(record->address), BIND_T(record->parent),
                        BIND_I(record->schedule_tag));
        return r != 0 ? r : query_changed(store) > 0 ? 0 : STORE_E_CONFLICT;
}

/* Inserts the row. Uses the second name if a client has used the derived name for another object. */
static int insert_named(Store *store, ObjectRecord *record, char name[static RESOURCE_NAME_SIZE])
{
        int r = insert_row(store, record);
        if (r != STORE_E_CONFLICT || record->resource != name)
                return r;
        resource_name_hash(record->kind, record->uid, name);
        return insert_row(store, record);
}

/* The last deletion of a UID in the collections of the office. */
static int on_number(DbStatement *row, void *userdata)
{
        ObjectRecord *record = userdata;
        if (record->id == 0 && !collection_is_own_name(db_text(row, 1, NULL)))
                record->id = db_int(row, 0);
        return 0;
}

/*
 * Gives an object that comes back the number that it had, because the ledger names contacts and events by
 * their numbers. An event may come back in another calendar, because its own was removed; a card with its
 * UID in another address book may be that of another person. Its tombstone gets another number: with another
 * name, it stays for clients. In a collection, only the last deletion of a UID has the object's number.
 */
static int take_old_number(Store *store, ObjectRecord *record)
{
        int64_t id = 0;
        record->id = 0;
        int r = QUERY_EACH(store, on_number, record,
                        "SELECT id, collection FROM tombstone WHERE uid = $1"
                        " AND NOT EXISTS (SELECT 1 FROM object WHERE object.id = tombstone.id)"
                        " AND (collection = $2 OR ($3 = 0 AND NOT EXISTS (SELECT 1 FROM collection AS book"
                        " WHERE book.name = tombstone.collection AND book.cards <> 0)))"
                        " ORDER BY change DESC",
                        BIND_T(record->uid), BIND_T(record->collection),
                        BIND_I(object_kind_is_card(record->kind)));
        if (r != 0 || record->id == 0)
                return r;
        r = query_count_up(store, "object", &id);
        return r != 0 ? r
                      : QUERY_RUN(store, "UPDATE tombstone SET id = $2 WHERE uid = $1 AND id = $3",
                                        BIND_T(record->uid), BIND_I(id), BIND_I(record->id));
}

/* An object from another store has the number that is kept for it (store/transfer.h). */
static int choose_number(Store *store, ObjectRecord *record, bool has_tombstone)
{
        int r = object_numbers_take(store->numbers, record->collection, record->uid, &record->id);
        if (r == 0 && record->id == 0 && has_tombstone && !collection_is_own_name(record->collection))
                r = take_old_number(store, record);
        return r != 0 || record->id > 0 ? r : query_count_up(store, "object", &record->id);
}

static int insert(Store *store, ObjectRecord *record)
{
        char name[RESOURCE_NAME_SIZE];
        bool has_tombstone = false;
        if (!record->resource) {
                resource_name_derive(record->kind, record->uid, name);
                record->resource = name;
        }
        int r = continue_sequence(store, record, record->resource, &has_tombstone);
        if (r == 0)
                r = choose_number(store, record, has_tombstone);
        if (r == 0)
                r = insert_named(store, record, name);
        if (r == 0 && has_tombstone)
                r = QUERY_RUN(store, "DELETE FROM tombstone WHERE collection = $1 AND resource = $2",
                                BIND_T(record->collection), BIND_T(record->resource));
        record->resource = NULL; /* it may point to the local `name` */
        return r;
}

static int update(Store *store, const ObjectRecord *record)
{
        return QUERY_RUN(store,
                        "UPDATE object SET change = $2, kind = $3, name = $4, categories = $5, status = $6,"
                        " class = $7, sequence = $8, start = $9, finish = $10, changed = $11, text = $12, address = $13, parent = $14,"
                        " unpublished = CASE WHEN CAST($3 AS BIGINT) = " SQL_OBJECT_DRAFT
                        " THEN unpublished ELSE 0 END"
                        " WHERE id = $1",
                        BIND_I(record->id), BIND_I(record->change), BIND_I(record->kind),
                        BIND_T(record->name), BIND_T(record->categories), BIND_T(record->status),
                        BIND_T(record->class), BIND_I(record->sequence), BIND_I(record->start),
                        BIND_I(record->end), BIND_I(record->changed), BIND_B(record->text, record->len),
                        BIND_T(record->address), BIND_T(record->parent));
}

static int allow_missing(int r)
{
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/*
 * Finds the object with the given name, or the hidden one with the UID. STORE_E_CONFLICT: the name belongs
 * to another UID, or the UID has another name in the collection.
 */
static int find_by_name(Store *store, const ObjectPut *put, const char *uid, ObjectRecord **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *named = NULL;
        CLEANUP(object_record_freep) ObjectRecord *other = NULL;
        int r = allow_missing(object_get(store, put->collection, put->resource, &named));
        if (r == 0 && named && strcmp(named->uid, uid) != 0)
                return STORE_E_CONFLICT;
        if (r == 0 && !named)
                r = allow_missing(object_get_by_uid(store, put->collection, uid, &other));
        if (r != 0 || (other && !object_is_hidden(other)))
                return r != 0 ? r : STORE_E_CONFLICT;
        *ret = named ? TAKE_PTR(named) : TAKE_PTR(other);
        return 0;
}

/* Finds the object that a put replaces (NULL if there is none), and checks the if_change of the put. */
int object_find_kept(Store *store, const ObjectPut *put, const char *uid, ObjectRecord **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        int r = put->resource   ? find_by_name(store, put, uid, &kept)
                : put->anywhere ? allow_missing(object_find(store, uid, &kept))
                                : allow_missing(object_get_by_uid(store, put->collection, uid, &kept));
        if (r != 0)
                return r;
        bool is_there = kept && !(put->if_change == OBJECT_NOT_THERE && object_is_hidden(kept));
        int64_t change = is_there ? kept->change : OBJECT_NOT_THERE;
        if (put->if_change != 0 && put->if_change != change)
                return STORE_E_MISMATCH;
        *ret = TAKE_PTR(kept);
        return 0;
}

bool object_same_text(const ObjectRecord *kept, const ObjectRecord *given)
{
        return kept && kept->len == given->len && memcmp(kept->text, given->text, given->len) == 0;
}

/*
 * Writes a derived record with a new change number, as a new object or over the stored one. Also sets the
 * times of the last change, for the categories of the old and of the new version.
 */
int object_write_record(Store *store, const ObjectRecord *kept, ObjectRecord *record, const ObjectPut *put)
{
        usec_t now = put->now;
        HistoryAction action = put->is_deletion ? HISTORY_DELETED : kept ? HISTORY_CHANGED : HISTORY_CREATED;
        int64_t grown = (int64_t)record->len - (kept ? (int64_t)kept->len : 0);
        int r = object_next_change(store, record->collection, grown, &record->change);
        if (r != 0)
                return r;
        record->id = kept ? kept->id : 0;
        record->created = kept ? kept->created : now;
        record->changed = kept && kept->changed >= now ? kept->changed + USEC_PER_SEC : now;
        r = kept ? update(store, record) : insert(store, record);
        if (r == 0 && record->kind != OBJECT_MESSAGE)
                r = history_note(store, action, kept, record, record->changed);
        if (r == 0 && kept)
                r = object_stamp_record(store, kept, now);
        return r != 0 ? r : object_stamp_record(store, record, now);
}
