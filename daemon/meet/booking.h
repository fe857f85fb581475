#pragma once

/*
 * Books meetings. A change of a meeting is one write transaction: it reads the busy times, takes the slot,
 * makes the step, writes the VEVENT of the booking and adds the mails to the ledger. A crash leaves either
 * all of this or nothing. No function sends a mail or waits for the network. The time is an argument.
 *
 * A visitor asks for a meeting (HELD) and confirms the address with a link in a mail. If the offer has
 * CONFIRM:AUTO, the meeting is then BOOKED. Otherwise the host is asked (ASKED) and accepts, declines, or
 * proposes other times (PROPOSED), of which the visitor chooses one. Either side can move or cancel the
 * meeting, and name a delegate (meet/delegate.h). The table in meet/booking-rules.c has all steps.
 */

#include "meet/offers.h"
#include "meet/work.h"

void booking_result_done(BookingResult *result);

/**
 * booking_ask() - hold a slot and ask the visitor to confirm the address
 * @ret: its `meeting` is NULL if the return value is not 0
 * Return: 0, BOOKING_E_*, a condition of the store, negative errno.
 */
int booking_ask(const BookingWork *work, const BookingAsk *ask, BookingResult *ret);

/** A meeting that the office arranges; borrowed. */
typedef struct BookingArrangement {
        const OfferSlots *opening; /* only its offer is used */
        BookingTime time;          /* which the caller has found to be free, in the same transaction */
        MeetingVisitor visitor;    /* a contact, whose address needs no confirmation */
        const char *contact;       /* UID of the visitor's card, which the VEVENT keeps */
        bool asks_host;            /* ask the host first; otherwise the meeting is booked at once */
} BookingArrangement;

/**
 * booking_arrange() - book a meeting for two people, in the transaction of the caller, who must roll back on
 * failure
 * Return: 0, BOOKING_E_BAD_VISITOR, BOOKING_E_TAKEN, a condition of the store, negative errno.
 */
int booking_arrange(const BookingWork *work, const BookingArrangement *arrangement, BookingResult *ret);

/**
 * booking_step() - apply a step of meet/booking-rules.c to a meeting
 *
 * Return: 0; BOOKING_E_DONE if the same person has made this step already, with the same times or the same
 * delegate, or if a move is to the present time and place; BOOKING_E_OLD if the meeting has changed in
 * another way since the token's revision. In either case @ret has the unchanged
 * meeting. Other BOOKING_E_*, a condition of the store, negative errno.
 */
int booking_step(const BookingWork *work, const BookingStep *step, BookingResult *ret);

/**
 * booking_follow_hosts() - for each booked meeting that has not ended and whose host's card now has another
 * address or none, add an invitation to the new address and a cancellation to the former one. For a
 * cancelled meeting, add the latter while the host's cancellation waits. Each meeting is one transaction.
 * Return: 0, a condition of the store, negative errno.
 */
int booking_follow_hosts(const BookingWork *work);

/**
 * booking_expire() - make one meeting EXPIRED: among those whose hold has ended at @work->now, the one
 * whose hold ended first. The visitor gets a mail, unless the meeting was HELD: then the address was never
 * confirmed.
 * Return: 0, STORE_E_NOT_FOUND if there is no such meeting, a condition of the store, negative errno.
 */
int booking_expire(const BookingWork *work);
