#pragma once

/*
 * A list of busy times: the meetings and events of a host, and the meetings of other hosts at shared places.
 * meet/calendar.h reads it from the store.
 *
 * A place belongs to an event: "table 4" of an exhibition is one table for all hosts. In an offer without an
 * event, a place belongs to the host.
 */

#include "base/arena.h"
#include "calendar/offer.h"

typedef enum BusyKind {
        BUSY_EVENT,   /* an event of the host, without buffers */
        BUSY_FETCHED, /* from free-busy published elsewhere, without buffers */
        BUSY_MEETING, /* a booking or a hold */
} BusyKind;

typedef struct Busy {
        usec_t start, end; /* instants; the end is exclusive. Not empty */
        BusyKind kind;
        bool is_foreign;   /* another host's meeting: only its place is taken */
        bool is_tentative; /* a hold, or an event with STATUS:TENTATIVE */
        /* Set for a meeting only, otherwise "" and 0. The strings are borrowed from the BusyList. */
        const char *uid;   /* of the booking or hold: a move leaves out its own meeting */
        const char *offer; /* UID */
        const char *site;  /* the owner of the place: UID of the offer's event, or else of the host */
        const char *place;
        usec_t before, after; /* the buffers of the offer */
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
