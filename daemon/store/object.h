#pragma once

/*
 * Objects in collections. The text as given is authoritative; the other columns are derived from it in the
 * same transaction. The key of an object is its collection and its name in the collection. A UID is unique
 * in a collection. Each write takes the next number of the store's change sequence, and this number is also
 * the new sync token of the collection. A deletion leaves a tombstone with the same key.
 */

#include "calendar/event.h"
#include "calendar/plain.h"
#include "contact/card.h"
#include "store/collection.h"
#include "store/due-notify.h"
#include "store/store.h"

typedef enum ObjectKind {
        OBJECT_EVENT = 1, /* VEVENT */
        OBJECT_DRAFT = 2, /* VJOURNAL, STATUS:DRAFT */
        OBJECT_CARD = 3,
        OBJECT_OFFER = 4, /* VAVAILABILITY: not in feeds, on pages or in the alarm index */
        /* Kept for calendar programs only: in no feed, page, list, reminder or free-busy time. */
        OBJECT_TODO = 5,      /* VTODO */
        OBJECT_JOURNAL = 6,   /* VJOURNAL that is no draft, and any of a collection of an account */
        OBJECT_OWN_EVENT = 7, /* VEVENT of a collection of an account */
        OBJECT_OWN_CARD = 8,  /* vCard of a collection of an account */
        OBJECT_MESSAGE = 9,   /* a scheduling message in the inbox of an account (RFC 6638, 2.2) */
} ObjectKind;

/* The same values for the text of a statement. */
#define SQL_OBJECT_EVENT     "1"
#define SQL_OBJECT_DRAFT     "2"
#define SQL_OBJECT_CARD      "3"
#define SQL_OBJECT_OFFER     "4"
#define SQL_OBJECT_JOURNAL   "6"
#define SQL_OBJECT_OWN_EVENT "7"
#define SQL_OBJECT_OWN_CARD  "8"

/* The kinds that the office sees, for the text of a statement: those up to this one. */
#define SQL_OBJECT_LAST_OF_OFFICE SQL_OBJECT_OFFER

/** object_kind_is_card() - whether the text of an object is a vCard */
bool object_kind_is_card(ObjectKind kind);

/* One stored object; borrowed for the callback or until the ObjectRecord is freed. */
typedef struct ObjectRecord {
        int64_t id;
        int64_t change; /* number of the last change */
        ObjectKind kind;
        const char *collection;
        const char *resource; /* name in the collection: "e1_40example.org.ics" */
        const char *uid;
        const char *text;
        size_t len;
        const char *name;       /* SUMMARY or FN, decoded; "" if there is none */
        const char *categories; /* lower case, `,session,exhibition,`; "," if there are none */
        const char *status;     /* STATUS as in iCalendar, or the KIND of a card; "" if there is none */
        const char *class;      /* "PUBLIC", "PRIVATE", "CONFIDENTIAL" */
        const char *address;    /* a contact's mail address, as address_fold() returns it; "" for none */
        const char *parent;     /* UID of the event that this one is a part of; "" for none */
        int sequence;   /* SEQUENCE to publish: rises if time, place or status change; at least the text's */
        usec_t start;   /* of the series, in the event's or the collection's zone; 0 for drafts and cards */
        usec_t end;     /* USEC_INFINITY for an endless series */
        usec_t created; /* when the object was first stored */
        usec_t changed; /* when the text last changed */
        /* number of the change that set the schedule tag (RFC 6638, 3.2.10); 0: no scheduling object */
        int64_t schedule_tag;
} ObjectRecord;

/** object_record_copy() - make a copy that owns its strings. Return: NULL when memory ran out. */
ObjectRecord *object_record_copy(const ObjectRecord *record);

/* object_record_free() - free a copy that owns its strings */
ObjectRecord *object_record_free(ObjectRecord *record);
DEFINE_CLEANUP(ObjectRecord, object_record_freep, object_record_free)

typedef enum ObjectOutcome { OBJECT_CREATED, OBJECT_UPDATED, OBJECT_UNCHANGED } ObjectOutcome;

enum { OBJECT_NOT_THERE = -1 };

/* Target and conditions of a write. */
typedef struct ObjectPut {
        const char *collection;
        /*
         * Name in the collection. NULL: the name that the object with this UID has in the collection; for a
         * new object, a name derived from the UID (store/resource.h).
         */
        const char *resource;
        /*
         * Replace the object with this UID in whatever collection it is; then @collection is only for a new
         * object. Not together with @resource.
         */
        bool anywhere;
        /*
         * The change number that the stored object must have; OBJECT_NOT_THERE: no object may exist; 0: no
         * condition.
         */
        int64_t if_change;
        /* Refuse an event that is older than the stored event (event_compare_versions()); for imports. */
        bool refuse_stale;
        /* The write is part of a step of a meeting. Otherwise the booking of a meeting is not changed. */
        bool is_step;
        /* The write is a deletion of which contacts hear first (store/history.h). */
        bool is_deletion;
        DueNotify notify;     /* how contacts hear of the change; not for cards */
        const Zone *fallback; /* for dates without a zone; borrowed; not for cards */
        usec_t now;
} ObjectPut;

/**
 * object_put_event() - write an event, draft or offer
 * object_put_card() - write a card
 * object_put_plain() - write a task, a journal entry, or an event of a collection of an account
 *
 * A new offer for COLLECTION_EVENTS without a name is put into COLLECTION_OFFERS.
 *
 * The collection decides the kind: in a collection of an account, object_put_event() and object_put_card()
 * write OBJECT_OWN_EVENT and OBJECT_OWN_CARD, and object_put_plain() takes any event.
 *
 * Writing the same bytes again returns OBJECT_UNCHANGED and takes no change number. A draft may become an
 * event and vice versa, under the same UID. Writing an event makes its row of the alarm index due; writing
 * a card updates the digest index.
 *
 * Return: 0, STORE_E_MISMATCH (if_change), STORE_E_STALE (refuse_stale), STORE_E_CONFLICT (the name belongs
 * to another UID, the UID has another name in the collection, or one of the stored and the new object is a
 * card or an offer and the other is not), STORE_E_MEETING (unless is_step), another condition of the store,
 * negative errno. object_put_plain() in a collection of the office, with an event: -EINVAL.
 */
int object_put_event(Store *store, const Event *event, const ObjectPut *put, ObjectOutcome *ret);
int object_put_card(Store *store, const Card *card, const ObjectPut *put, ObjectOutcome *ret);
int object_put_plain(Store *store, const PlainObject *plain, const ObjectPut *put, ObjectOutcome *ret);

/**
 * object_put_message() - add a scheduling message to an inbox (collection_inbox())
 * @resource: its name, which is not taken, and also its UID in the store: several messages can be about one
 *            event
 * @text:     a whole VCALENDAR with a METHOD; not checked here
 *
 * Return: 0, STORE_E_CONFLICT if the name is taken, another condition of the store, negative errno.
 */
int object_put_message(Store *store, const char *inbox, const char *resource, const char *text, size_t len,
                usec_t now);

/**
 * object_set_schedule_tag() - make the last change of an object the one that set its schedule tag or, with
 * @is_scheduled false, say that it is no scheduling object. Nothing if there is no such object.
 */
int object_set_schedule_tag(Store *store, const char *collection, const char *resource, bool is_scheduled);

/**
 * object_get() - read an object by its key
 * object_get_by_uid() - read an object by its UID in one collection
 * object_find() - read an object of the office by its UID, in any collection, but no task or journal; if
 * several collections have the UID, from the first of them by name
 * object_get_by_id() - read an object by its id
 * @ret: free it with object_record_free(); NULL on failure
 *
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, negative errno.
 */
int object_get(Store *store, const char *collection, const char *resource, ObjectRecord **ret);
int object_get_by_uid(Store *store, const char *collection, const char *uid, ObjectRecord **ret);
int object_find(Store *store, const char *uid, ObjectRecord **ret);
int object_get_by_id(Store *store, int64_t id, ObjectRecord **ret);

/**
 * object_change() - the number of an object's last change, without reading the rest of the object
 *
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, negative errno.
 */
int object_change(Store *store, int64_t id, int64_t *ret);

/**
 * object_delete() - delete an object by its key; leaves a tombstone
 * @if_change: as in ObjectPut, but never OBJECT_NOT_THERE
 *
 * Return: 0, STORE_E_NOT_FOUND, STORE_E_MISMATCH, STORE_E_MEETING, another condition of the store, negative
 * errno.
 */
int object_delete(Store *store, const char *collection, const char *resource, int64_t if_change, usec_t now);

/**
 * object_move() - give an object another name or collection; it keeps its number, so that listings and mails
 * go on. Leaves a tombstone with the old key.
 *
 * Both collections must be the office's or both of accounts, because the kind of the object stays the same.
 * Return: 0; STORE_E_NOT_FOUND; STORE_E_CONFLICT if the new key or the UID is taken in the new collection;
 * STORE_E_MEETING; -EINVAL for collections of both sorts; another condition of the store, negative errno.
 */
int object_move(Store *store, const char *collection, const char *resource, const char *to_collection,
                const char *to_resource, usec_t now);

/**
 * object_delete_found() - delete the object that object_find() returns for the UID; leaves a tombstone
 *
 * Return: 0, STORE_E_NOT_FOUND, STORE_E_MEETING, another condition of the store, negative errno.
 */
int object_delete_found(Store *store, const char *uid, usec_t now);

/**
 * object_find_prefix() - call @on_uid for the UIDs of objects of the office that begin with a text, for two
 * at most
 * @ret_n: the number of UIDs, up to 2
 *
 * The cost depends on the number of UIDs that begin so, and on their collections.
 */
int object_find_prefix(Store *store, const char *prefix, int (*on_uid)(const char *uid, void *userdata),
                void *userdata, int64_t *ret_n);

/**
 * object_each_of_uid() - call @on_object for each object of the office with a UID, but no task or journal,
 * in order of collection
 */
int object_each_of_uid(Store *store, const char *uid,
                int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata);

typedef struct ObjectFilter {
        const char *collection; /* NULL: all */
        const char *category;   /* lower case; NULL: all */
        const char *parent;     /* UID of an event: only its parts; NULL: all */
        unsigned kinds;         /* bits 1 << ObjectKind; 0: all */
        usec_t from, to;        /* events that overlap [from, to), and all other objects; both 0: no limit */
} ObjectFilter;

/**
 * object_each() - call @on_object for each matching object, in order of start, then UID
 *
 * With a parent, no other object than its parts is read; if only events match, no object of another kind.
 */
int object_each(Store *store, const ObjectFilter *filter,
                int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata);

/**
 * object_each_in_span() - call @on_object for each object of some kinds in a collection; for events, only if
 * their span overlaps a range
 * @kinds:     bits 1 << ObjectKind
 * @from, @to: the range [from, to); INT64_MIN and USEC_INFINITY for no limit
 *
 * Events that take more than OBJECT_SHORT from start to end, endless series among them, come first. The work
 * depends on the number of these, and on the number of other events that begin in the range or up to
 * OBJECT_SHORT before it, but not on the number of all events.
 */
int object_each_in_span(Store *store, const char *collection, unsigned kinds, usec_t from, usec_t to,
                int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata);

#define OBJECT_SHORT     (40 * USEC_PER_DAY)
#define SQL_OBJECT_SHORT "3456000000000"

/* The condition that an object is an event, for the text of a statement. */
#define SQL_OBJECT_ANY_EVENT "(kind = " SQL_OBJECT_EVENT " OR kind = " SQL_OBJECT_OWN_EVENT ")"

/** A lost object: its UID ("" if unknown) and its number. */
typedef struct ObjectLoss {
        const char *uid;
        int64_t first, last; /* range of possible numbers; equal for one object */
} ObjectLoss;

/**
 * object_each_readable() - as object_each(), but a damaged store does not end it: after damage, the objects
 * that can still be read follow in order of their numbers
 * @on_loss: called for each object that cannot be read, and for each range of numbers where objects may be
 *           lost, whether or not they match the filter; NULL is allowed
 *
 * Return: as object_each(); DB_E_CORRUPT only if no matching object can be read.
 */
int object_each_readable(Store *store, const ObjectFilter *filter,
                int (*on_object)(const ObjectRecord *record, void *userdata),
                int (*on_loss)(const ObjectLoss *loss, void *userdata), void *userdata);

/**
 * object_each_part() - call @on_object for each part of an event, drafts included, in order of start, then
 * UID. The parts of parts are left out. Reads no other object.
 */
int object_each_part(Store *store, const char *parent,
                int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata);

/** object_has_parts() - whether an event has parts, drafts included */
int object_has_parts(Store *store, const char *uid, bool *ret);

/**
 * object_each_card() - call @on_object for each card of the office, in order of name, then UID
 * object_each_offer() - call @on_object for each offer, in order of UID
 *
 * Other objects are not read.
 */
int object_each_card(
                Store *store, int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata);
int object_each_offer(
                Store *store, int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata);

/* One change. The object as it is now, or a tombstone if it was deleted. */
typedef struct ObjectChange {
        int64_t change;
        const char *collection, *resource;
        const char *uid;
        int64_t id;                 /* of the object; the tombstone has the same id */
        const ObjectRecord *record; /* NULL if the object was deleted */
        usec_t at;
} ObjectChange;

/**
 * object_changes() - read each object that changed after the change number @since, once, in order of change
 * @collection: NULL for all
 */
int object_changes(Store *store, const char *collection, int64_t since,
                int (*on_change)(const ObjectChange *change, void *userdata), void *userdata);

/**
 * object_salvage() - read every readable object of a damaged store, and report the lost ones
 * @on_object: as for object_each()
 * @on_loss:   called for each unreadable object, and for each range of numbers where objects may be lost
 *
 * Return: 0, the nonzero result of a callback, conditions other than DB_E_CORRUPT, negative errno.
 */
int object_salvage(Store *store, int (*on_object)(const ObjectRecord *record, void *userdata),
                int (*on_loss)(const ObjectLoss *loss, void *userdata), void *userdata);

/**
 * object_newest_change() - the time of the last change in a category of a collection, including deletions
 * and moves to another category: the Last-Modified of a feed
 * @collection: NULL for any
 * @category:   only changes that the public calendar of this category shows; NULL for any change
 * @ret:        0 if there never was a change
 */
int object_newest_change(Store *store, const char *collection, const char *category, usec_t *ret);

/**
 * object_newest_public() - the time of the last change in a collection that public calendars show; 0 if
 * there never was one
 */
int object_newest_public(Store *store, const char *collection, usec_t *ret);

/** object_deleted() - when an object of the office with the UID was last deleted; 0 if never */
int object_deleted(Store *store, const char *uid, usec_t *ret);

/** object_count() - the number of stored objects of a kind. */
int object_count(Store *store, ObjectKind kind, int64_t *ret);
