#pragma once

/*
 * The timetable of an event whose participants name whom they want to meet. A wish is granted by a meeting
 * at an offer of the event (X-CONVENED-MEETING-EVENT) whose host is one of the two; the other one is its
 * visitor, by the address of the card. A participant who has hours at the event goes to others in these
 * hours only. Meetings last as long as the shortest length of the offer, and keep its times before and
 * after.
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
        TIMETABLE_BOOKED,   /* is booked, or being booked */
        TIMETABLE_ENDED,    /* was declined or cancelled */
        TIMETABLE_UNKNOWN,  /* one of the two is no contact, or both are the same */
        TIMETABLE_NO_OFFER, /* neither has hours at the event, or the one who would visit has no address */
        TIMETABLE_NO_TIME,  /* there is no time at which the two, and a place, are free */
        TIMETABLE_FULL,     /* other wishes have all times at which the two are free */
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
        const char *host, *visitor; /* UIDs; the visitor's is "" if it is no contact of a wish */
        const char *offer, *place, *uid;
        MeetingState meeting; /* of BOOKED */
        usec_t start, end;
        /*
         * Names of host and visitor, or of from and to without a meeting; a UID or address stands for a
         * missing name.
         */
        const char *names[2];
} TimetableRow;

typedef struct Timetable {
        TimetableRow *rows; /* meetings in order of start, place and host; then the other wishes */
        size_t n;
        size_t n_wishes, n_granted; /* a mutual wish is two */
        int64_t value, bound; /* sum of 10 - priority over the granted wishes; the greatest possible sum */
        struct Exchange *exchange; /* inside meet/timetable*.c */
} Timetable;

/**
 * timetable_make() - make a timetable; it only reads
 * @event:  UID
 * @wishes: borrowed until timetable_done()
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
 * Both participants get an invitation. If the offer asks the host to confirm, and the host has no such
 * wish, the host is asked first. Afterwards the rows are TIMETABLE_BOOKED.
 * @ret_failed: the row that cannot be booked, on a BOOKING_E_* condition
 * Return: 0, BOOKING_E_BAD_VISITOR, BOOKING_E_TAKEN, others as the store's.
 */
int timetable_book(const BookingWork *work, Timetable *timetable, const TimetableRow **ret_failed);
