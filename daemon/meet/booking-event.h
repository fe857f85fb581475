#pragma once

/*
 * Inside the meet module: the VEVENT of a booking, as the store keeps it. An invitation shows it to one of
 * the two sides (meet/invitation.h).
 */

#include "contact/card.h"
#include "meet/booking-people.h"
#include "meet/work.h"
#include "store/meeting.h"
#include "store/object.h"

enum { MEET_ADDRESS_SIZE = 384 };

/* The address of the host in the ATTENDEE lines, and the one that was there before (meet/readdress.h) */
#define BOOKING_HOST_ADDRESS "X-CONVENED-MEETING-HOST-ADDRESS"
#define BOOKING_HOST_FORMER  "X-CONVENED-MEETING-HOST-FORMER"

/** The stored VEVENT of a booking. */
typedef struct BookingEvent {
        ObjectRecord *record;
        Event *event;
        BookingPeople people;
} BookingEvent;

/**
 * booking_event_load() - read the VEVENT with a UID. In every case the caller must call
 * booking_event_done().
 * Return: 0, STORE_E_NOT_FOUND, others as the store's.
 */
int booking_event_load(Store *store, const char *uid, BookingEvent *ret);
void booking_event_done(BookingEvent *booking);

/** The people of a meeting, as their mails and pages name them. */
typedef struct MeetParties {
        ObjectRecord *record; /* of the host's card; NULL if it is gone */
        Card *card;
        const char *host_name;    /* borrowed from the card; the UID if the card is gone */
        const char *host_address; /* on the card; NULL if there is none */
        const char *host_invited; /* the one that the booking names; NULL in one of an earlier version */
        const char *host_former;  /* the one that the booking named before; NULL if it has not changed */
        char visitor_name[512];   /* with the organisation; never the address, which the host is not shown */
        BookingEvent booking;     /* its record is NULL if there is no VEVENT, or a damaged one */
} MeetParties;

/** meet_parties_load() - read the host's card and the booking. In every case call meet_parties_done(). */
int meet_parties_load(Store *store, const Meeting *meeting, MeetParties *ret);
void meet_parties_done(MeetParties *parties);

/** meet_parties_name() - return the name of a side, or of the side that a delegate represents */
const char *meet_parties_name(const MeetParties *parties, MeetingRole role);

/** meet_parties_delegate() - find the delegate of a side; NULL if there is none */
BookingPerson *meet_parties_delegate(const MeetParties *parties, const Meeting *meeting, MeetingRole side);

/** meet_parties_address() - return the address of a role; NULL if there is none */
const char *meet_parties_address(const MeetParties *parties, const Meeting *meeting, MeetingRole role);

/**
 * booking_event_put() - write the VEVENT of a meeting in its present state. A meeting whose address was
 * never confirmed has no VEVENT.
 */
int booking_event_put(const BookingWork *work, const Meeting *meeting);

/**
 * booking_event_save() - write the VEVENT back with its people and further properties
 * @more: the last one has a NULL name; NULL for none
 */
int booking_event_save(const BookingWork *work, const BookingEvent *booking, const EditProperty *more);

/** booking_event_status() - return the STATUS of a meeting in a state; static */
const char *booking_event_status(MeetingState state);
