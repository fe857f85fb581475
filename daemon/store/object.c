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

#define OBJECT_COLUMNS                                                                                      \
        "id, change, kind, collection, uid, name, categories, status, class, sequence, start, finish, "     \
        "created,"                                                                                          \
        " changed, text"

int collection_ensure(Store *store, const char *name, bool is_cards, const char *zone_name)
{
        int64_t cards = 0;
        size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
        if (len == 0 || len > COLLECTION_NAME_MAX || name[len])
                return STORE_E_CONFLICT;
        int r = STORE_NUMBER(
                        store, &cards, -1, "SELECT cards FROM collection WHERE name = $1", BIND_T(name));
        if (r != 0)
                return r;
        if (cards >= 0)
                return cards == is_cards ? 0 : STORE_E_CONFLICT;
        return STORE_RUN(store,
                        "INSERT INTO collection (name, cards, zone, sequence) VALUES ($1, $2, $3, 0)"
                        " ON CONFLICT (name) DO NOTHING",
                        BIND_T(name), BIND_I(is_cards), BIND_T(zone_name));
}

int collection_each(Store *store,
                int (*on_collection)(const char *name, bool is_cards, int64_t sequence, void *userdata),
                void *userdata)
{
        DbStatement *statement;
        int r = db_prepare(store_db(store), "SELECT name, cards, sequence FROM collection ORDER BY name",
                        &statement);
        while (r == 0 && (r = db_step(statement)) == DB_ROW)
                r = on_collection(db_text(statement, 0, NULL), db_int(statement, 1) != 0,
                                db_int(statement, 2), userdata);
        if (r < 0)
                db_reset(statement);
        return r;
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

static int get_one(DbStatement *statement, ObjectRecord **ret)
{
        int r = db_step(statement);
        if (r != DB_ROW)
                return r == 0 ? STORE_E_NOT_FOUND : r;
        ObjectRecord borrowed;
        record_read(statement, &borrowed);
        ObjectRecord *record = record_copy(&borrowed);
        db_reset(statement);
        if (!record)
                return -ENOMEM;
        *ret = record;
        return 0;
}

int object_get(Store *store, const char *uid, ObjectRecord **ret)
{
        DbStatement *statement;
        int r = STORE_QUERY(store, &statement, "SELECT " OBJECT_COLUMNS " FROM object WHERE uid = $1",
                        BIND_T(uid));
        return r != 0 ? r : get_one(statement, ret);
}

int object_get_by_id(Store *store, int64_t id, ObjectRecord **ret)
{
        DbStatement *statement;
        int r = STORE_QUERY(store, &statement, "SELECT " OBJECT_COLUMNS " FROM object WHERE id = $1",
                        BIND_I(id));
        return r != 0 ? r : get_one(statement, ret);
}

int object_change(Store *store, int64_t id, int64_t *ret)
{
        int64_t change = 0;
        int r = STORE_NUMBER(store, &change, 0, "SELECT change FROM object WHERE id = $1", BIND_I(id));
        if (r != 0 || change == 0)
                return r != 0 ? r : STORE_E_NOT_FOUND;
        *ret = change;
        return 0;
}

static int stamp(Store *store, const char *collection, const char *category, usec_t now)
{
        return STORE_RUN(store,
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
        int r = store_count_up(store, "change", ret);
        if (r != 0)
                return r;
        return STORE_RUN(store, "UPDATE collection SET sequence = $1 WHERE name = $2", BIND_I(*ret),
                        BIND_T(collection));
}

/* What a deleted object with this UID was published with: its successor goes on from there. */
static int take_tombstone(Store *store, const char *uid, int64_t *ret_sequence)
{
        int r = STORE_NUMBER(store, ret_sequence, -1, "SELECT sequence FROM tombstone WHERE uid = $1",
                        BIND_T(uid));
        if (r != 0 || *ret_sequence < 0)
                return r;
        return STORE_RUN(store, "DELETE FROM tombstone WHERE uid = $1", BIND_T(uid));
}

static int insert(Store *store, ObjectRecord *record)
{
        int64_t sequence = -1;
        int r = take_tombstone(store, record->uid, &sequence);
        if (r == 0)
                r = store_count_up(store, "object", &record->id);
        if (r != 0)
                return r;
        if (record->sequence <= sequence)
                record->sequence = (int)sequence + 1;
        return STORE_RUN(store,
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
        return STORE_RUN(store,
                        "UPDATE object SET change = $2, kind = $3, name = $4, categories = $5, status = $6, "
                        "class = $7,"
                        " sequence = $8, start = $9, finish = $10, changed = $11, text = $12 WHERE id = $1",
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
        return STORE_RUN(store, "DELETE FROM alarm WHERE object = $1", BIND_I(record->id));
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
        return STORE_RUN(store,
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
                r = STORE_RUN(store,
                                "INSERT INTO tombstone (uid, id, collection, change, at, sequence)"
                                " VALUES ($1, $2, $3, $4, $5, $6)",
                                BIND_T(uid), BIND_I(kept->id), BIND_T(kept->collection), BIND_I(change),
                                BIND_I(now), BIND_I(kept->sequence));
        if (r == 0)
                r = stamp_categories(store, kept->collection, kept->categories, now);
        return r != 0 ? r : STORE_RUN(store, "DELETE FROM object WHERE id = $1", BIND_I(kept->id));
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

int object_each(Store *store, const ObjectFilter *filter,
                int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata)
{
        DbStatement *statement;
        char like[256];
        like_category(filter->category, like, sizeof(like));
        bool bounded = filter->from != 0 || filter->to != 0;
        int64_t from = bounded ? filter->from : INT64_MIN, to = bounded ? filter->to : INT64_MAX;
        unsigned kinds = filter->kinds ? filter->kinds : ~0U;
        int r = STORE_QUERY(store, &statement,
                        "SELECT " OBJECT_COLUMNS " FROM object WHERE ($1 = '' OR collection = $1)"
                        " AND categories LIKE $2 ESCAPE '\\' AND (kind <> 1 OR (start < $4 AND finish >= "
                        "$3)) ORDER BY start, uid",
                        BIND_T(filter->collection ? filter->collection : ""), BIND_T(like), BIND_I(from),
                        BIND_I(to));
        while (r == 0 && (r = db_step(statement)) == DB_ROW) {
                ObjectRecord record;
                record_read(statement, &record);
                r = kinds & 1U << record.kind ? on_object(&record, userdata) : 0;
        }
        if (r != 0)
                db_reset(statement);
        return r;
}

/* Objects and tombstones in one list; a tombstone's columns stand where an object's would. */
static const char changes_sql[] =
                "SELECT " OBJECT_COLUMNS ", 0 FROM object WHERE change > $1 AND ($2 = '' OR collection = $2)"
                " UNION ALL SELECT id, change, 0, collection, uid, '', '', '', '', sequence, 0, 0, 0, at, "
                "'', 1"
                " FROM tombstone WHERE change > $1 AND ($2 = '' OR collection = $2) ORDER BY 2";

int object_changes(Store *store, const char *collection, int64_t since,
                int (*on_change)(const ObjectChange *change, void *userdata), void *userdata)
{
        DbStatement *statement;
        int r = STORE_QUERY(
                        store, &statement, changes_sql, BIND_I(since), BIND_T(collection ? collection : ""));
        while (r == 0 && (r = db_step(statement)) == DB_ROW) {
                ObjectRecord record;
                record_read(statement, &record);
                ObjectChange change = {
                        .change = record.change,
                        .uid = record.uid,
                        .id = record.id,
                        .record = db_int(statement, 15) ? NULL : &record,
                        .at = record.changed,
                };
                r = on_change(&change, userdata);
        }
        if (r != 0)
                db_reset(statement);
        return r;
}

int object_newest_change(Store *store, const char *collection, const char *category, usec_t *ret)
{
        return STORE_NUMBER(store, ret, 0,
                        "SELECT max(at) FROM stamp WHERE ($1 = '' OR collection = $1) AND category = $2",
                        BIND_T(collection ? collection : ""), BIND_T(category ? category : ""));
}

int object_count(Store *store, ObjectKind kind, int64_t *ret)
{
        return STORE_NUMBER(store, ret, 0, "SELECT count(*) FROM object WHERE kind = $1", BIND_I(kind));
}
