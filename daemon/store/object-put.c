/*
 * Writes and deletes objects. A write changes the object, the sequence of its collection, and the times of
 * the last change of its categories (table `stamp`). It also makes the affected rows of the alarm index,
 * the digest index and contact_due due.
 */

#include "contact/preference.h"
#include "store/columns.h"
#include "store/contact-due.h"
#include "store/digest-index.h"
#include "store/due-index.h"
#include "store/meeting.h"
#include "store/object-internal.h"
#include "store/optout.h"
#include "store/query.h"
#include "store/resource.h"
#include "store/store-internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * Sets a time of the last change. Clients compare these times, so the time never goes back: if the clock
 * was set back, the new time is one second after the last one.
 */
static int stamp(Store *store, const char *collection, const char *category, usec_t now)
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
                        r = stamp(store, collection, word, now);
        return r;
}

/*
 * Sets the times of the last change for a record. Drafts and private events are not in public calendars, so
 * they do not change the times of those; confidential events are not in the calendar of a category.
 */
static int stamp_record(Store *store, const ObjectRecord *record, usec_t now)
{
        bool is_shown = record->kind == OBJECT_EVENT && strcmp(record->class, "PRIVATE") != 0;
        int r = stamp(store, record->collection, "", now);
        if (r == 0 && is_shown)
                r = stamp(store, record->collection, CHANGES_PUBLIC, now);
        if (r == 0 && is_shown && strcmp(record->class, "CONFIDENTIAL") != 0)
                r = stamp_categories(store, record->collection, record->categories, now);
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

enum { NO_TOMBSTONE = -2 };

/*
 * Searches for tombstones with the UID of the record, in any collection, or with its name. If there are
 * any, the SEQUENCE continues after the last one that was published for the deleted object.
 */
static int continue_sequence(Store *store, ObjectRecord *record, const char *name, bool *ret_found)
{
        int64_t sequence = NO_TOMBSTONE;
        int r = QUERY_NUMBER(store, &sequence, NO_TOMBSTONE,
                        "SELECT coalesce((SELECT max(sequence) FROM tombstone WHERE uid = $1),"
                        " (SELECT -1 FROM tombstone WHERE collection = $2 AND resource = $3))",
                        BIND_T(record->uid), BIND_T(record->collection), BIND_T(name));
        if (r == 0 && record->sequence <= sequence)
                record->sequence = (int)sequence + 1;
        *ret_found = sequence != NO_TOMBSTONE;
        return r;
}

static int insert_row(Store *store, const ObjectRecord *record)
{
        int r = QUERY_RUN(store,
                        "INSERT INTO object (" OBJECT_COLUMNS ")"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
                        " ON CONFLICT (collection, resource) DO NOTHING",
                        BIND_I(record->id), BIND_I(record->change), BIND_I(record->kind),
                        BIND_T(record->collection), BIND_T(record->uid), BIND_T(record->name),
                        BIND_T(record->categories), BIND_T(record->status), BIND_T(record->class),
                        BIND_I(record->sequence), BIND_I(record->start), BIND_I(record->end),
                        BIND_I(record->created), BIND_I(record->changed), BIND_B(record->text, record->len),
                        BIND_T(record->resource), BIND_T(record->address), BIND_T(record->parent));
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

/* An object from another store has the number that is kept for it (store/transfer.h). */
static int choose_number(Store *store, ObjectRecord *record)
{
        int r = object_numbers_take(store->numbers, record->collection, record->uid, &record->id);
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
                r = choose_number(store, record);
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
                        " class = $7, sequence = $8, start = $9, finish = $10, changed = $11, text = $12, address = $13, parent = $14"
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
 * Finds the object with the given name. STORE_E_CONFLICT: the name belongs to another UID, or the UID has
 * another name in the collection.
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
        if (r != 0 || other)
                return r != 0 ? r : STORE_E_CONFLICT;
        *ret = TAKE_PTR(named);
        return 0;
}

/* Finds the object that a put replaces (NULL if there is none), and checks the if_change of the put. */
static int find_kept(Store *store, const ObjectPut *put, const char *uid, ObjectRecord **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        int r = put->resource   ? find_by_name(store, put, uid, &kept)
                : put->anywhere ? allow_missing(object_find(store, uid, &kept))
                                : allow_missing(object_get_by_uid(store, put->collection, uid, &kept));
        if (r != 0)
                return r;
        int64_t change = kept ? kept->change : OBJECT_NOT_THERE;
        if (put->if_change != 0 && put->if_change != change)
                return STORE_E_MISMATCH;
        *ret = TAKE_PTR(kept);
        return 0;
}

static bool same_text(const ObjectRecord *kept, const ObjectRecord *given)
{
        return kept && kept->len == given->len && memcmp(kept->text, given->text, given->len) == 0;
}

/*
 * Writes a derived record with a new change number, as a new object or over the stored one. Also sets the
 * times of the last change, for the categories of the old and of the new version.
 */
static int write_record(Store *store, const ObjectRecord *kept, ObjectRecord *record, usec_t now)
{
        int r = next_change(store, record->collection, &record->change);
        if (r != 0)
                return r;
        record->id = kept ? kept->id : 0;
        record->created = kept ? kept->created : now;
        record->changed = kept && kept->changed >= now ? kept->changed + USEC_PER_SEC : now;
        r = kept ? update(store, record) : insert(store, record);
        if (r == 0 && kept)
                r = stamp_record(store, kept, now);
        return r != 0 ? r : stamp_record(store, record, now);
}

static bool is_to_come(const ObjectRecord *record, usec_t now)
{
        return record && record->kind == OBJECT_EVENT && record->end > now;
}

static bool has_same_times(const ObjectRecord *kept, const ObjectRecord *record)
{
        return kept && kept->kind == record->kind && kept->start == record->start &&
               kept->end == record->end;
}

/*
 * Makes an event due at once if there may be reminders to send or to cancel. An event that has ended is
 * processed only if it still has a row in the index, for reminders that an outage has delayed. If the times
 * of the event are the same, the row keeps the time of the engine's last run.
 */
static int index_alarm(Store *store, const ObjectRecord *kept, const ObjectRecord *record, usec_t now)
{
        bool same_times = has_same_times(kept, record);
        if (same_times && is_to_come(record, now))
                return due_index_wake(store, record->id);
        if (same_times)
                return due_index_wake_known(store, record->id);
        if (is_to_come(record, now) || is_to_come(kept, now))
                return due_index_set(store, &(DueEntry){ .object = record->id, .found = USEC_INFINITY });
        return !kept ? 0 : QUERY_RUN(store, "DELETE FROM alarm WHERE object = $1", BIND_I(record->id));
}

/* Applies `notify` to an earlier change whose notice still waits. */
static int notify_anew(Store *store, int64_t object, DueNotify notify)
{
        int r = due_index_wake_known(store, object);
        return r == 0 ? due_index_set_notify(store, object, notify) : r;
}

static void place(const ObjectPut *put, const ObjectRecord *kept, ObjectRecord *record)
{
        record->collection = kept ? kept->collection : put->collection;
        record->resource = put->resource;
}

/*
 * Whether an event, draft or offer may replace the stored object: a draft may become an event and vice
 * versa.
 */
static bool may_replace(const ObjectRecord *kept, const ObjectRecord *record)
{
        return kept->kind != OBJECT_CARD && (kept->kind == OBJECT_OFFER) == (record->kind == OBJECT_OFFER);
}

/*
 * Refuses to change the booking of an open meeting. Only a step of the meeting changes it, together with
 * the slot and the mails.
 */
static int check_meeting(Store *store, const ObjectRecord *kept)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        int r = strcmp(kept->collection, COLLECTION_MEETINGS) == 0
                                ? meeting_get_by_uid(store, kept->uid, &meeting)
                                : STORE_E_NOT_FOUND;
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return meeting_state_is_final(meeting->state) ? 0 : STORE_E_MEETING;
}

static int put_event(Store *store, const Event *event, const ObjectPut *put, ObjectOutcome *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        int r = find_kept(store, put, event_uid(event), &kept);
        if (r == 0)
                r = columns_of_event(event, put->fallback, &derived);
        if (r != 0)
                return r;
        ObjectRecord *record = &derived.record;
        place(put, kept, record);
        if (kept && !may_replace(kept, record))
                return STORE_E_CONFLICT;
        if (same_text(kept, record)) {
                *ret = OBJECT_UNCHANGED;
                return put->notify == DUE_NOTIFY_SETTLED ? 0 : notify_anew(store, kept->id, put->notify);
        }
        if (kept && !put->is_step)
                r = check_meeting(store, kept);
        if (r == 0 && kept)
                r = columns_of_sequence(store_zones(store), kept, event, put->refuse_stale, record);
        if (r == 0)
                r = write_record(store, kept, record, put->now);
        if (r == 0)
                r = index_alarm(store, kept, record, put->now);
        if (r == 0 && kept)
                r = due_index_set_notify(store, record->id, put->notify);
        if (r == 0)
                *ret = kept ? OBJECT_UPDATED : OBJECT_CREATED;
        return r;
}

int object_put_event(Store *store, const Event *event, const ObjectPut *put, ObjectOutcome *ret)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, put_event(store, event, put, ret));
}

/* Records when the address changed: mails before that time were sent to another address. */
static int note_address(Store *store, const ObjectRecord *kept, const ObjectRecord *record, usec_t now)
{
        CLEANUP(cleanup_free) char *category = NULL;
        if (strcmp(kept->address, record->address) == 0)
                return 0;
        if (asprintf(&category, "%s%s", CHANGES_ADDRESS, kept->uid) < 0) {
                category = NULL;
                return -ENOMEM;
        }
        return stamp(store, kept->collection, category, now);
}

int object_index_digest(Store *store, const Card *card, const ObjectRecord *kept, int64_t contact)
{
        char wish[PREFERENCE_TEXT_SIZE + 80], digest[PREFERENCE_TEXT_SIZE];
        DigestWish wanted = card_digest(card);
        if (wanted.period == DIGEST_NONE)
                return kept ? digest_index_delete(store, contact) : 0;
        const char *zone = card_zone_name(card);
        digest_format(&wanted, digest);
        snprintf(wish, sizeof(wish), "%s %s", digest, zone ? zone : "");
        return digest_index_wish(store, contact, wish);
}

static int put_card(Store *store, const Card *card, const ObjectPut *put, ObjectOutcome *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        int r = find_kept(store, put, card_uid(card), &kept);
        if (r == 0)
                r = columns_of_card(card, &derived);
        if (r != 0)
                return r;
        ObjectRecord *record = &derived.record;
        place(put, kept, record);
        if (kept && kept->kind != OBJECT_CARD)
                return STORE_E_CONFLICT;
        if (same_text(kept, record)) {
                *ret = OBJECT_UNCHANGED;
                return 0;
        }
        bool has_new_address = !kept || strcmp(kept->address, record->address) != 0;
        r = write_record(store, kept, record, put->now);
        if (r == 0 && has_new_address)
                r = optout_recall(store, record->id, put->now);
        if (r == 0 && has_new_address)
                r = meeting_note_host(store, record->uid, put->now);
        if (r == 0 && kept)
                r = note_address(store, kept, record, put->now);
        if (r == 0 && kept)
                r = contact_due_wake_listings(store, kept->id);
        if (r == 0)
                r = object_index_digest(store, card, kept, record->id);
        if (r == 0)
                *ret = kept ? OBJECT_UPDATED : OBJECT_CREATED;
        return r;
}

int object_put_card(Store *store, const Card *card, const ObjectPut *put, ObjectOutcome *ret)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, put_card(store, card, put, ret));
}

static int bury(Store *store, const ObjectRecord *kept, usec_t now)
{
        int64_t change;
        int r = check_meeting(store, kept);
        if (r == 0)
                r = next_change(store, kept->collection, &change);
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO tombstone (collection, resource, uid, id, change, at, sequence)"
                                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                                BIND_T(kept->collection), BIND_T(kept->resource), BIND_T(kept->uid),
                                BIND_I(kept->id), BIND_I(change), BIND_I(now), BIND_I(kept->sequence));
        if (r == 0)
                r = stamp_record(store, kept, now);
        if (r == 0 && kept->kind == OBJECT_CARD)
                r = optout_remember(store, kept->id);
        return r != 0 ? r : QUERY_RUN(store, "DELETE FROM object WHERE id = $1", BIND_I(kept->id));
}

static int delete_object(
                Store *store, const char *collection, const char *resource, int64_t if_change, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        int r = object_get(store, collection, resource, &kept);
        if (r == 0 && if_change != 0 && if_change != kept->change)
                r = STORE_E_MISMATCH;
        return r != 0 ? r : bury(store, kept, now);
}

int object_delete(Store *store, const char *collection, const char *resource, int64_t if_change, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r
                      : store_write_end(&write, delete_object(store, collection, resource, if_change, now));
}

static int delete_found(Store *store, const char *uid, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        int r = object_find(store, uid, &kept);
        return r != 0 ? r : bury(store, kept, now);
}

int object_delete_found(Store *store, const char *uid, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, delete_found(store, uid, now));
}
