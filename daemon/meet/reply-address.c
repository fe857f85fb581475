#include "meet/reply-address.h"

#include "store/address-fold.h"

#include <stdio.h>

enum { RECIPIENT_SIZE = ADDRESS_SIZE + 32 };

static void print_recipient(MeetingRole role, const char *address, char ret[static RECIPIENT_SIZE])
{
        char folded[ADDRESS_SIZE];
        address_fold(address, folded);
        snprintf(ret, RECIPIENT_SIZE, "%s %s", meeting_role_name(role), folded);
}

int reply_address_print(const char *base, const Meeting *meeting, MeetingRole role, const char *address,
                char ret[static VERP_ADDRESS_SIZE])
{
        char recipient[RECIPIENT_SIZE];
        print_recipient(role, address, recipient);
        return verp_print(base, meeting->id, meeting->secret, recipient, ret);
}

/* The lines of former delegates stay in the booking. */
static bool had_one_delegate(const MeetParties *parties, const Meeting *meeting, MeetingRole side)
{
        const BookingPeople *people = &parties->booking.people;
        const char *own = meet_parties_invited(parties, meeting, side);
        int n = 0;
        for (size_t i = 0; i < people->n; i++)
                n += address_is_same(people->people[i].delegated_from, own);
        return n == 1;
}

/* Whether nobody but the present person can have had an invitation in a role. */
static bool had_one_person(const MeetParties *parties, const Meeting *meeting, MeetingRole role)
{
        MeetingRole side = meeting_role_side(role);
        if (role != side)
                return had_one_delegate(parties, meeting, side);
        return role == MEETING_VISITOR ||
               (!parties->host_former && address_is_same(meet_parties_invited(parties, meeting, role),
                                                         meet_parties_address(parties, meeting, role)));
}

MeetingRole reply_address_role(const VerpTag *tag, const Meeting *meeting, const MeetParties *parties)
{
        char recipient[RECIPIENT_SIZE];
        for (MeetingRole role = MEETING_VISITOR; role < MEETING_HOST_FORMER; role++) {
                const char *address = meet_parties_address(parties, meeting, role);
                if (!address || tag->mail != meeting->id)
                        continue;
                print_recipient(role, address, recipient);
                if (verp_is_of(tag, meeting->secret, recipient))
                        return role;
                if (verp_is_of(tag, meeting->secret, meeting_role_name(role)))
                        return had_one_person(parties, meeting, role) ? role : 0;
        }
        return 0;
}
