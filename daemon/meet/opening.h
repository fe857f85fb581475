#pragma once

/* Inside the meet module: finds a free time of an offer for a booking, in the caller's transaction. */

#include "meet/offers.h"
#include "meet/work.h"
#include "store/meeting.h"

/* The nearest free times begin within these spans before and after the wanted start. */
#define OPENING_SPAN_BEFORE (3 * USEC_PER_DAY)
#define OPENING_SPAN_AFTER  (14 * USEC_PER_DAY)

/** The times at which a meeting may be. */
typedef enum OpeningTimes {
        OPENING_SLOTS,    /* the slots of the offer */
        OPENING_ANY_TIME, /* any free time in the future, within the offer's event: the host proposes it */
} OpeningTimes;

/**
 * opening_load() - read an offer, and the busy times around the start of a meeting
 * @start: the wanted start
 * Return: 0, BOOKING_E_NO_OFFER, a condition of the store, negative errno. In every case the caller must
 * call offer_slots_done().
 */
int opening_load(const BookingWork *work, const char *uid, usec_t start, OfferSlots *ret);

/**
 * opening_leave_out() - remove the busy times of the meeting with a UID, and fetched copies of them,
 * because a move of this meeting would free them
 */
void opening_leave_out(OfferSlots *opening, const char *uid);

/**
 * opening_pick() - find the place for a meeting: the place in @time or, if that is "", the first free one
 * @length: of the meeting, if @time has no end; 0 for the shortest of the offer
 * @time:   an end of 0 is set in every case; the place is set only if the return value is 0
 * Return: 0, BOOKING_E_NO_PLACE, BOOKING_E_TOO_LATE, BOOKING_E_TAKEN, SLOT_E_TOO_MANY, negative errno.
 */
int opening_pick(const OfferSlots *opening, OpeningTimes times, usec_t length, BookingTime *time);

/**
 * opening_nearest() - find the free slots of a length that begin nearest to a start
 * @ret:   room for BOOKING_NEAREST_MAX times; the nearest first, each start once
 * @ret_n: their number; 0 also if the offer has more slots than slots_find() can list
 * Return: 0, -ENOMEM.
 */
int opening_nearest(const OfferSlots *opening, usec_t start, usec_t length, BookingTime *ret, size_t *ret_n);

/** opening_claim() - make the arguments of meeting_claim() for a time; borrows from @opening and @time */
MeetingClaim opening_claim(const OfferSlots *opening, const BookingTime *time);
