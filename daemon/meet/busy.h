#pragma once

/*
 * The busy time of a host: meetings (bookings and holds) in every offer, the host's own events, and free-busy
 * that the host publishes elsewhere. Also the meetings of other hosts at a shared place.
 *
 * A place belongs to an event ("table 4" of one exhibition is one table for all its hosts) or, in an offer
 * without an event, to its host alone.
 */

#include "base/arena.h"
#include "calendar/offer.h"
#include "store/store.h"

typedef enum BusyKind {
        BUSY_EVENT,   /* an event of the host's, without buffers */
        BUSY_FETCHED, /* from free-busy published elsewhere, without buffers */
        BUSY_MEETING, /* a booking or a hold */
} BusyKind;

typedef struct Busy {
        usec_t start, end; /* instants; the end is exclusive. Not empty */
        BusyKind kind;
        bool is_foreign;   /* another host's meeting: only its place is taken */
        bool is_tentative; /* a hold, or an event with STATUS:TENTATIVE */
        /* Of a meeting; otherwise "" and 0. The strings are borrowed from the BusyList. */
        const char *uid;   /* of the booking, or the hold's; to leave out the one that is moved */
        const char *offer; /* UID of its offer */
        const char *site;  /* its places: UID of the offer's event, or of the host */
        const char *place;
        usec_t before, after; /* the buffers of its offer */
} Busy;

/** A growing list; it owns its strings. BusyList list = { 0 } is empty. */
typedef struct BusyList {
        Busy *items; /* in order of start after busy_sort() */
        size_t n, allocated;
        Arena arena;
} BusyList;

void busy_done(BusyList *list);

/**
 * busy_add() - append a copy of @busy and of its strings (NULL is ""); an empty interval is ignored
 * Return: 0, -ENOMEM.
 */
int busy_add(BusyList *list, const Busy *busy);

/** busy_sort() - sort by start, then end. */
void busy_sort(BusyList *list);

/** What busy_collect() reads. */
typedef struct BusyQuery {
        const char *host;     /* UID of the contact */
        const char *address;  /* the contact's mail address; NULL: none */
        const char *of_event; /* also meetings of other hosts at places of this event; NULL: none */
        const Zone *zone;     /* for all-day events of no other zone; borrowed */
        usec_t from, to; /* intervals that meet [from - 1 day, to + 1 day): buffers and a day's count reach beyond */
        usec_t now; /* holds that have expired are not busy */
} BusyQuery;

/**
 * busy_collect() - append the busy time of a host, sorted. It only reads; in a write transaction it sees the
 * state that the transaction will change.
 *
 * Reads:
 * - bookings: VEVENTs with CATEGORIES:MEETING that are not CANCELLED, of the host by X-CONVENED-MEETING-HOST,
 *   with the place in LOCATION, X-CONVENED-MEETING-OFFER, X-CONVENED-MEETING-EVENT,
 *   X-CONVENED-MEETING-BUFFER-BEFORE and -AFTER (durations);
 * - holds: store/meeting.h;
 * - events where the host is ORGANIZER, ATTENDEE (PARTSTAT not DECLINED) or CONTACT, by address or UID, not
 *   TRANSPARENT, not CANCELLED, all-day ones too;
 * - free-busy that was fetched (meet/fetched.h).
 * Return: 0, others as the store's.
 */
int busy_collect(Store *store, ZoneTable *zones, const BusyQuery *query, BusyList *list);
