#pragma once

/*
 * Slots: the times at which a meeting of an offer can be booked. They are derived, never stored:
 * hours, within the event, notice and horizon, less busy time, buffers and full days. Pure: no clock, no store.
 *
 * The rules, which tests/e2e/slot_model.py restates independently:
 * - Hours are intervals of the wall clock in the zone of their DTSTART (meet/hours.h).
 * - In each interval, a meeting can start at its beginning and then every shortest length of the offer, in exact
 *   time; each length of the offer that fits in gives a slot. Overlapping intervals give a slot once.
 * - A meeting is within one of the event's occurrences, not before notice and not after the horizon.
 * - The host has one meeting at a time, in all offers. A place has one meeting at a time, of all hosts who
 *   share it. Seats: further parties may join a meeting of the same offer, start, length and place.
 * - Two meetings of a host are apart by the greater of the first one's buffer after and the second one's
 *   buffer before; a meeting and an event, by the meeting's buffer. A foreign meeting has no buffers.
 * - On a day (of the meeting's start, in the host's zone) with DAILY-MAX meetings of the host, no further
 *   one can begin. The parties of one meeting count once; joining is possible on a full day.
 */

#include "calendar/offer.h"
#include "meet/busy.h"

enum { SLOTS_MAX = 50000 };

enum {
        SLOT_E_TOO_MANY = CONDITIONS_MEET + 1, /* more than SLOTS_MAX: ask for a shorter range */
        SLOT_E_TAKEN = CONDITIONS_MEET + 2,    /* not free (any more) */
};

typedef struct Slot {
        usec_t start, end;
        size_t place;   /* index in the offer's places */
        int seats_left; /* at least 1 */
} Slot;

typedef struct SlotSpan {
        usec_t start, end;
} SlotSpan;

typedef struct SlotQuery {
        const Offer *offer;
        const SlotSpan *spans; /* the occurrences of the offer's event, in any order; for an offer with of_event only */
        size_t n_spans;
        const Busy *busy; /* sorted by busy_sort() */
        size_t n_busy;
        usec_t now;
        usec_t from, to; /* starts within [from, to) */
} SlotQuery;

typedef struct SlotList {
        Slot *items; /* in order of start, end, place */
        size_t n, allocated;
} SlotList;

void slot_list_done(SlotList *list);

/**
 * slots_find() - list all free slots
 * @ret: its content is replaced; empty or partial on failure
 * Return: 0, SLOT_E_TOO_MANY, -ENOMEM.
 */
int slots_find(const SlotQuery *query, SlotList *ret);

/**
 * slot_check() - whether one slot is free by all rules; for a booking, in its transaction
 * @query:  its range is ignored
 * @wanted: start, end and place
 * @ret:    the slot with the seats that are left; set on 0 only
 * Return: 0, SLOT_E_TAKEN, SLOT_E_TOO_MANY, -ENOMEM.
 */
int slot_check(const SlotQuery *query, const Slot *wanted, Slot *ret);

/**
 * slot_check_time() - whether a meeting would overlap busy time, with the buffers, or find no seat. Hours, event,
 * notice, horizon and daily maximum are not considered: for a time that the host proposes
 * @wanted: start, end and place
 * Return: 0, SLOT_E_TAKEN, -ENOMEM.
 */
int slot_check_time(const SlotQuery *query, const Slot *wanted);
