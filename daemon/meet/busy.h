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
        BUSY_EVENT,   /* an event of the host, or a meeting that the host visits; without buffers */
        BUSY_FETCHED, /* a time from free-busy that is published elsewhere; without buffers */
        BUSY_MEETING, /* a booking or a hold */
} BusyKind;

typedef struct Busy {
        usec_t start, end; /* instants; the end is exclusive. Not empty */
        BusyKind kind;
        bool is_foreign;   /* another host's meeting: it takes its place, but not the host's time */
        bool is_tentative; /* a hold, an event with STATUS:TENTATIVE, or a fetched BUSY-TENTATIVE */
        const char *uid;   /* of the booking, hold or event; "" for a fetched time */
        /* Set only for BUSY_MEETING; otherwise "" and 0. The BusyList owns all strings. */
        const char *offer; /* UID */
        const char *site;  /* UID of what the place belongs to: the offer's event, or else the host */
        const char *place;
        usec_t before, after; /* the buffers of the offer */
} Busy;

/** A growing list; it owns its strings. BusyList list = { 0 } is empty. */
typedef struct BusyList {
        Busy *items; /* in order of start after busy_sort() */
        size_t n;
        Arena arena;
} BusyList;

void busy_done(BusyList *list);

/**
 * busy_add() - append a copy of @busy and of its strings (NULL becomes ""); an empty interval is ignored
 * Return: 0, -ENOMEM.
 */
int busy_add(BusyList *list, const Busy *busy);

/** busy_sort() - sort by start, then end. */
void busy_sort(BusyList *list);
