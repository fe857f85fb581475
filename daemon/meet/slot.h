#pragma once

/*
 * Slots: the times at which a visitor can book a meeting of an offer. They are computed and never stored:
 * the hours of the offer, limited by event, notice and horizon, without busy times, buffers and full days.
 * This module uses no clock and no store.
 *
 * The rules, which tests/e2e/slot_model.py implements a second time:
 * - Hours are intervals of the wall clock in the zone of their DTSTART (meet/hours.h).
 * - In each interval, a meeting can start at the beginning of the interval and at each multiple of the
 *   offer's shortest length after it, in exact time. Each length of the offer that fits into the rest of the
 *   interval gives a slot. A slot of several overlapping intervals is listed once. A meeting that is moved
 *   can keep its length, also if the offer no longer has it.
 * - If the offer has an event, a meeting lies within one occurrence of it. A meeting starts after the notice
 *   and not after the horizon.
 * - A host has one meeting at a time in all offers, and a place has one meeting at a time of all hosts who
 *   share it. If the offer has several seats, other parties can join a meeting of the same offer, start,
 *   length and place.
 *   A fetched time with the start and end of such a meeting is its copy and does not count.
 * - Between two meetings of a host lies the longer of two buffers: the buffer after the first and the buffer
 *   before the second. Between a meeting and an event lies the meeting's buffer. Meetings of other hosts
 *   have no buffers.
 * - After DAILY-MAX meetings of the host begin on one day of the host's zone, no other meeting can begin on
 *   that day. The parties of one meeting count once, and a party can join a meeting on a full day.
 */

#include "calendar/offer.h"
#include "meet/busy.h"

enum { SLOTS_MAX = 50000 };

enum {
        SLOT_E_TOO_MANY = CONDITIONS_MEET + 1, /* more than SLOTS_MAX; a shorter range has fewer */
        SLOT_E_TAKEN = CONDITIONS_MEET + 2,    /* the time is not free, or is no slot of the offer */
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
        const SlotSpan *spans; /* occurrences of the offer's event, in any order; ignored if it has none */
        size_t n_spans;
        const Busy *busy; /* sorted by busy_sort() */
        size_t n_busy;
        usec_t now;
        usec_t length;   /* one more length of slots: that of a meeting that is moved; 0 for none */
        usec_t from, to; /* the slots start within [from, to) */
} SlotQuery;

typedef struct SlotList {
        Slot *items; /* in order of start, end, place */
        size_t n;
} SlotList;

void slot_list_done(SlotList *list);

/**
 * slots_find() - list all free slots
 * @ret: its content is replaced; empty or partial on failure
 * Return: 0, SLOT_E_TOO_MANY, -ENOMEM.
 */
int slots_find(const SlotQuery *query, SlotList *ret);

/**
 * slot_check() - check whether one slot is free by all rules. A booking calls it in its transaction.
 * @query:  its range is ignored
 * @wanted: start, end and place
 * @ret:    the slot with the seats that are left; set on 0 only
 * Return: 0, SLOT_E_TAKEN, SLOT_E_TOO_MANY, -ENOMEM.
 */
int slot_check(const SlotQuery *query, const Slot *wanted, Slot *ret);

/**
 * slot_check_time() - check a time that the host proposes: it is within the offer's event, it overlaps no
 * busy time and no buffer, and its place has a seat left. Hours, lengths, notice, horizon and the daily
 * maximum do not count, because they limit what a visitor can choose.
 * @query:  its range is ignored
 * @wanted: start, end and place
 * Return: 0, SLOT_E_TAKEN, -ENOMEM.
 */
int slot_check_time(const SlotQuery *query, const Slot *wanted);
