#pragma once

/* Inside the meet module: the slots of a booking, which a request or a step takes, changes or gives back. */

#include "meet/booking-rules.h"
#include "meet/opening.h"
#include "meet/work.h"

/** A step that is being made; all is borrowed. */
typedef struct BookingMove {
        const BookingWork *work;
        const BookingStep *step;
        BookingResult *result; /* `meeting` is set */
        MeetingRole role;
        int revision; /* from which the step begins */
        const BookingRule *rule;
} BookingMove;

/**
 * booking_slots_pick() - find the place for a time, as opening_pick() does; if the time is not free, store
 * the nearest free ones in @result
 * Return: as opening_pick(); also a condition of opening_nearest().
 */
int booking_slots_pick(const OfferSlots *opening, OpeningTimes times, usec_t length, BookingTime *time,
                BookingResult *result);

/**
 * booking_slots_claim() - take a slot for a meeting
 * @is_proposed: the visitor has not chosen it yet; the host's daily maximum does not count
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
 * booking_slots_are_present() - whether a meeting is at a time; its end and place count if they are given
 */
bool booking_slots_are_present(const Meeting *meeting, const BookingTime *time);

/**
 * booking_slots_are_made() - whether the meeting has the times that the step asks for. A step without times
 * can have one result only.
 * Return: 0, a condition of the store, negative errno.
 */
int booking_slots_are_made(const BookingMove *move, bool *ret);
