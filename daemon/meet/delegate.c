#include "meet/delegate.h"

#include "base/utf8.h"
#include "contact/address.h"
#include "meet/booking-event.h"
#include "store/address-fold.h"

#include <stdio.h>
#include <string.h>

static bool is_delegate(const BookingDelegate *delegate)
{
        size_t len = strlen(delegate->name);
        return card_email_valid(delegate->address) && strlen(delegate->address) < PERSON_ADDRESS_SIZE &&
               len <= BOOKING_NAME_MAX && utf8_plain_prefix(delegate->name, len) == len;
}

/*
 * Whether the address belongs to one of the two sides, or to another person in the booking who is not a
 * former delegate of this side.
 */
static bool is_somebody_else(
                const MeetParties *parties, const Meeting *meeting, MeetingRole side, const char *address)
{
        const BookingPerson *person = booking_people_find(&parties->booking.people, address);
        const char *own = meet_parties_invited(parties, meeting, side);
        if (address_is_same(address, meeting->visitor.address) ||
                        address_is_same(address, parties->host_address))
                return true;
        return person && !address_is_same(person->delegated_from, own);
}

int delegate_check(const BookingWork *work, const Meeting *meeting, MeetingRole side,
                const BookingDelegate *delegate)
{
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        if (!delegate || !is_delegate(delegate))
                return BOOKING_E_BAD_DELEGATE;
        int r = meet_parties_load(work->store, meeting, &parties);
        if (r != 0)
                return r;
        if (!meet_parties_address(&parties, meeting, side) || !parties.booking.record ||
                        meet_parties_delegate(&parties, meeting, side))
                return BOOKING_E_NOT_POSSIBLE;
        return is_somebody_else(&parties, meeting, side, delegate->address) ? BOOKING_E_BAD_DELEGATE : 0;
}

static BookingPerson *find_or_add(BookingPeople *people, const char *address, const char *name)
{
        BookingPerson *person = booking_people_find(people, address);
        return person ? person : booking_people_add(people, address, name);
}

static void link_people(BookingPerson *own, BookingPerson *delegate, const char *name)
{
        person_set_partstat(own, "DELEGATED");
        person_set_delegate(own, delegate->address);
        person_set_partstat(delegate, "NEEDS-ACTION");
        person_set_delegator(delegate, own->address);
        delegate->name = name;
}

int delegate_put(const BookingWork *work, const Meeting *meeting, MeetingRole side,
                const BookingDelegate *delegate)
{
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        int r = meet_parties_load(work->store, meeting, &parties);
        if (r != 0)
                return r;
        BookingPeople *people = &parties.booking.people;
        BookingPerson *own = find_or_add(people, meet_parties_invited(&parties, meeting, side),
                        meet_parties_name(&parties, side));
        BookingPerson *person = find_or_add(people, delegate->address, delegate->name);
        link_people(own, person, delegate->name);
        return booking_event_save(work, &parties.booking, NULL);
}

int delegate_return(const BookingWork *work, const Meeting *meeting, MeetingRole side,
                char ret_address[static PERSON_ADDRESS_SIZE])
{
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        int r = meet_parties_load(work->store, meeting, &parties);
        BookingPerson *person = r == 0 ? meet_parties_delegate(&parties, meeting, side) : NULL;
        snprintf(ret_address, PERSON_ADDRESS_SIZE, "%s", person ? person->address : "");
        if (!person)
                return r;
        BookingPerson *own = booking_people_find(&parties.booking.people, person->delegated_from);
        person_set_partstat(person, "DECLINED");
        person_set_partstat(own, "NEEDS-ACTION");
        person_set_delegate(own, "");
        return booking_event_save(work, &parties.booking, NULL);
}
