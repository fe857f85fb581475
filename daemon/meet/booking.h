#pragma once

/*
 * Books meetings. Each function is one write transaction: it reads the busy times, takes the slot, makes the
 * step, writes the VEVENT of the booking and adds the mails to the ledger. A crash leaves either all of this
 * or nothing. No function sends a mail or waits for the network. The time is an argument.
 *
 * A visitor asks for a meeting (HELD) and confirms the address with a link in a mail. If the offer has
 * CONFIRM:AUTO, the meeting is then BOOKED. Otherwise the host is asked (ASKED) and accepts, declines, or
 * proposes other times (PROPOSED), of which the visitor chooses one. Either side can move or cancel the
 * meeting, and name a representative (meet/delegate.h). The table in meet/booking-rules.c has all steps.
 */

#include "meet/offers.h"
#include "meet/work.h"

void booking_result_done(BookingResult *result);

/**
 * booking_ask() - hold a slot and ask the visitor to confirm the address
 * Return: 0, BOOKING_E_*, a condition of the store, negative errno.
 */
int booking_ask(const BookingWork *work, const BookingAsk *ask, BookingResult *ret);

/** A meeting that the office arranges; borrowed. */
typedef struct BookingArrangement {
        const OfferSlots *opening; /* of which the offer is used */
        BookingTime time;          /* free, as the caller has found in the transaction */
        MeetingVisitor visitor;    /* a contact, whose address needs no confirmation */
        bool asks_host;            /* ask the host first; else the meeting is booked at once */
} BookingArrangement;

/**
 * booking_arrange() - book a meeting for two people, in the transaction of the caller, who rolls back on
 * failure
 * Return: 0, BOOKING_E_BAD_VISITOR, BOOKING_E_TAKEN, a condition of the store, negative errno.
 */
int booking_arrange(const BookingWork *work, const BookingArrangement *arrangement, BookingResult *ret);

/**
 * booking_step() - make a step
 *
 * Return: 0; BOOKING_E_DONE if the same side has made the same step with the same times from the token's
 * revision, or if a move is to the present time and place; BOOKING_E_OLD for another step or other times.
 * Both return the meeting as it is and change nothing. Other BOOKING_E_*, a condition of the store, negative
 * errno.
 */
int booking_step(const BookingWork *work, const BookingStep *step, BookingResult *ret);

/**
 * booking_follow_hosts() - if hosts have got other addresses, send the invitations of their meetings to
 * these, and a cancellation to the former ones. Each meeting is one transaction.
 * Return: 0, a condition of the store, negative errno.
 */
int booking_follow_hosts(const BookingWork *work);

/**
 * booking_expire() - end the hold that ended first, if it has ended at @work->now. The visitor gets a mail,
 * except about a HELD meeting, whose address is not confirmed.
 * Return: 0, STORE_E_NOT_FOUND if no hold has ended, a condition of the store, negative errno.
 */
int booking_expire(const BookingWork *work);
