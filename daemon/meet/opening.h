#pragma once

/* Inside the meet module: finds a free time of an offer for a booking, in the caller's transaction. */

#include "meet/offers.h"
#include "meet/work.h"
#include "store/meeting.h"

/** The times at which a meeting may be. */
typedef enum OpeningTimes {
        OPENING_SLOTS,    /* the slots of the offer */
        OPENING_ANY_TIME, /* any free time in the future, within the offer's event: the host proposes it */
} OpeningTimes;

/**
 * opening_load() - read an offer, and the busy times that matter for a meeting
 * @start: of the meeting
 * Return: 0, BOOKING_E_NO_OFFER, a condition of the store, negative errno. In every case the caller must
 * call offer_slots_done().
 */
int opening_load(const BookingWork *work, const char *uid, usec_t start, OfferSlots *ret);

/**
 * opening_let_move() - prepare for a move of a meeting: remove its busy times, and fetched copies of them,
 * because the move would free them, and let the meeting keep its length, which the offer may no longer have
 */
void opening_let_move(OfferSlots *opening, const Meeting *meeting);

/**
 * opening_pick() - find the place for a meeting: the place in @time or, if that is "", the first free one
 * @length: of the meeting, if @time has no end; 0 for the shortest of the offer
 * @time:   an end of 0 is set in every case; the place is set only if the return value is 0
 * Return: 0, BOOKING_E_NO_PLACE, BOOKING_E_TOO_LATE, BOOKING_E_TAKEN, SLOT_E_TOO_MANY, negative errno.
 */
int opening_pick(const OfferSlots *opening, OpeningTimes times, usec_t length, BookingTime *time);

/**
 * opening_nearest() - find the free slots of a length that begin nearest to a start, up to the horizon
 * @uid:   of the offer, whose busy times are read from now to the horizon
 * @moved: a meeting that is moved (opening_let_move()); NULL for none
 * @ret:   room for BOOKING_NEAREST_MAX times; the nearest first, each start once
 * @ret_n: their number; set in every case
 * Return: as opening_load().
 */
int opening_nearest(const BookingWork *work, const char *uid, const Meeting *moved, usec_t start,
                usec_t length, BookingTime *ret, size_t *ret_n);

/** opening_claim() - make the arguments of meeting_claim() for a time; borrows from @opening and @time */
MeetingClaim opening_claim(const OfferSlots *opening, const BookingTime *time);
