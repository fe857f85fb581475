#include "meet/readdress.h"

#include "meet/booking-event.h"
#include "store/address-fold.h"

#include <string.h>

/* Whether a mail has uninvited the host, because the card had no address, and none has invited it since. */
static bool is_uninvited(const MeetParties *parties)
{
        return address_is_same(parties->host_former, parties->host_invited);
}

/*
 * Whether the booking must be changed: the card has no address any more, or has one again, or has another
 * one than the booking names, if it names one, which nobody in it has. A card that is gone has no address,
 * but one that cannot be read may have any.
 */
static bool has_other_address(const MeetParties *parties)
{
        const char *address = parties->host_address, *invited = parties->host_invited;
        bool is_unreadable = parties->record && !parties->card;
        if (!parties->booking.event || (!address && !invited) || is_unreadable)
                return false;
        if (!address || address_is_same(address, invited))
                return is_uninvited(parties) == (address != NULL);
        return !booking_people_find(&parties->booking.people, address);
}

/*
 * Changes the host's line, and those of the host's delegates, which refer to it. A host who had no address
 * gets a line.
 */
static void change_lines(MeetParties *parties)
{
        BookingPeople *people = &parties->booking.people;
        BookingPerson *own = booking_people_find(people, parties->host_invited);
        if (!parties->host_invited)
                own = booking_people_add(people, parties->host_address, parties->host_name);
        for (size_t i = 0; i < people->n; i++)
                if (address_is_same(people->people[i].delegated_from, parties->host_invited))
                        person_set_delegator(&people->people[i], parties->host_address);
        if (own) {
                own->address = parties->host_address;
                own->is_changed = true;
        }
}

int readdress_host(const BookingWork *work, const Meeting *meeting, Readdressed *ret)
{
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        int r = meet_parties_load(work->store, meeting, &parties);
        *ret = (Readdressed){ .is_changed = r == 0 && has_other_address(&parties) };
        if (!ret->is_changed)
                return r;
        const char *address = parties.host_address, *invited = parties.host_invited;
        ret->has_former = invited && !is_uninvited(&parties);
        if (address)
                change_lines(&parties);
        const EditProperty properties[] = {
                { BOOKING_HOST_ADDRESS, NULL, address ? address : invited, true, EDIT_NAME },
                { BOOKING_HOST_FORMER, NULL, address_is_same(address, invited) ? NULL : invited, true,
                                EDIT_NAME },
                { 0 },
        };
        return booking_event_save(work, &parties.booking, properties);
}
