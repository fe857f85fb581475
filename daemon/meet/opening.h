#pragma once

/* Inside the meet module: finds a free time of an offer for a booking, in the caller's transaction. */

#include "meet/offers.h"
#include "meet/work.h"
#include "store/meeting.h"

/* Free times that are offered instead begin at most so long before and after the one that was wanted. */
#define OPENING_SPAN_BEFORE (3 * USEC_PER_DAY)
#define OPENING_SPAN_AFTER  (14 * USEC_PER_DAY)

/**
 * opening_load() - read an offer and what is busy around a time
 * @start: of the slot that is looked for
 * Return: 0, BOOKING_E_NO_OFFER, a condition of the store, negative errno. offer_slots_done() it in any case.
 */
int opening_load(const BookingWork *work, const char *uid, usec_t start, OfferSlots *ret);

/** opening_leave_out() - free the slots of one meeting, which is to be moved */
void opening_leave_out(OfferSlots *opening, const char *uid);

/**
 * opening_pick() - find the place for a meeting: the one in @time or, if that is "", the first free one
 * @time: its end is set from @length if it is 0, and its place on success
 * Return: 0, BOOKING_E_NO_PLACE, BOOKING_E_TOO_LATE, BOOKING_E_TAKEN, negative errno.
 */
int opening_pick(const OfferSlots *opening, usec_t length, BookingTime *time);

/** opening_nearest() - the free times of a length that begin nearest to a start */
int opening_nearest(const OfferSlots *opening, usec_t start, usec_t length, BookingTime *ret, size_t *ret_n);

/** opening_claim() - make the claim of a time of the offer; the strings are borrowed from both */
MeetingClaim opening_claim(const OfferSlots *opening, const BookingTime *time);
