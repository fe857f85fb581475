#include "store/object.h"

#include "contact/preference.h"
#include "store/columns.h"
#include "store/digest-index.h"
#include "store/due-index.h"
#include "store/query.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { COLLECTION_NAME_MAX = 63 };

enum { OBJECT_N_COLUMNS = 15 };

#define OBJECT_COLUMNS                                                                                      \
        "id, change, kind, collection, uid, name, categories, status, class, sequence, start, finish,"      \
        " created, changed, text"

int collection_ensure(Store *store, const char *name, bool is_cards, const char *zone_name)
{
        int64_t cards = 0;
        size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
        if (len == 0 || len > COLLECTION_NAME_MAX || name[len])
                return STORE_E_CONFLICT;
        int r = QUERY_NUMBER(
                        store, &cards, -1, "SELECT cards FROM collection WHERE name = $1", BIND_T(name));
        if (r != 0)
                return r;
        if (cards >= 0)
                return cards == is_cards ? 0 : STORE_E_CONFLICT;
        return QUERY_RUN(store,
                        "INSERT INTO collection (name, cards, zone, sequence) VALUES ($1, $2, $3, 0)"
                        " ON CONFLICT (name) DO NOTHING",
                        BIND_T(name), BIND_I(is_cards), BIND_T(zone_name));
}

typedef struct CollectionWalk {
        int (*on_collection)(const char *name, bool is_cards, int64_t sequence, void *userdata);
        void *userdata;
} CollectionWalk;

static int read_collection(DbStatement *row, void *userdata)
{
        const CollectionWalk *walk = userdata;
        return walk->on_collection(
                        db_text(row, 0, NULL), db_int(row, 1) != 0, db_int(row, 2), walk->userdata);
}

int collection_each(Store *store,
                int (*on_collection)(const char *name, bool is_cards, int64_t sequence, void *userdata),
                void *userdata)
{
        CollectionWalk walk = { on_collection, userdata };
        return QUERY_EACH(store, read_collection, &walk,
                        "SELECT name, cards, sequence FROM collection ORDER BY name");
}

/* The columns in the order of OBJECT_COLUMNS; all borrowed from the row. */
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
}

/* One allocation: the record, then its strings. */
static ObjectRecord *record_copy(const ObjectRecord *from)
{
        const char *strings[] = { from->collection, from->uid, from->name, from->categories, from->status,
                from->class };
        enum { N = sizeof(strings) / sizeof(strings[0]) };
        size_t size = sizeof(*from) + from->len + 1;
        for (size_t i = 0; i < N; i++)
                size += strlen(strings[i]) + 1;
        ObjectRecord *record = malloc(size);
        if (!record)
                return NULL;
        *record = *from;
        const char **fields[N] = { &record->collection, &record->uid, &record->name, &record->categories,
                &record->status, &record->class };
        char *place = (char *)(record + 1);
        for (size_t i = 0; i < N; i++) {
                *fields[i] = place;
                place = stpcpy(place, strings[i]) + 1;
        }
        record->text = place;
        memcpy(place, from->text, from->len);
        place[from->len] = '\0';
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
        *ret = record_copy(&borrowed);
        return *ret ? 0 : -ENOMEM;
}

int object_get(Store *store, const char *uid, ObjectRecord **ret)
{
        *ret = NULL;
        return QUERY_FIRST(store, copy_object, ret, "SELECT " OBJECT_COLUMNS " FROM object WHERE uid = $1",
                        BIND_T(uid));
}

int object_get_by_id(Store *store, int64_t id, ObjectRecord **ret)
{
        *ret = NULL;
        return QUERY_FIRST(store, copy_object, ret, "SELECT " OBJECT_COLUMNS " FROM object WHERE id = $1",
                        BIND_I(id));
}

int object_change(Store *store, int64_t id, int64_t *ret)
{
        int64_t change = 0;
        int r = QUERY_NUMBER(store, &change, 0, "SELECT change FROM object WHERE id = $1", BIND_I(id));
        if (r != 0 || change == 0)
                return r != 0 ? r : STORE_E_NOT_FOUND;
        *ret = change;
        return 0;
}

static int stamp(Store *store, const char *collection, const char *category, usec_t now)
{
        return QUERY_RUN(store,
                        "INSERT INTO stamp (collection, category, at) VALUES ($1, $2, $3)"
                        " ON CONFLICT (collection, category) DO UPDATE SET at = excluded.at",
                        BIND_T(collection), BIND_T(category), BIND_I(now));
}

/* @categories is `,session,exhibition,`; the category "" stands for the whole collection. */
static int stamp_categories(Store *store, const char *collection, const char *categories, usec_t now)
{
        CLEANUP(cleanup_free) char *copy = strdup(categories);
        if (!copy)
                return -ENOMEM;
        int r = stamp(store, collection, "", now);
        char *rest = copy, *word;
        while (r == 0 && (word = strsep(&rest, ",")))
                if (word[0])
                        r = stamp(store, collection, word, now);
        return r;
}

static int next_change(Store *store, const char *collection, int64_t *ret)
{
        int r = query_count_up(store, "change", ret);
        if (r != 0)
                return r;
        return QUERY_RUN(store, "UPDATE collection SET sequence = $1 WHERE name = $2", BIND_I(*ret),
                        BIND_T(collection));
}

/* What a deleted object with this UID was published with: its successor goes on from there. */
static int take_tombstone(Store *store, const char *uid, int64_t *ret_sequence)
{
        int r = QUERY_NUMBER(store, ret_sequence, -1, "SELECT sequence FROM tombstone WHERE uid = $1",
                        BIND_T(uid));
        if (r != 0 || *ret_sequence < 0)
                return r;
        return QUERY_RUN(store, "DELETE FROM tombstone WHERE uid = $1", BIND_T(uid));
}

static int insert(Store *store, ObjectRecord *record)
{
        int64_t sequence = -1;
        int r = take_tombstone(store, record->uid, &sequence);
        if (r == 0)
                r = query_count_up(store, "object", &record->id);
        if (r != 0)
                return r;
        if (record->sequence <= sequence)
                record->sequence = (int)sequence + 1;
        return QUERY_RUN(store,
                        "INSERT INTO object (" OBJECT_COLUMNS ") VALUES"
                        " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
                        BIND_I(record->id), BIND_I(record->change), BIND_I(record->kind),
                        BIND_T(record->collection), BIND_T(record->uid), BIND_T(record->name),
                        BIND_T(record->categories), BIND_T(record->status), BIND_T(record->class),
                        BIND_I(record->sequence), BIND_I(record->start), BIND_I(record->end),
                        BIND_I(record->created), BIND_I(record->changed), BIND_B(record->text, record->len));
}

static int update(Store *store, const ObjectRecord *record)
{
        return QUERY_RUN(store,
                        "UPDATE object SET change = $2, kind = $3, name = $4, categories = $5, status = $6,"
                        " class = $7, sequence = $8, start = $9, finish = $10, changed = $11, text = $12"
                        " WHERE id = $1",
                        BIND_I(record->id), BIND_I(record->change), BIND_I(record->kind),
                        BIND_T(record->name), BIND_T(record->categories), BIND_T(record->status),
                        BIND_T(record->class), BIND_I(record->sequence), BIND_I(record->start),
                        BIND_I(record->end), BIND_I(record->changed), BIND_B(record->text, record->len));
}

/* What is kept under the UID, or NULL. */
static int find_kept(Store *store, const char *uid, ObjectRecord **ret)
{
        int r = object_get(store, uid, ret);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static bool same_text(const ObjectRecord *kept, const ObjectRecord *given)
{
        return kept->len == given->len && memcmp(kept->text, given->text, given->len) == 0;
}

/* Writes a derived record over, or beside, what is kept; the change's number and both kinds' stamps with it. */
static int write_record(Store *store, const ObjectRecord *kept, ObjectRecord *record, usec_t now)
{
        int r = next_change(store, record->collection, &record->change);
        if (r != 0)
                return r;
        record->id = kept ? kept->id : 0;
        record->created = kept ? kept->created : now;
        record->changed = now;
        r = kept ? update(store, record) : insert(store, record);
        if (r == 0 && kept)
                r = stamp_categories(store, kept->collection, kept->categories, now);
        return r != 0 ? r : stamp_categories(store, record->collection, record->categories, now);
}

static bool is_to_come(const ObjectRecord *record, usec_t now)
{
        return record && record->kind == OBJECT_EVENT && record->end > now;
}

/* The engine looks at it at once when there may be something to remind of, or to take back; never when it is over. */
static int index_alarm(Store *store, const ObjectRecord *kept, const ObjectRecord *record, usec_t now)
{
        if (is_to_come(record, now) || is_to_come(kept, now))
                return due_index_set(store, &(DueEntry){ .object = record->id, .found = USEC_INFINITY });
        return QUERY_RUN(store, "DELETE FROM alarm WHERE object = $1", BIND_I(record->id));
}

static int put_event(Store *store, const char *collection, const Event *event, const Zone *fallback,
                usec_t now, ObjectOutcome *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        int r = find_kept(store, event_uid(event), &kept);
        if (r == 0)
                r = columns_of_event(event, fallback, &derived);
        if (r != 0)
                return r;
        ObjectRecord *record = &derived.record;
        record->collection = kept ? kept->collection : collection;
        if (kept && kept->kind == OBJECT_CARD)
                return STORE_E_CONFLICT;
        if (kept && same_text(kept, record)) {
                *ret = OBJECT_UNCHANGED;
                return 0;
        }
        if (kept)
                r = columns_of_sequence(store_zones(store), kept, event, record);
        if (r == 0)
                r = write_record(store, kept, record, now);
        if (r == 0)
                r = index_alarm(store, kept, record, now);
        if (r == 0)
                *ret = kept ? OBJECT_UPDATED : OBJECT_CREATED;
        return r;
}

int object_put_event(Store *store, const char *collection, const Event *event, const Zone *fallback,
                usec_t now, ObjectOutcome *ret)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, put_event(store, collection, event, fallback, now, ret));
}

/* "18:00" is on the contact's clock: another time zone moves its reminders. */
static int wake_alarms_of(Store *store, int64_t contact)
{
        return QUERY_RUN(store,
                        "UPDATE alarm SET next = 0, after_contact = 0"
                        " WHERE EXISTS (SELECT 1 FROM subscription WHERE contact = $1)",
                        BIND_I(contact));
}

/* Another wish or another clock is looked at anew; everything else leaves the next digest where it was. */
static int index_digest(Store *store, const Card *card, int64_t contact)
{
        char wish[PREFERENCE_TEXT_SIZE + 80], digest[PREFERENCE_TEXT_SIZE];
        DigestWish wanted = card_digest(card);
        const char *zone = card_zone_name(card);
        digest_format(&wanted, digest);
        snprintf(wish, sizeof(wish), "%s %s", digest, zone ? zone : "");
        return wanted.period == DIGEST_NONE ? digest_index_delete(store, contact)
                                            : digest_index_wish(store, contact, wish);
}

static int put_card(Store *store, const char *collection, const Card *card, usec_t now, ObjectOutcome *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        int r = find_kept(store, card_uid(card), &kept);
        if (r == 0)
                r = columns_of_card(card, &derived);
        if (r != 0)
                return r;
        ObjectRecord *record = &derived.record;
        record->collection = kept ? kept->collection : collection;
        if (kept && kept->kind != OBJECT_CARD)
                return STORE_E_CONFLICT;
        if (kept && same_text(kept, record)) {
                *ret = OBJECT_UNCHANGED;
                return 0;
        }
        r = write_record(store, kept, record, now);
        if (r == 0 && kept)
                r = wake_alarms_of(store, kept->id);
        if (r == 0)
                r = index_digest(store, card, record->id);
        if (r == 0)
                *ret = kept ? OBJECT_UPDATED : OBJECT_CREATED;
        return r;
}

int object_put_card(Store *store, const char *collection, const Card *card, usec_t now, ObjectOutcome *ret)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, put_card(store, collection, card, now, ret));
}

static int delete_object(Store *store, const char *uid, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        int64_t change;
        int r = object_get(store, uid, &kept);
        if (r == 0)
                r = next_change(store, kept->collection, &change);
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO tombstone (uid, id, collection, change, at, sequence)"
                                " VALUES ($1, $2, $3, $4, $5, $6)",
                                BIND_T(uid), BIND_I(kept->id), BIND_T(kept->collection), BIND_I(change),
                                BIND_I(now), BIND_I(kept->sequence));
        if (r == 0)
                r = stamp_categories(store, kept->collection, kept->categories, now);
        return r != 0 ? r : QUERY_RUN(store, "DELETE FROM object WHERE id = $1", BIND_I(kept->id));
}

int object_delete(Store *store, const char *uid, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, delete_object(store, uid, now));
}

/* `%,session,%` for LIKE, with its own wildcards escaped; "%" for any. */
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
        return walk->kinds & 1U << record.kind ? walk->on_object(&record, walk->userdata) : 0;
}

int object_each(Store *store, const ObjectFilter *filter,
                int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata)
{
        char like[256];
        like_category(filter->category, like, sizeof(like));
        bool bounded = filter->from != 0 || filter->to != 0;
        int64_t from = bounded ? filter->from : INT64_MIN, to = bounded ? filter->to : INT64_MAX;
        ObjectWalk walk = { filter->kinds ? filter->kinds : ~0U, on_object, userdata };
        return QUERY_EACH(store, read_object, &walk,
                        "SELECT " OBJECT_COLUMNS " FROM object"
                        " WHERE (collection = $1 OR $1 = '') AND categories LIKE $2 ESCAPE '\\'"
                        " AND (kind <> " SQL_OBJECT_EVENT " OR (start < $4 AND finish >= $3))"
                        " ORDER BY start, uid",
                        BIND_T(filter->collection ? filter->collection : ""), BIND_T(like), BIND_I(from),
                        BIND_I(to));
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
        ObjectChange change = {
                .change = record.change,
                .uid = record.uid,
                .id = record.id,
                .record = db_int(row, OBJECT_N_COLUMNS) ? NULL : &record,
                .at = record.changed,
        };
        return walk->on_change(&change, walk->userdata);
}

/* Objects and tombstones in one list; a tombstone's columns stand where an object's would. */
int object_changes(Store *store, const char *collection, int64_t since,
                int (*on_change)(const ObjectChange *change, void *userdata), void *userdata)
{
        ChangeWalk walk = { on_change, userdata };
        return QUERY_EACH(store, read_change, &walk,
                        "SELECT " OBJECT_COLUMNS ", 0 FROM object"
                        " WHERE change > $1 AND (collection = $2 OR $2 = '')"
                        " UNION ALL SELECT id, change, 0, collection, uid, '', '', '', '', sequence, 0, 0, 0, at, '', 1"
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

int object_count(Store *store, ObjectKind kind, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0, "SELECT count(*) FROM object WHERE kind = $1", BIND_I(kind));
}
