#pragma once

/*
 * Books meetings: each function is one write transaction, which reads what is taken, takes the slot, makes
 * the step, writes the booking's VEVENT and adds the mails to the ledger. A crash loses all of it or
 * nothing. Nothing is mailed, fetched or waited for inside. The time is an argument.
 *
 * A visitor asks (HELD), and confirms the address from the mailbox. An offer with CONFIRM:AUTO is then
 * BOOKED; otherwise the host is asked (ASKED) and accepts, declines, or proposes other times (PROPOSED),
 * of which the visitor chooses one. Either side can move or cancel. The rules are a table in
 * meet/booking-rules.c.
 */

#include "meet/work.h"
#include "store/meeting.h"

/** The result; booking_result_done() it in any case. */
typedef struct BookingResult {
        Meeting *meeting;                         /* as it is now; NULL if there is none */
        BookingTime nearest[BOOKING_NEAREST_MAX]; /* of BOOKING_E_TAKEN and BOOKING_E_TOO_LATE */
        size_t n_nearest;
} BookingResult;

void booking_result_done(BookingResult *result);

/** The request of a visitor. */
typedef struct BookingAsk {
        const char *offer; /* UID */
        usec_t start;
        usec_t length;     /* 0: the shortest of the offer */
        const char *place; /* NULL: any that is free */
        MeetingVisitor visitor;
} BookingAsk;

/**
 * booking_ask() - hold a slot and ask the visitor to confirm the address
 * Return: 0, BOOKING_E_*, a condition of the store, negative errno.
 */
int booking_ask(const BookingWork *work, const BookingAsk *ask, BookingResult *ret);

/** A step to make. */
typedef struct BookingStep {
        const char *token; /* of a link; it says meeting, role and revision. NULL: the next two are used */
        const char *uid;   /* of the booking; its present revision */
        MeetingRole role;
        MeetingStep step;
        /* MOVE: one new time; PROPOSE: one or several; CONFIRM a proposal: which, may be left out for one. */
        const BookingTime *times;
        size_t n_times;
        const BookingDelegate *delegate; /* of DELEGATE */
} BookingStep;

/**
 * booking_step() - make a step
 *
 * The end of a time that is 0 is derived from the length of the meeting. An empty place of a time is
 * the meeting's if it is free there, else any.
 *
 * Return: 0; BOOKING_E_DONE if the same side has made the same step with the same times from the token's
 * revision, or if a move is to the present time and place; BOOKING_E_OLD for another step or other times.
 * Both return the meeting as it is and change nothing. Other BOOKING_E_*, a condition of the store, negative
 * errno.
 */
int booking_step(const BookingWork *work, const BookingStep *step, BookingResult *ret);

/**
 * booking_expire() - end the hold that ended first, at `now` at the latest, and tell the visitor
 * Return: 0, STORE_E_NOT_FOUND if there is none, a condition of the store, negative errno.
 */
int booking_expire(const BookingWork *work);
