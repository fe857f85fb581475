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

/*
 * The properties of the VEVENT for the address of the host in the ATTENDEE lines, and for the address that
 * was there before (meet/readdress.h).
 */
#define BOOKING_HOST_ADDRESS "X-CONVENED-MEETING-HOST-ADDRESS"
#define BOOKING_HOST_FORMER  "X-CONVENED-MEETING-HOST-FORMER"

/* TRUE in the VEVENT if the offer let the two sides see each other's address when the booking was made. */
#define BOOKING_ADDRESSES "X-CONVENED-MEETING-ADDRESSES"

/** The stored VEVENT of a booking. */
typedef struct BookingEvent {
        ObjectRecord *record;
        Event *event;
        BookingPeople people;
} BookingEvent;

/**
 * booking_event_load() - read the VEVENT with a UID. In every case the caller must call
 * booking_event_done().
 * Return: 0, STORE_E_NOT_FOUND, -EBADMSG if the stored text is not a valid VEVENT, others as the store's.
 */
int booking_event_load(Store *store, const char *uid, BookingEvent *ret);
void booking_event_done(BookingEvent *booking);

/** In a meeting that the office has arranged: the UID of the visitor's card. */
#define BOOKING_VISITOR "X-CONVENED-MEETING-VISITOR"

/** The people of a meeting, as their mails and pages name them. */
typedef struct MeetParties {
        ObjectRecord *record;     /* of the host's card; NULL if the card is gone */
        Card *card;               /* NULL if it is gone or unreadable */
        const char *host_name;    /* borrowed from the card; the host's UID without a card */
        const char *host_address; /* on the card; NULL for none */
        const char *host_invited; /* BOOKING_HOST_ADDRESS; NULL in a booking without one */
        const char *host_former;  /* BOOKING_HOST_FORMER, see meet/readdress.h; NULL if there is none */
        char visitor_name[512];   /* with the organisation; not the address: the host must not see it */
        BookingEvent booking;     /* its record is NULL if the VEVENT is missing or damaged */
} MeetParties;

/**
 * meet_visitor_name() - write the name of a visitor with the organisation; without both, a word for a
 * visitor in the visitor's language. Never the address, which the host must not see.
 */
void meet_visitor_name(const MeetingVisitor *visitor, char *ret, size_t size);

/**
 * meet_parties_load() - read the host's card and the VEVENT of the booking; both may be missing or damaged.
 * In every case the caller must call meet_parties_done().
 * Return: 0, others as the store's.
 */
int meet_parties_load(Store *store, const Meeting *meeting, MeetParties *ret);
void meet_parties_done(MeetParties *parties);

/** meet_parties_name() - return the name of a side, or of the side that a delegate represents */
const char *meet_parties_name(const MeetParties *parties, MeetingRole role);

/**
 * meet_parties_invited() - return the address by which the booking names a side, which for a host may differ
 * from the one that the card has now; NULL if there is none. Borrowed.
 */
const char *meet_parties_invited(const MeetParties *parties, const Meeting *meeting, MeetingRole side);

/** meet_parties_delegate() - find the present delegate of a side; NULL if there is none. Borrowed. */
BookingPerson *meet_parties_delegate(const MeetParties *parties, const Meeting *meeting, MeetingRole side);

/** meet_parties_address() - return the address of the person in a role; NULL if there is none. Borrowed. */
const char *meet_parties_address(const MeetParties *parties, const Meeting *meeting, MeetingRole role);

/** meet_parties_has() - whether an address is that of a side or of its present delegate */
bool meet_parties_has(const MeetParties *parties, const Meeting *meeting, const char *address);

/**
 * booking_event_put() - write the VEVENT of a meeting in its present state. If the time or place has
 * changed, the answers of the people are reset. A meeting whose visitor never confirmed the address gets no
 * VEVENT.
 * @visitor: for BOOKING_VISITOR of a new VEVENT; NULL for none
 * Return: 0, a condition of the store, negative errno.
 */
int booking_event_put(const BookingWork *work, const Meeting *meeting, const char *visitor);

/**
 * booking_event_save() - write the VEVENT back with the changes of its people and with further properties
 * @more: properties to replace; an entry with a NULL name ends them; NULL for none
 * Return: 0, a condition of the store, negative errno.
 */
int booking_event_save(const BookingWork *work, const BookingEvent *booking, const EditProperty *more);

/** booking_event_status() - return the value of STATUS for a state, a static string */
const char *booking_event_status(MeetingState state);
