#pragma once

/* Types that the parts of a booking share: the work of one call, times, and the reasons of a refusal. */

#include "base/conditions.h"
#include "config/config.h"
#include "store/store.h"

/* Conditions of meet/booking.h. */
enum {
        BOOKING_E_NO_OFFER = CONDITIONS_MEET + 20,     /* there is no such offer, or its host is gone */
        BOOKING_E_TAKEN = CONDITIONS_MEET + 21,        /* the slot is not free; `nearest` has free ones */
        BOOKING_E_TOO_LATE = CONDITIONS_MEET + 22,     /* less than the notice is left, or it has begun */
        BOOKING_E_OLD = CONDITIONS_MEET + 23,          /* the token is of an earlier revision */
        BOOKING_E_DONE = CONDITIONS_MEET + 24,         /* this step was made already */
        BOOKING_E_NOT_POSSIBLE = CONDITIONS_MEET + 25, /* the state does not allow this step to this role */
        BOOKING_E_EXPIRED = CONDITIONS_MEET + 26,      /* the hold has ended */
        BOOKING_E_NO_PLACE = CONDITIONS_MEET + 27,     /* the offer has no such place */
        BOOKING_E_BAD_VISITOR = CONDITIONS_MEET + 28,  /* no address to write to, or a bad text */
        BOOKING_E_NO_TIME = CONDITIONS_MEET + 29,      /* none given, or not one of the proposed */
        BOOKING_E_UNKNOWN = CONDITIONS_MEET + 30,      /* there is no such meeting or token */
        BOOKING_E_MOVED_OFTEN = CONDITIONS_MEET + 31,  /* this role has moved it BOOKING_MOVES_MAX times */
        BOOKING_E_BAD_DELEGATE = CONDITIONS_MEET + 32, /* no address to write to, or not another person's */
};

enum {
        BOOKING_VERIFY_MINUTES = 30, /* to confirm the address */
        BOOKING_ANSWER_DAYS = 3,     /* for the host's answer, and for the visitor's choice */
        BOOKING_NEAREST_MAX = 3,
        BOOKING_TIMES_MAX = 5,  /* proposed at once */
        BOOKING_MOVES_MAX = 10, /* of one meeting by one role: each is a mail to the other */
        BOOKING_DELEGATES_MAX =
                        3,       /* named by one side: each is a mail to somebody who has not asked for it */
        BOOKING_NAME_MAX = 200,  /* bytes of the visitor's name, and of the organisation */
        BOOKING_TEXT_MAX = 1000, /* bytes of the topic */
        BOOKING_PLACE_SIZE = 256,
};

/** The work of one call; borrowed. */
typedef struct BookingWork {
        Store *store; /* open for writing */
        const Config *config;
        usec_t now;
} BookingWork;

typedef struct BookingTime {
        usec_t start, end;
        char place[BOOKING_PLACE_SIZE]; /* "" for none */
} BookingTime;

/** Somebody who comes in the place of one side. */
typedef struct BookingDelegate {
        const char *address;
        const char *name; /* "" if it is not known */
} BookingDelegate;
