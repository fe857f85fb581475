#include "meet/readdress.h"

#include "meet/booking-event.h"

#include <string.h>

/*
 * Whether the booking must be changed: it names another address than the card, and nobody in it has the
 * address of the card.
 */
static bool has_other_address(const MeetParties *parties)
{
        const char *address = parties->host_address, *invited = parties->host_invited;
        return parties->booking.event && address && invited && strcasecmp(address, invited) != 0 &&
               !booking_people_find(&parties->booking.people, address);
}

/* Changes the host's line, and those of the host's delegates, which refer to it. */
static void change_lines(const MeetParties *parties)
{
        const BookingPeople *people = &parties->booking.people;
        BookingPerson *own = booking_people_find(people, parties->host_invited);
        for (size_t i = 0; i < people->n; i++)
                if (strcasecmp(people->people[i].delegated_from, parties->host_invited) == 0)
                        person_set_delegator(&people->people[i], parties->host_address);
        if (own) {
                own->address = parties->host_address;
                own->is_changed = true;
        }
}

int readdress_host(const BookingWork *work, const Meeting *meeting, bool *ret)
{
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        int r = meet_parties_load(work->store, meeting, &parties);
        *ret = r == 0 && has_other_address(&parties);
        if (!*ret)
                return r;
        change_lines(&parties);
        const EditProperty properties[] = {
                { BOOKING_HOST_ADDRESS, NULL, parties.host_address, true, EDIT_NAME },
                { BOOKING_HOST_FORMER, NULL, parties.host_invited, true, EDIT_NAME },
                { 0 },
        };
        return booking_event_save(work, &parties.booking, properties);
}
