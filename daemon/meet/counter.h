#pragma once

/*
 * Counter-proposals (RFC 5546, 3.2.7): from a calendar program, one side of a booking proposes another
 * time, and the other side accepts or declines it on the page of the meeting. Until then the booking stays
 * as it is, and the proposed time is free for others. The proposal is kept in the VEVENT of the booking:
 *
 *   X-CONVENED-MEETING-COUNTER;X-ROLE=visitor;X-COUNT=1;X-STAMP=20261203T083000Z:
 *     20261204T090000Z/20261204T093000Z
 *
 * A step that changes the time or place, or ends the meeting, removes it. A time that cannot be booked is
 * declined at once.
 */

#include "meet/booking-event.h"
#include "meet/booking.h"

enum {
        COUNTERS_MAX = 5 /* of one side without an answer of the other, which gets a mail about each */
};

typedef struct Counter {
        MeetingRole role; /* whose proposal it is */
        int count;        /* proposals of that side since the last answer */
        usec_t start, finish;
        char stamp[17];    /* DTSTAMP of the proposal; "" if it had none */
        bool is_withdrawn; /* that side has accepted the booked time since; the count stays */
} Counter;

/** counter_read() - read the open proposal of a booking. Return: false if there is none that can be read. */
bool counter_read(const Event *event, Counter *ret);

/**
 * counter_find() - counter_read() for the booking with a UID. Return: 0, STORE_E_NOT_FOUND, others as the
 * store's.
 */
int counter_find(Store *store, const char *uid, Counter *ret);

/** A proposal that has come in; borrowed. */
typedef struct CounterOffer {
        const Meeting *meeting; /* is booked */
        BookingEvent *booking;
        MeetingRole role;
        usec_t start, finish;
        const char *stamp; /* DTSTAMP of the proposal; the mails about one stamp are added once */
} CounterOffer;

/**
 * counter_offer() - keep a proposal and add a mail to the other side; if the time cannot be booked, instead
 * decline the proposal with DECLINECOUNTER; in a transaction of the caller
 *
 * In both cases, the changes of the booking's people are saved, too.
 * Return: 0; BOOKING_E_TAKEN, BOOKING_E_TOO_LATE, BOOKING_E_NO_PLACE, BOOKING_E_NO_OFFER: the proposal was
 * declined; BOOKING_E_MOVED_OFTEN: COUNTERS_MAX proposals of this side have no answer, and nothing was
 * changed; a condition of the store, negative errno.
 */
int counter_offer(const BookingWork *work, const CounterOffer *offer);

/**
 * counter_withdraw() - save a booking after a side has accepted the booked time: what it has proposed before
 * cannot be accepted any more. Without a proposal of that side it only saves the booking's people.
 */
int counter_withdraw(const BookingWork *work, const BookingEvent *booking, MeetingRole role);

/** The answer of the other side. */
typedef struct CounterAnswer {
        const char *token; /* of the link in the mail */
        usec_t start;      /* the proposed start that the page has shown */
        bool is_accepted;
} CounterAnswer;

/**
 * counter_answer() - move the meeting to the proposed time, or decline the proposal and add a mail to the
 * side that made it
 *
 * One write transaction. The link is good while the meeting keeps its time, also if a representative was
 * named since. The new slot is taken before the old one is given back.
 * Return: as booking_step(); BOOKING_E_NOT_POSSIBLE: this time is not, or no longer, proposed to this side.
 */
int counter_answer(const BookingWork *work, const CounterAnswer *answer, BookingResult *ret);
