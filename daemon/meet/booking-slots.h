#pragma once

/* Inside the meet module: the slots of a booking, which a request or a step takes, changes or gives back. */

#include "meet/booking-rules.h"
#include "meet/opening.h"
#include "meet/work.h"

/** A step that is being made; all is borrowed. */
typedef struct BookingMove {
        const BookingWork *work;
        const BookingStep *step; /* NULL in booking_arrange() */
        BookingResult *result;   /* its `meeting` is set */
        MeetingRole role;
        int revision; /* the revision in which the step begins */
        const BookingRule *rule;
        const char *visitor; /* of booking_arrange(): UID of the visitor's card; NULL otherwise */
} BookingMove;

/**
 * booking_slots_pick() - find the place for a time, as opening_pick() does. For BOOKING_E_TAKEN and
 * BOOKING_E_TOO_LATE, also store the nearest free times in @result.
 * @result: its `meeting` is the one that is moved; NULL for a new meeting
 * Return: as opening_pick(), or as opening_nearest() if that fails.
 */
int booking_slots_pick(const BookingWork *work, const OfferSlots *opening, OpeningTimes times, usec_t length,
                BookingTime *time, BookingResult *result);

/**
 * booking_slots_claim() - take a slot for a meeting
 * @time:        start, end and place, as booking_slots_pick() has completed them
 * @is_proposed: the host proposes the time and the visitor has not chosen it yet; the host's daily maximum
 *               does not count
 * Return: 0, BOOKING_E_TAKEN, a condition of the store, negative errno.
 */
int booking_slots_claim(const BookingWork *work, const OfferSlots *opening, int64_t meeting,
                const BookingTime *time, bool is_proposed);

/**
 * booking_slots_change() - take and give back the slots that the step changes
 * Return: 0, BOOKING_E_*, a condition of the store, negative errno.
 */
int booking_slots_change(const BookingMove *move);

/**
 * booking_slots_are_present() - whether @time is the present time and place of a meeting. An end of 0 and a
 * place of "" are not compared.
 */
bool booking_slots_are_present(const Meeting *meeting, const BookingTime *time);

/**
 * booking_slots_are_made() - whether the meeting has the times that the step asks for
 * @ret: also true for a step without times, because such a step has only one possible result
 * Return: 0, a condition of the store, negative errno.
 */
int booking_slots_are_made(const BookingMove *move, bool *ret);
