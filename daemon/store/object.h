#pragma once

/*
 * Objects in collections. The text as given is the truth; the columns beside it are derived when it is
 * written, in the same transaction. An object's key is its collection and its name there; a UID stands once
 * in a collection. Each write takes the next number of the store's change sequence, which is the
 * collection's sync token, and a deletion leaves a tombstone under the same key.
 */

#include "calendar/event.h"
#include "contact/card.h"
#include "store/store.h"

typedef enum ObjectKind {
        OBJECT_EVENT = 1, /* VEVENT */
        OBJECT_DRAFT = 2, /* VJOURNAL, STATUS:DRAFT */
        OBJECT_CARD = 3,
} ObjectKind;

/* The same in the text of a statement. */
#define SQL_OBJECT_EVENT "1"
#define SQL_OBJECT_CARD  "3"

#define COLLECTION_EVENTS   "events"   /* the calendar that things go into unless told otherwise */
#define COLLECTION_CONTACTS "contacts" /* the address book: people, places and bodies */

/* One kept object; all borrowed for the callback or until the ObjectRecord is released. */
typedef struct ObjectRecord {
        int64_t id;
        int64_t change; /* its number in the change sequence */
        ObjectKind kind;
        const char *collection;
        const char *resource; /* its name in the collection: "e1_40example.org.ics" */
        const char *uid;
        const char *text;
        size_t len;
        const char *name;       /* SUMMARY or FN, decoded; "" when there is none */
        const char *categories; /* lower case, `,session,exhibition,`; "," when none */
        const char *status;     /* as iCalendar writes it, "" when none; a card's KIND */
        const char *class;      /* "PUBLIC", "PRIVATE", "CONFIDENTIAL" */
        const char *address; /* that mail to a contact goes to, in the form of address_fold(); "" for none */
        int sequence; /* to publish: rises on each change of time, place or status, never below the text's */
        usec_t start; /* of the whole series, by the event's zone, else the collection's; 0 for drafts and cards */
        usec_t end;     /* USEC_INFINITY for an endless series */
        usec_t created; /* when it first came */
        usec_t changed; /* when its text last changed */
} ObjectRecord;

/* object_record_free() - of a copy that owns its strings */
ObjectRecord *object_record_free(ObjectRecord *record);
DEFINE_CLEANUP(ObjectRecord, object_record_freep, object_record_free)

/**
 * collection_ensure() - make a collection when it is not there
 * @name:    [a-z0-9-]+
 * @is_cards: an address book, else a calendar
 * @zone_name: of its all-day dates; NULL for cards
 */
int collection_ensure(Store *store, const char *name, bool is_cards, const char *zone_name);

/** collection_each() - in order of name */
int collection_each(Store *store,
                int (*on_collection)(const char *name, bool is_cards, int64_t sequence, void *userdata),
                void *userdata);

typedef enum ObjectOutcome { OBJECT_CREATED, OBJECT_UPDATED, OBJECT_UNCHANGED } ObjectOutcome;

enum { OBJECT_NOT_THERE = -1 };

/* Where a written object goes, and under what conditions. */
typedef struct ObjectPut {
        const char *collection;
        /* Its name there; NULL: the one that its UID has in the collection, else one derived from it (store/resource.h). */
        const char *resource;
        /* An object with this UID in any collection is replaced where it is, and @collection is for a new one. Without @resource only. */
        bool anywhere;
        /* The change number that the kept object must have; OBJECT_NOT_THERE: there must be none; 0: whatever is kept. */
        int64_t if_change;
        /* An event that is older than the kept one (event_compare_versions()) is refused: for imports. */
        bool refuse_stale;
        const Zone *fallback; /* of dates without a zone; borrowed; not for cards */
        usec_t now;
} ObjectPut;

/**
 * object_put_event() - write an event or draft; object_put_card() - write a card
 *
 * The same bytes again: OBJECT_UNCHANGED and no change number. A draft becomes an event, and back, under
 * the same UID. What depends on it is made due: the alarm index by an event, the digest index by a card.
 *
 * Return: 0, STORE_E_MISMATCH (if_change), STORE_E_STALE (refuse_stale), STORE_E_CONFLICT (the name is
 * another UID's, the UID has another name in the collection, or it is no object of this kind), others as
 * the store's.
 */
int object_put_event(Store *store, const Event *event, const ObjectPut *put, ObjectOutcome *ret);
int object_put_card(Store *store, const Card *card, const ObjectPut *put, ObjectOutcome *ret);

/**
 * object_get() - by its key
 * object_get_by_uid() - by its UID in one collection
 * object_find() - by its UID in any collection: the first by name that has it
 *
 * Return: 0, STORE_E_NOT_FOUND, others as the store's.
 */
int object_get(Store *store, const char *collection, const char *resource, ObjectRecord **ret);
int object_get_by_uid(Store *store, const char *collection, const char *uid, ObjectRecord **ret);
int object_find(Store *store, const char *uid, ObjectRecord **ret);
int object_get_by_id(Store *store, int64_t id, ObjectRecord **ret);

/**
 * object_change() - the number of its last change, without reading the rest. Return: 0, STORE_E_NOT_FOUND,
 * others as the store's.
 */
int object_change(Store *store, int64_t id, int64_t *ret);

/**
 * object_delete() - by its key; leaves a tombstone
 * @if_change: as in ObjectPut, but never OBJECT_NOT_THERE
 *
 * Return: 0, STORE_E_NOT_FOUND, STORE_E_MISMATCH, others as the store's.
 *
 * object_delete_found() - what object_find() gives
 */
int object_delete(Store *store, const char *collection, const char *resource, int64_t if_change, usec_t now);
int object_delete_found(Store *store, const char *uid, usec_t now);

typedef struct ObjectFilter {
        const char *collection; /* NULL: all */
        const char *category;   /* lower case; NULL: all */
        unsigned kinds;         /* bits 1 << ObjectKind; 0: all */
        usec_t from, to; /* events whose span touches [from, to), its end excluded; both 0: all. Drafts and cards are never left out */
} ObjectFilter;

/** object_each() - in order of start, then UID */
int object_each(Store *store, const ObjectFilter *filter,
                int (*on_object)(const ObjectRecord *record, void *userdata), void *userdata);

/* One change after a number: the object as it is now, or a tombstone (record NULL). */
typedef struct ObjectChange {
        int64_t change;
        const char *collection, *resource;
        const char *uid;
        int64_t id;                 /* of the object; kept by its tombstone */
        const ObjectRecord *record; /* NULL when it was deleted */
        usec_t at;
} ObjectChange;

/**
 * object_changes() - each object that changed after @since once, in order of change; @collection NULL: of
 * all
 */
int object_changes(Store *store, const char *collection, int64_t since,
                int (*on_change)(const ObjectChange *change, void *userdata), void *userdata);

/** An object that is lost: its UID ("" where that is not known) and its number. */
typedef struct ObjectLoss {
        const char *uid;
        int64_t first, last; /* the numbers of those that there may have been; the same for one object */
} ObjectLoss;

/**
 * object_salvage() - every object of a damaged store that can still be read, and what cannot
 * @on_object: as for object_each()
 * @on_loss:   for each object that cannot be read, and for each range of numbers of which it is not known
 *             whether there were any
 * Return: 0, what a callback returned, other conditions than DB_E_CORRUPT, negative errno.
 */
int object_salvage(Store *store, int (*on_object)(const ObjectRecord *record, void *userdata),
                int (*on_loss)(const ObjectLoss *loss, void *userdata), void *userdata);

/**
 * object_newest_change() - when anything that is or was in this category of this collection last changed,
 * deletions and moves to another category too: the Last-Modified of a feed
 * @collection: NULL for any
 * @category:   of the events whose category public calendars show; NULL for any object
 * @ret:        0 when there never was one
 * object_newest_public() - the same for the events of a collection that public calendars show
 */
int object_newest_change(Store *store, const char *collection, const char *category, usec_t *ret);
int object_newest_public(Store *store, const char *collection, usec_t *ret);

/** object_count() - how many of a kind are kept. */
int object_count(Store *store, ObjectKind kind, int64_t *ret);
