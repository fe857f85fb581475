#pragma once

/*
 * Inside the meet module: the ATTENDEE lines of a stored booking, read, changed and written back. Unchanged
 * lines are written as they were read, because the office may have added lines or parameters of its own.
 *
 * The parameter X-CONVENED-REPLY of a line says which answer of the attendee counted last: the booking's
 * SEQUENCE and the answer's DTSTAMP, as `3-20261129T083000Z`. An answer counts only if it is newer (RFC
 * 5546, 2.1.5), so that one which arrives late or twice changes nothing.
 */

#include "calendar/edit.h"

enum { PERSON_REPLY_SIZE = 32, PERSON_ADDRESS_SIZE = 320 };

typedef struct BookingPerson {
        const ContentLine *line; /* NULL for a new one */
        const char *address;     /* NULL if the line has no mail address */
        const char *name;        /* "" for none */
        char partstat[32];
        char delegated_to[PERSON_ADDRESS_SIZE], delegated_from[PERSON_ADDRESS_SIZE]; /* "" for none */
        char reply[PERSON_REPLY_SIZE];                                               /* "" for none */
        bool is_changed;
} BookingPerson;

enum { BOOKING_PEOPLE_NEW_MAX = 2 };

typedef struct BookingPeople {
        const Event *event;
        BookingPerson *people;
        size_t n, n_max;
} BookingPeople;

/**
 * booking_people_read() - read the ATTENDEE lines of @event, which must outlive the result
 * Return: 0, -ENOMEM. In every case the caller must call booking_people_done().
 */
int booking_people_read(const Event *event, BookingPeople *ret);
void booking_people_done(BookingPeople *people);

/** booking_people_find() - find the line of an address, without regard to case; NULL if there is none */
BookingPerson *booking_people_find(const BookingPeople *people, const char *address);

/** booking_people_delegate() - find the line of the present delegate of an address; NULL if there is none */
BookingPerson *booking_people_delegate(const BookingPeople *people, const char *address);

/**
 * booking_people_add() - add a line with PARTSTAT=NEEDS-ACTION
 * @address, @name: borrowed as long as @people is used
 * Return: the line; NULL if BOOKING_PEOPLE_NEW_MAX lines were added already.
 */
BookingPerson *booking_people_add(BookingPeople *people, const char *address, const char *name);

/**
 * booking_people_ask_again() - reset all answers, because the time or place has changed. Delegations stay,
 * and so do the lines of former delegates.
 */
void booking_people_ask_again(BookingPeople *people);

/** person_set_partstat() - change the PARTSTAT */
void person_set_partstat(BookingPerson *person, const char *partstat);

/** person_set_delegate(), person_set_delegator() - change DELEGATED-TO and DELEGATED-FROM; "" for none */
void person_set_delegate(BookingPerson *person, const char *address);
void person_set_delegator(BookingPerson *person, const char *address);

/**
 * person_is_newer() - whether an answer is newer than the last answer of this person that counted; true if
 * none has counted
 * @sequence: the present SEQUENCE of the booking
 * @stamp:    DTSTAMP of the answer, as 20261129T083000Z
 */
bool person_is_newer(const BookingPerson *person, int sequence, const char *stamp);

/** person_set_reply() - record the answer that counted last; @sequence, @stamp: as for person_is_newer() */
void person_set_reply(BookingPerson *person, int sequence, const char *stamp);

/**
 * booking_people_write() - append the event with the changed lines
 * @more: further properties to replace; an entry with a NULL name ends them; NULL for none
 * @now:  the time of the change
 * Return: 0, negative errno.
 */
int booking_people_write(const BookingPeople *people, const EditProperty *more, usec_t now, Buffer *out);
