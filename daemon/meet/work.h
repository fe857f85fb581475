#pragma once

/* Types that several files of this module share: a request, a step, their result, and the conditions. */

#include "base/conditions.h"
#include "config/config.h"
#include "store/meeting.h"

/* Conditions of meet/booking.h. */
enum {
        BOOKING_E_NO_OFFER = CONDITIONS_MEET + 20, /* the offer or its host does not exist */
        BOOKING_E_TAKEN = CONDITIONS_MEET + 21,    /* the time is not free; `nearest` lists free ones */
        BOOKING_E_TOO_LATE = CONDITIONS_MEET + 22, /* the time is past, or sooner than the notice allows */
        BOOKING_E_OLD = CONDITIONS_MEET + 23,      /* the token is of an earlier revision */
        BOOKING_E_DONE = CONDITIONS_MEET + 24,     /* the same step was made already; nothing is changed */
        BOOKING_E_NOT_POSSIBLE = CONDITIONS_MEET + 25, /* the role cannot make the step in this state */
        BOOKING_E_EXPIRED = CONDITIONS_MEET + 26,      /* the hold has ended */
        BOOKING_E_NO_PLACE = CONDITIONS_MEET + 27,     /* the offer does not have the place */
        BOOKING_E_BAD_VISITOR = CONDITIONS_MEET + 28,  /* the address, the zone or a text is invalid */
        BOOKING_E_NO_TIME = CONDITIONS_MEET + 29, /* no time, too many times, or one that is not proposed */
        BOOKING_E_UNKNOWN = CONDITIONS_MEET + 30, /* no meeting has this token or UID */
        BOOKING_E_MOVED_OFTEN = CONDITIONS_MEET + 31, /* BOOKING_MOVES_MAX or COUNTERS_MAX is reached */
        BOOKING_E_BAD_DELEGATE =
                        CONDITIONS_MEET + 32, /* name or address is invalid, or somebody has the address */
        BOOKING_E_NOTICE = CONDITIONS_MEET + 33, /* the meeting begins too soon for the visitor to move it */
};

enum {
        BOOKING_NEAREST_MAX = 3,
        BOOKING_TIMES_MAX = 5,  /* that one step proposes */
        BOOKING_MOVES_MAX = 10, /* of one meeting by one role, because each sends a mail to the other side */
        BOOKING_DELEGATES_MAX =
                        3, /* named by one side, because each gets a mail that the person did not ask for */
        BOOKING_NAME_MAX = 200,  /* bytes of the visitor's name; also of the organisation */
        BOOKING_TEXT_MAX = 1000, /* bytes of the topic */
        BOOKING_PLACE_SIZE = 256,
};

/** The store, the configuration and the time that a function works with; borrowed. */
typedef struct BookingWork {
        Store *store; /* open for writing */
        const Config *config;
        usec_t now;
} BookingWork;

typedef struct BookingTime {
        usec_t start, end;
        char place[BOOKING_PLACE_SIZE]; /* "" for none */
} BookingTime;

/** A person who comes in the place of one side. */
typedef struct BookingDelegate {
        const char *address;
        const char *name; /* "" if it is not known */
} BookingDelegate;

/** The result of a request or step. In every case the caller must call booking_result_done(). */
typedef struct BookingResult {
        Meeting *meeting;                         /* as it is now; NULL if there is none */
        BookingTime nearest[BOOKING_NEAREST_MAX]; /* for BOOKING_E_TAKEN and BOOKING_E_TOO_LATE */
        size_t n_nearest;
} BookingResult;

/** The request of a visitor. */
typedef struct BookingAsk {
        const char *offer; /* UID */
        usec_t start;
        usec_t length;     /* 0 for the shortest of the offer */
        const char *place; /* NULL or "" for any free place */
        MeetingVisitor visitor;
} BookingAsk;

/** A step to make. */
typedef struct BookingStep {
        const char *token; /* of a link: names meeting, role and revision. If NULL: `uid` and `role` */
        const char *uid;   /* of the booking; the step begins at its present revision */
        MeetingRole role;
        MeetingStep step;
        /*
         * The new time of MOVE; one or more times of PROPOSE; the chosen time of CONFIRM after a proposal,
         * which may be missing if one time was proposed. If `end` is 0, the meeting keeps its length. If
         * `place` is "", the meeting keeps its place if that is free, or else takes any free place.
         */
        const BookingTime *times;
        size_t n_times;
        const BookingDelegate *delegate; /* of DELEGATE */
        bool is_reply;  /* of RETURN: the delegate has declined in a calendar program, which knows it */
        bool is_agreed; /* of MOVE: the other side has proposed the time, so the notice does not count */
} BookingStep;
