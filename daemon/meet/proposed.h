#pragma once

/*
 * Inside the meet module: the times that a host proposes to a visitor. Each has a slot in the store. The
 * VEVENT of the booking has a copy of the times, in case the slots are lost with a damaged page of the
 * store:
 *
 *   X-CONVENED-MEETING-PROPOSED:20261204T090000Z/20261204T093000Z Place
 *
 * Each step of the meeting writes the copy anew.
 */

#include "calendar/edit.h"
#include "meet/work.h"

#define PROPOSED_PROPERTY "X-CONVENED-MEETING-PROPOSED"

enum { PROPOSED_LINE_SIZE = BOOKING_PLACE_SIZE + 40 };

/**
 * proposed_read() - read the times that wait for the visitor's choice, in order of start
 * @ret_n: 0 if the meeting is not in the state PROPOSED, or if both the slots and their copy are lost
 * Return: 0, a condition of the store, negative errno.
 */
int proposed_read(Store *store, const Meeting *meeting, BookingTime ret[static BOOKING_TIMES_MAX],
                size_t *ret_n);

/** The copy of the proposed times, as properties of the VEVENT. */
typedef struct ProposedCopy {
        char lines[BOOKING_TIMES_MAX][PROPOSED_LINE_SIZE];
        EditProperty properties[BOOKING_TIMES_MAX]; /* borrow from `lines` */
        size_t n; /* at least 1: the first one replaces the former copy, or removes it */
} ProposedCopy;

/**
 * proposed_copy() - make the copy for a meeting in its present state
 * Return: 0, a condition of the store, negative errno.
 */
int proposed_copy(Store *store, const Meeting *meeting, ProposedCopy *ret);
