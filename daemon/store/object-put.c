/*
 * Writes and deletes objects. A write changes the object, the sequence of its collection, and the times of
 * the last change of its categories (table `stamp`). It also makes the affected rows of the alarm index,
 * the digest index and contact_due due.
 */

#include "contact/preference.h"
#include "store/change-task.h"
#include "store/columns.h"
#include "store/contact-due.h"
#include "store/digest-index.h"
#include "store/due-index.h"
#include "store/history-internal.h"
#include "store/ledger.h"
#include "store/meeting.h"
#include "store/object-hide.h"
#include "store/object-internal.h"
#include "store/optout.h"
#include "store/person.h"
#include "store/query.h"
#include "store/resource.h"
#include "store/store-internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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
int object_index_alarm(Store *store, const ObjectRecord *kept, const ObjectRecord *record, usec_t now)
{
        bool same_times = has_same_times(kept, record);
        if (same_times && is_to_come(record, now))
                return due_index_wake(store, record->id);
        if (same_times)
                return due_index_wake_known(store, record->id);
        if (is_to_come(record, now) || is_to_come(kept, now))
                return due_index_set(store, &(DueEntry){ .object = record->id, .found = USEC_INFINITY });
        if (!kept)
                return 0;
        int r = QUERY_RUN(store, "DELETE FROM change_task WHERE object = $1", BIND_I(record->id));
        return r != 0 ? r : QUERY_RUN(store, "DELETE FROM alarm WHERE object = $1", BIND_I(record->id));
}

/* Applies `notify` to the last change, whose notice may still wait. */
static int notify_anew(Store *store, const ObjectRecord *record, const ObjectPut *put)
{
        int r = due_index_set_notify(store, record->id, put->notify);
        if (r == 0 && put->notify == DUE_NOTIFY_NONE)
                r = change_task_tell_nobody(store, record, put->now);
        return r;
}

void object_place(const ObjectPut *put, const ObjectRecord *kept, ObjectRecord *record)
{
        record->collection = kept ? kept->collection : put->collection;
        record->resource = put->resource;
}

bool object_may_replace(ObjectKind kept, ObjectKind given)
{
        const unsigned office = 1U << OBJECT_EVENT | 1U << OBJECT_DRAFT;
        const unsigned journals = 1U << OBJECT_DRAFT | 1U << OBJECT_JOURNAL;
        const unsigned own = 1U << OBJECT_OWN_EVENT | 1U << OBJECT_TODO | 1U << OBJECT_JOURNAL;
        const unsigned groups[] = { office, journals, own };
        const unsigned both = 1U << kept | 1U << given;
        for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
                if ((both & groups[i]) == both)
                        return true;
        return kept == given;
}

int object_check_meeting(Store *store, const ObjectRecord *kept)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        int r = strcmp(kept->collection, COLLECTION_MEETINGS) == 0
                                ? meeting_get_by_uid(store, kept->uid, &meeting)
                                : STORE_E_NOT_FOUND;
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return meeting_state_is_final(meeting->state) ? 0 : STORE_E_MEETING;
}

/* Finds the place of an offer that is put into the default calendar: a calendar of their own. */
static int place_offer(Store *store, const Event *event, ObjectPut *put, ObjectRecord **ret_kept)
{
        bool is_placed = *ret_kept || put->resource || !event_is_availability(event) ||
                         strcmp(put->collection, COLLECTION_EVENTS) != 0;
        if (is_placed)
                return 0;
        put->collection = COLLECTION_OFFERS;
        int r = collection_ensure(store, COLLECTION_OFFERS, false, zone_name(put->fallback));
        return r != 0 ? r : object_find_kept(store, put, event_uid(event), ret_kept);
}

static int put_event(Store *store, const Event *event, const ObjectPut *wanted, ObjectOutcome *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        ObjectPut placed = *wanted;
        const ObjectPut *put = &placed;
        int r = object_find_kept(store, put, event_uid(event), &kept);
        if (r == 0)
                r = place_offer(store, event, &placed, &kept);
        bool is_hidden = r == 0 && kept && object_is_hidden(kept);
        if (is_hidden && put->if_change == OBJECT_NOT_THERE)
                kept = object_record_free(kept);
        if (r == 0)
                r = columns_of_event(event, put->fallback, &derived);
        if (r != 0)
                return r;
        ObjectRecord *record = &derived.record;
        object_place(put, kept, record);
        if (kept && !object_may_replace(kept->kind, record->kind))
                return STORE_E_CONFLICT;
        if (object_same_text(kept, record) && !is_hidden) {
                *ret = OBJECT_UNCHANGED;
                if (put->notify == DUE_NOTIFY_SETTLED)
                        return 0;
                r = due_index_wake_known(store, kept->id);
                return r == 0 ? notify_anew(store, kept, put) : r;
        }
        if (kept && !put->is_step)
                r = object_check_meeting(store, kept);
        if (r == 0 && kept)
                r = columns_of_sequence(store_zones(store), kept, event, put->refuse_stale, record);
        if (r == 0)
                r = object_unhide(store, put, kept, record);
        if (r == 0)
                r = object_write_record(store, kept, record, put);
        if (r == 0)
                r = object_index_alarm(store, kept, record, put->now);
        if (r == 0 && kept)
                r = notify_anew(store, record, put);
        if (r == 0)
                *ret = kept ? OBJECT_UPDATED : OBJECT_CREATED;
        return r;
}

int object_put_event(Store *store, const Event *event, const ObjectPut *put, ObjectOutcome *ret)
{
        StoreWrite write;
        if (collection_is_own_name(put->collection))
                return object_put_own_event(store, event, put, ret);
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
        return object_stamp(store, kept->collection, category, now);
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

static int put_own_card(Store *store, const ObjectRecord *kept, ObjectRecord *record, const ObjectPut *put,
                ObjectOutcome *ret)
{
        int r = object_write_record(store, kept, record, put);
        if (r == 0)
                *ret = kept ? OBJECT_UPDATED : OBJECT_CREATED;
        return r;
}

static int put_card(Store *store, const Card *card, const ObjectPut *put, ObjectOutcome *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        int r = object_find_kept(store, put, card_uid(card), &kept);
        if (r == 0)
                r = columns_of_card(card, collection_is_own_name(put->collection), &derived);
        if (r != 0)
                return r;
        ObjectRecord *record = &derived.record;
        object_place(put, kept, record);
        if (kept && kept->kind != record->kind)
                return STORE_E_CONFLICT;
        if (object_same_text(kept, record)) {
                *ret = OBJECT_UNCHANGED;
                return 0;
        }
        if (record->kind == OBJECT_OWN_CARD)
                return put_own_card(store, kept, record, put, ret);
        bool has_new_address = !kept || strcmp(kept->address, record->address) != 0;
        r = object_write_record(store, kept, record, put);
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
                r = person_put(store, card, record->id);
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

/* Programs move an event by PUT and DELETE: what was mailed about it is about the one that stays. */
static int pass_mails_on(Store *store, const ObjectRecord *kept)
{
        int64_t other = 0;
        int r = kept->kind != OBJECT_EVENT
                                ? 0
                                : QUERY_NUMBER(store, &other, 0,
                                                  "SELECT coalesce(max(id), 0) FROM object WHERE uid = $1"
                                                  " AND id <> $2 AND kind = " SQL_OBJECT_EVENT,
                                                  BIND_T(kept->uid), BIND_I(kept->id));
        if (r != 0 || other == 0)
                return r;
        r = ledger_pass_on(store, kept->id, other, kept->uid);
        return r != 0 ? r : change_task_pass_on(store, kept->id, other);
}

static int delete_kept(Store *store, const ObjectRecord *kept, usec_t now)
{
        int r = object_check_meeting(store, kept);
        if (r == 0)
                r = object_leave_tombstone(store, kept, kept->id, now);
        if (r == 0)
                r = object_stamp_record(store, kept, now);
        if (r == 0 && kept->kind != OBJECT_MESSAGE)
                r = history_note_deletion(store, kept, kept->changed > now ? kept->changed : now);
        if (r == 0 && kept->kind == OBJECT_CARD)
                r = optout_remember(store, kept->id);
        if (r == 0 && kept->kind == OBJECT_CARD)
                r = meeting_note_host(store, kept->uid, now);
        if (r == 0)
                r = pass_mails_on(store, kept);
        if (r == 0)
                r = QUERY_RUN(store, "DELETE FROM property WHERE collection = $1 AND resource = $2",
                                BIND_T(kept->collection), BIND_T(kept->resource));
        return r != 0 ? r : QUERY_RUN(store, "DELETE FROM object WHERE id = $1", BIND_I(kept->id));
}

static int delete_object(
                Store *store, const char *collection, const char *resource, int64_t if_change, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        int r = object_get(store, collection, resource, &kept);
        if (r == 0 && if_change != 0 && if_change != kept->change)
                r = STORE_E_MISMATCH;
        return r != 0 ? r : delete_kept(store, kept, now);
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
        return r != 0 ? r : delete_kept(store, kept, now);
}

int object_delete_found(Store *store, const char *uid, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, delete_found(store, uid, now));
}
