#pragma once

/*
 * A list of busy times: those of a host, who has meetings in offers and events of other kinds, and the meetings
 * of other hosts at a shared place. meet/calendar.h fills it in from the store.
 *
 * A place belongs to an event ("table 4" of one exhibition is one table for all its hosts) or, in an offer
 * without an event, to its host alone.
 */

#include "base/arena.h"
#include "calendar/offer.h"

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
        /* For a meeting; otherwise "" and 0. The strings are borrowed from the BusyList. */
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
