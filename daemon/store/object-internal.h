#pragma once

/* Inside of store/ only: shared by the files that read and write objects. */

#include "store/object.h"

enum { OBJECT_N_COLUMNS = 19 };

#define OBJECT_COLUMNS                                                                                      \
        "id, change, kind, collection, uid, name, categories, status, class, sequence, start, finish,"      \
        " created, changed, text, resource, address, parent, schedule_tag"

/*
 * The value of the column `unpublished` for an object that gets a name: 1 if it is a draft, and nothing else
 * had that name, as far as the tombstones tell. Once published, an object is not `unpublished` again: its
 * readers must hear that it is gone (RFC 6578, 3.5.2).
 */
#define SQL_UNPUBLISHED_AT(kind, collection_name, name)                                                     \
        "CASE WHEN " kind " = " SQL_OBJECT_DRAFT " AND NOT EXISTS (SELECT 1 FROM tombstone"                 \
        " WHERE tombstone.collection = " collection_name " AND tombstone.resource = " name                  \
        " AND tombstone.unpublished = 0) THEN 1 ELSE 0 END"

/*
 * Rows of the table `stamp` that are not about a category, with names that are unusual for a category.
 * CHANGES_PUBLIC is about the events of a collection that public calendars show. CHANGES_ADDRESS with the
 * UID of a contact is about the contact's mail address.
 */
#define CHANGES_PUBLIC  "+public"
#define CHANGES_ADDRESS "+address:"

/**
 * object_index_digest() - update the digest index. The contact becomes due if its wishes for the digest or
 * its time zone have changed, or if it has no row yet; other changes do not affect the next digest.
 * @kept: the stored card; NULL if the contact is new
 */
int object_index_digest(Store *store, const Card *card, const ObjectRecord *kept, int64_t contact);

/**
 * object_stamp() - set a time of the last change (table `stamp`)
 * object_stamp_record() - set the times of the last change for a record
 */
int object_stamp(Store *store, const char *collection, const char *category, usec_t now);
int object_stamp_record(Store *store, const ObjectRecord *record, usec_t now);

/**
 * object_next_change() - take the next change number, which also becomes the sequence of the collection
 * @bytes: by how much the change lets the texts of the collection grow; negative if they become less
 */
int object_next_change(Store *store, const char *collection, int64_t bytes, int64_t *ret);

/**
 * object_leave_tombstone() - note, with the next change number, that an object leaves its collection and
 * gives up its name there; before its row changes
 * @id: the number of the tombstone: that of the object if it is deleted
 */
int object_leave_tombstone(Store *store, const ObjectRecord *kept, int64_t id, usec_t now);

/**
 * object_find_kept() - find the object that a put replaces, and check the if_change of the put
 * @ret: NULL if there is none; can be a hidden event, also if if_change is OBJECT_NOT_THERE
 *
 * Return: 0, STORE_E_CONFLICT, STORE_E_MISMATCH, another condition of the store, negative errno.
 */
int object_find_kept(Store *store, const ObjectPut *put, const char *uid, ObjectRecord **ret);

/** object_same_text() - whether the stored object (NULL for none) has the text of a record */
bool object_same_text(const ObjectRecord *kept, const ObjectRecord *given);

/**
 * object_write_record() - write a derived record with a new change number, as a new object or over the
 * stored one @kept, set the times of the last change for both, and write the history
 */
int object_write_record(Store *store, const ObjectRecord *kept, ObjectRecord *record, const ObjectPut *put);

/**
 * object_place() - set the collection and the name of a record
 * @kept: the stored object that it replaces; NULL for none
 */
void object_place(const ObjectPut *put, const ObjectRecord *kept, ObjectRecord *record);

/** object_index_alarm() - make an event due at once if there may be reminders to send or to cancel */
int object_index_alarm(Store *store, const ObjectRecord *kept, const ObjectRecord *record, usec_t now);

/**
 * object_put_own_event() - write an event to a collection of an account: object_put_plain() with its text
 */
int object_put_own_event(Store *store, const Event *event, const ObjectPut *put, ObjectOutcome *ret);

/**
 * object_check_meeting() - refuse to change the booking of an open meeting (STORE_E_MEETING). Only a step of
 * the meeting changes it, together with the slot and the mails.
 */
int object_check_meeting(Store *store, const ObjectRecord *kept);

/** object_may_replace() - whether an object may replace a stored one, by their kinds */
bool object_may_replace(ObjectKind kept, ObjectKind given);
