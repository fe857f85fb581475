/* Reading objects; writing is in object-put.c. */

#include "store/object.h"

#include "store/object-internal.h"
#include "store/query.h"
#include "store/row-copy.h"
#include "store/store-internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool object_kind_is_card(ObjectKind kind)
{
        return kind == OBJECT_CARD || kind == OBJECT_OWN_CARD;
}

/* Reads a row with OBJECT_COLUMNS; the result borrows from the row. */
static void record_read(DbStatement *statement, ObjectRecord *ret)
{
        *ret = (ObjectRecord){
                .id = db_int(statement, 0),
                .change = db_int(statement, 1),
                .kind = (ObjectKind)db_int(statement, 2),
                .collection = db_text(statement, 3, NULL),
                .uid = db_text(statement, 4, NULL),
                .name = db_text(statement, 5, NULL),
                .categories = db_text(statement, 6, NULL),
                .status = db_text(statement, 7, NULL),
                .class = db_text(statement, 8, NULL),
                .sequence = (int)db_int(statement, 9),
                .start = db_int(statement, 10),
                .end = db_int(statement, 11),
                .created = db_int(statement, 12),
                .changed = db_int(statement, 13),
        };
        ret->text = db_text(statement, 14, &ret->len);
        ret->resource = db_text(statement, 15, NULL);
        ret->address = db_text(statement, 16, NULL);
        ret->parent = db_text(statement, 17, NULL);
        ret->schedule_tag = db_int(statement, 18);
}

/*
 * Returns whether a record has the values that every object has. A damaged row may be read without an
 * error, so this must be checked.
 */
static bool is_whole(const ObjectRecord *record)
{
        bool has_kind = record->kind >= OBJECT_EVENT && record->kind <= OBJECT_MESSAGE;
        return has_kind && record->collection[0] && record->uid[0] && record->resource[0] && record->len > 0;
}

ObjectRecord *object_record_copy(const ObjectRecord *from)
{
        const char *strings[] = { from->collection, from->uid, from->name, from->categories, from->status,
                from->class, from->resource, from->address, from->parent };
        enum { N = sizeof(strings) / sizeof(strings[0]) };
        char *text;
        ObjectRecord *record = row_copy_new(sizeof(*record), strings, N, from->len + 1, &text);
        if (!record)
                return NULL;
        *record = *from;
        const char **fields[N] = { &record->collection, &record->uid, &record->name, &record->categories,
                &record->status, &record->class, &record->resource, &record->address, &record->parent };
        for (size_t i = 0; i < N; i++)
                *fields[i] = strings[i];
        record->text = text;
        memcpy(text, from->text, from->len);
        text[from->len] = '\0';
        return record;
}

ObjectRecord *object_record_free(ObjectRecord *record)
{
        free(record);
        return NULL;
}

static int copy_object(DbStatement *row, void *userdata)
{
        ObjectRecord **ret = userdata, borrowed;
        record_read(row, &borrowed);
        if (!is_whole(&borrowed))
                return DB_E_CORRUPT;
        *ret = object_record_copy(&borrowed);
        return *ret ? 0 : -ENOMEM;
}

int object_get(Store *store, const char *collection, const char *resource, ObjectRecord **ret)
{
        *ret = NULL;
        return QUERY_FIRST(store, copy_object, ret,
                        "SELECT " OBJECT_COLUMNS " FROM object"
                        " WHERE collection = $1 AND resource = $2",
                        BIND_T(collection), BIND_T(resource));
}

int object_get_by_uid(Store *store, const char *collection, const char *uid, ObjectRecord **ret)
{
        *ret = NULL;
        return QUERY_FIRST(store, copy_object, ret,
                        "SELECT " OBJECT_COLUMNS " FROM object"
                        " WHERE uid = $2 AND collection = $1",
                        BIND_T(collection), BIND_T(uid));
}

int object_find(Store *store, const char *uid, ObjectRecord **ret)
{
        *ret = NULL;
        return QUERY_FIRST(store, copy_object, ret,
                        "SELECT " OBJECT_COLUMNS " FROM object"
                        " WHERE uid = $1 AND kind <= " SQL_OBJECT_LAST_OF_OFFICE
                        " ORDER BY collection LIMIT 1",
                        BIND_T(uid));
}

typedef struct PrefixWalk {
        const char *prefix;
        int (*on_uid)(const char *uid, void *userdata);
        void *userdata;
        int64_t n;
} PrefixWalk;

/* The order of texts differs between engines, so the beginning is compared again. */
static int on_prefixed(DbStatement *row, void *userdata)
{
        PrefixWalk *walk = userdata;
        const char *uid = db_text(row, 0, NULL);
        if (strncmp(uid, walk->prefix, strlen(walk->prefix)) != 0)
                return 0;
        walk->n++;
        return walk->on_uid(uid, walk->userdata);
}

int object_find_prefix(Store *store, const char *prefix, int (*on_uid)(const char *uid, void *userdata),
                void *userdata, int64_t *ret_n)
{
        PrefixWalk walk = { prefix, on_uid, userdata, 0 };
        CLEANUP(cleanup_free) char *end = NULL;
        /* U+FFFD comes after all characters of a UID. */
        if (asprintf(&end, "%s\xef\xbf\xbd", prefix) < 0) {
                end = NULL;
                return -ENOMEM;
        }
        int r = QUERY_EACH(store, on_prefixed, &walk,
                        "SELECT DISTINCT uid FROM object WHERE uid >= $1 AND uid < $2"
                        " AND kind <= " SQL_OBJECT_LAST_OF_OFFICE " ORDER BY uid LIMIT 2",
                        BIND_T(prefix), BIND_T(end));
        *ret_n = walk.n;
        return r;
}

static int note_damage(Store *store, int64_t id, int r)
{
        if (r == DB_E_CORRUPT)
                store_note_damaged(store, id);
        return r;
}

int object_get_by_id(Store *store, int64_t id, ObjectRecord **ret)
{
        *ret = NULL;
        if (store_is_damaged(store, id))
                return DB_E_CORRUPT;
        int r = QUERY_FIRST(store, copy_object, ret, "SELECT " OBJECT_COLUMNS " FROM object WHERE id = $1",
                        BIND_I(id));
        return note_damage(store, id, r);
}

int object_change(Store *store, int64_t id, int64_t *ret)
{
        int64_t change = 0;
        if (store_is_damaged(store, id))
                return DB_E_CORRUPT;
        int r = QUERY_NUMBER(store, &change, 0, "SELECT change FROM object WHERE id = $1", BIND_I(id));
        if (r != 0 || change == 0)
                return r != 0 ? note_damage(store, id, r) : STORE_E_NOT_FOUND;
        *ret = change;
        return 0;
}

/* Makes the pattern `%,session,%` for LIKE, with its wildcards escaped; "%" for any category. */
static void like_category(const char *category, char *ret, size_t size)
{
        size_t n = 0;
        n += (size_t)snprintf(ret, size, category ? "%%," : "%%");
        for (const char *c = category; c && *c && n + 8 < size; c++)
                n += (size_t)snprintf(ret + n, size - n, strchr("%_\\", *c) ? "\\%c" : "%c", *c);
        if (category)
                snprintf(ret + n, size - n, ",%%");
}

typedef struct ObjectWalk {
        unsigned kinds;
        int (*on_object)(const ObjectRecord *record, void *userdata);
        void *userdata;
} ObjectWalk;

static int read_object(DbStatement *row, void *userdata)
{
        const ObjectWalk *walk = userdata;
        ObjectRecord record;
        record_read(row, &record);
        if (!is_whole(&record))
                return DB_E_CORRUPT;
        return walk->kinds & 1U << record.kind ? walk->on_object(&record, walk->userdata) : 0;
}

#define MATCHES                                                                                             \
        "(collection = $1 OR $1 = '') AND categories LIKE $2 ESCAPE '\\'"                                   \
        " AND (kind NOT IN (" SQL_OBJECT_EVENT ", " SQL_OBJECT_OWN_EVENT                                    \
        ") OR (start < $4 AND (finish > $3 OR start >= $3)))"

#define IN_ORDER " ORDER BY start, uid"

int object_each(Store *store, const ObjectFilter *filter,
                int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata)
{
        char like[256];
        like_category(filter->category, like, sizeof(like));
        bool bounded = filter->from != 0 || filter->to != 0;
        int64_t from = bounded ? filter->from : INT64_MIN, to = bounded ? filter->to : INT64_MAX;
        ObjectWalk walk = { filter->kinds ? filter->kinds : ~0U, on_object, userdata };
        const char *collection = filter->collection ? filter->collection : "";
        if (filter->parent)
                return QUERY_EACH(store, read_object, &walk,
                                "SELECT " OBJECT_COLUMNS " FROM object"
                                " WHERE parent = $5 AND parent <> '' AND " MATCHES IN_ORDER,
                                BIND_T(collection), BIND_T(like), BIND_I(from), BIND_I(to),
                                BIND_T(filter->parent));
        if (filter->kinds == 1U << OBJECT_EVENT)
                return QUERY_EACH(store, read_object, &walk,
                                "SELECT " OBJECT_COLUMNS " FROM object"
                                " WHERE kind = " SQL_OBJECT_EVENT " AND " MATCHES IN_ORDER,
                                BIND_T(collection), BIND_T(like), BIND_I(from), BIND_I(to));
        return QUERY_EACH(store, read_object, &walk,
                        "SELECT " OBJECT_COLUMNS " FROM object WHERE " MATCHES IN_ORDER, BIND_T(collection),
                        BIND_T(like), BIND_I(from), BIND_I(to));
}

/*
 * The two statements read a row once: a series of which no end is known is long. Their first conditions are
 * those of the partial indexes object_long and object_short.
 */
static int each_event_in_span(Store *store, const char *collection, usec_t from, usec_t to, ObjectWalk *walk)
{
        usec_t earliest = from < INT64_MIN + OBJECT_SHORT ? INT64_MIN : from - OBJECT_SHORT;
        int r = QUERY_EACH(store, read_object, walk,
                        "SELECT " OBJECT_COLUMNS " FROM object"
                        " WHERE " SQL_OBJECT_ANY_EVENT " AND finish > start + " SQL_OBJECT_SHORT
                        " AND collection = $1 AND finish > $2 AND start < $3 ORDER BY finish, id",
                        BIND_T(collection), BIND_I(from), BIND_I(to));
        if (r != 0)
                return r;
        return QUERY_EACH(store, read_object, walk,
                        "SELECT " OBJECT_COLUMNS " FROM object"
                        " WHERE " SQL_OBJECT_ANY_EVENT " AND finish <= start + " SQL_OBJECT_SHORT
                        " AND collection = $1 AND start >= $4 AND start < $3"
                        " AND (finish > $2 OR start >= $2) ORDER BY start, id",
                        BIND_T(collection), BIND_I(from), BIND_I(to), BIND_I(earliest));
}

int object_each_in_span(Store *store, const char *collection, unsigned kinds, usec_t from, usec_t to,
                int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata)
{
        unsigned events = kinds & (1U << OBJECT_EVENT | 1U << OBJECT_OWN_EVENT);
        ObjectWalk walk = { kinds, on_object, userdata };
        if (events && from == INT64_MIN && to == USEC_INFINITY)
                return QUERY_EACH(store, read_object, &walk,
                                "SELECT " OBJECT_COLUMNS " FROM object WHERE collection = $1"
                                " ORDER BY resource",
                                BIND_T(collection));
        int r = events ? each_event_in_span(store, collection, from, to, &walk) : 0;
        walk.kinds = kinds & ~events;
        if (r != 0 || walk.kinds == 0)
                return r;
        return QUERY_EACH(store, read_object, &walk,
                        "SELECT " OBJECT_COLUMNS " FROM object"
                        " WHERE collection = $1 AND NOT " SQL_OBJECT_ANY_EVENT " ORDER BY resource",
                        BIND_T(collection));
}

int object_each_of_uid(Store *store, const char *uid,
                int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata)
{
        ObjectWalk walk = { ~0U, on_object, userdata };
        return QUERY_EACH(store, read_object, &walk,
                        "SELECT " OBJECT_COLUMNS " FROM object"
                        " WHERE uid = $1 AND kind <= " SQL_OBJECT_LAST_OF_OFFICE " ORDER BY collection",
                        BIND_T(uid));
}

int object_each_part(Store *store, const char *parent,
                int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata)
{
        ObjectWalk walk = { 1U << OBJECT_EVENT | 1U << OBJECT_DRAFT, on_object, userdata };
        return QUERY_EACH(store, read_object, &walk,
                        "SELECT " OBJECT_COLUMNS " FROM object WHERE parent = $1 AND parent <> ''"
                        " ORDER BY start, uid",
                        BIND_T(parent));
}

int object_has_parts(Store *store, const char *uid, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM (SELECT 1 FROM object WHERE parent = $1 AND parent <> '' LIMIT 1) AS part",
                        BIND_T(uid));
        if (r == 0)
                *ret = n > 0;
        return r;
}

int object_each_offer(
                Store *store, int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata)
{
        ObjectWalk walk = { ~0U, on_object, userdata };
        return QUERY_EACH(store, read_object, &walk,
                        "SELECT " OBJECT_COLUMNS " FROM object WHERE kind = " SQL_OBJECT_OFFER
                        " ORDER BY uid");
}

int object_each_card(
                Store *store, int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata)
{
        ObjectWalk walk = { ~0U, on_object, userdata };
        return QUERY_EACH(store, read_object, &walk,
                        "SELECT " OBJECT_COLUMNS " FROM object WHERE kind = " SQL_OBJECT_CARD
                        " ORDER BY name, uid");
}

typedef struct ChangeWalk {
        int (*on_change)(const ObjectChange *change, void *userdata);
        void *userdata;
} ChangeWalk;

static int read_change(DbStatement *row, void *userdata)
{
        const ChangeWalk *walk = userdata;
        ObjectRecord record;
        record_read(row, &record);
        bool is_tombstone = db_int(row, OBJECT_N_COLUMNS) != 0;
        if (!is_tombstone && !is_whole(&record))
                return DB_E_CORRUPT;
        ObjectChange change = {
                .change = record.change,
                .collection = record.collection,
                .resource = record.resource,
                .uid = record.uid,
                .id = record.id,
                .record = is_tombstone ? NULL : &record,
                .at = record.changed,
        };
        return walk->on_change(&change, walk->userdata);
}

/*
 * Objects and tombstones are read as one list: each column of a tombstone is in the place of the same column
 * of an object.
 */
int object_changes(Store *store, const char *collection, int64_t since,
                int (*on_change)(const ObjectChange *change, void *userdata), void *userdata)
{
        ChangeWalk walk = { on_change, userdata };
        return QUERY_EACH(store, read_change, &walk,
                        "SELECT " OBJECT_COLUMNS ", 0 FROM object"
                        " WHERE change > $1 AND (collection = $2 OR $2 = '')"
                        " UNION ALL SELECT id, change, 0, collection, uid, '', '', '', '', sequence, 0, 0, 0, at, '', resource, '', '', 0, 1"
                        " FROM tombstone"
                        " WHERE change > $1 AND (collection = $2 OR $2 = '')"
                        " ORDER BY 2",
                        BIND_I(since), BIND_T(collection ? collection : ""));
}

int object_newest_change(Store *store, const char *collection, const char *category, usec_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT max(at) FROM stamp WHERE ($1 = '' OR collection = $1) AND category = $2",
                        BIND_T(collection ? collection : ""), BIND_T(category ? category : ""));
}

/*
 * A store made by an older program has no such time before the next change. Until then the time of the last
 * change in the collection is used.
 */
int object_newest_public(Store *store, const char *collection, usec_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT coalesce((SELECT max(at) FROM stamp WHERE collection = $1 AND category = $2),"
                        " (SELECT max(at) FROM stamp WHERE collection = $1 AND category = ''))",
                        BIND_T(collection), BIND_T(CHANGES_PUBLIC));
}

int object_count(Store *store, ObjectKind kind, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0, "SELECT count(*) FROM object WHERE kind = $1", BIND_I(kind));
}

static int on_deleted(DbStatement *row, void *userdata)
{
        usec_t *newest = userdata, at = db_int(row, 1);
        if (at > *newest && !collection_is_own_name(db_text(row, 0, NULL)))
                *newest = at;
        return 0;
}

int object_deleted(Store *store, const char *uid, usec_t *ret)
{
        *ret = 0;
        return QUERY_EACH(store, on_deleted, ret, "SELECT collection, at FROM tombstone WHERE uid = $1",
                        BIND_T(uid));
}
