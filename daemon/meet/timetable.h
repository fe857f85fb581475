#pragma once

/*
 * The timetable of an event whose participants name the people whom they want to meet. A wish is granted by
 * a meeting at an offer of the event (X-CONVENED-MEETING-EVENT) whose host is one of the two; the other one
 * is its visitor, with the address of the card. A participant who has hours at the event visits others only
 * during these hours. Meetings last as long as the shortest length of the offer, and keep its times before
 * and after.
 *
 * Booked meetings stay, so that a timetable can be made again when new wishes arrive. A meeting that was
 * declined or cancelled is not proposed again. The same store and wishes always give the same timetable.
 */

#include "base/arena.h"
#include "meet/wish.h"
#include "meet/work.h"
#include "store/meeting.h"

typedef enum TimetableState {
        TIMETABLE_PROPOSED, /* can be booked */
        TIMETABLE_BOOKED,   /* is booked, or has a hold that has not ended */
        TIMETABLE_ENDED,    /* was declined or cancelled */
        TIMETABLE_UNKNOWN,  /* one of the two is no contact, or both are the same */
        TIMETABLE_NO_OFFER, /* neither can be the host: no offer, or the other one has no address */
        TIMETABLE_NO_TIME,  /* there is no time at which the two, and a place, are free */
        TIMETABLE_FULL,     /* other wishes have got all times at which the two are free */
        TIMETABLE_STATES_N,
} TimetableState;

/** Two people: the wish, and the meeting if there is one. */
typedef struct TimetableRow {
        TimetableState state;
        /*
         * UIDs and priority of the wish; of two mutual wishes, the more important one. "" and 0 for a
         * booking without a wish.
         */
        const char *from, *to;
        int priority;
        bool is_mutual; /* the other one has the same wish */
        /* The meeting, in the states PROPOSED and BOOKED; else "" and 0. */
        const char *host, *visitor; /* UIDs; `visitor` is "" in a booking without a wish */
        const char *offer, *place, *uid;
        MeetingState meeting; /* of BOOKED */
        usec_t start, end;
        /*
         * Names of host and visitor, or of from and to without a meeting. A UID stands for a missing name;
         * in a booking, the organisation or the word "visitor", because hosts do not see addresses.
         */
        const char *names[2];
        const char *address; /* of the visitor of a booking, which is not shown; NULL without one */
} TimetableRow;

typedef struct Timetable {
        TimetableRow *rows; /* meetings in order of start, place and host; then the other wishes */
        size_t n;
        size_t n_wishes, n_granted; /* a mutual wish counts as two */
        /*
         * The sum of 10 - priority, twice that for mutual wishes, of the granted wishes; and a sum that no
         * timetable with the same bookings exceeds.
         */
        int64_t value, bound;
        struct Exchange *exchange; /* inside meet/timetable*.c */
} Timetable;

/**
 * timetable_make() - make a timetable; nothing is written to the store
 * @work, @event, @wishes: borrowed until timetable_done(); @event is a UID
 *
 * Return: 0, MATCH_E_TOO_LARGE, SLOT_E_TOO_MANY, others as the store's. In every case the caller must call
 * timetable_done().
 */
int timetable_make(const BookingWork *work, const char *event, const WishList *wishes, Timetable *ret);
void timetable_done(Timetable *timetable);

/**
 * timetable_book() - book all proposed meetings, in the transaction in which the timetable was made, with
 * the same @work
 *
 * Both participants get an invitation. But if the offer asks the host to confirm, and the host does not
 * have the wish, the host is asked first. Afterwards the rows are TIMETABLE_BOOKED.
 * @ret_failed: the row that cannot be booked; set with BOOKING_E_BAD_VISITOR and BOOKING_E_TAKEN
 * Return: 0, BOOKING_E_BAD_VISITOR, BOOKING_E_TAKEN, others as the store's.
 */
int timetable_book(const BookingWork *work, Timetable *timetable, const TimetableRow **ret_failed);
