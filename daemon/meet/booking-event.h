#pragma once

/*
 * Inside the meet module: the VEVENT of a booking, as the store keeps it, and as an invitation (RFC 5546)
 * shows it to one of the two sides.
 */

#include "base/buffer.h"
#include "contact/card.h"
#include "meet/work.h"
#include "store/meeting.h"
#include "store/object.h"

enum { MEET_ADDRESS_SIZE = 384 };

/** The two sides of a meeting, as their mails and the VEVENT name them. */
typedef struct MeetParties {
        ObjectRecord *record; /* of the host's card; NULL if it is gone */
        Card *card;
        const char *host_name;    /* borrowed from the card; UID of a lost card */
        const char *host_address; /* NULL if there is none */
        char visitor_name[512];   /* with the organisation */
} MeetParties;

/** meet_parties_load() - read the host's card; meet_parties_done() it in any case */
int meet_parties_load(Store *store, const Meeting *meeting, MeetParties *ret);
void meet_parties_done(MeetParties *parties);

/**
 * booking_event_put() - write the VEVENT of a meeting to its present state; a meeting whose address was never
 * confirmed has none
 */
int booking_event_put(const BookingWork *work, const Meeting *meeting);

/** booking_event_answer() - set the PARTSTAT of the side with an address */
int booking_event_answer(const BookingWork *work, const ObjectRecord *record, const char *address,
                const char *partstat);

/** An invitation to one side. */
typedef struct MeetInvitation {
        const Config *config;
        const Meeting *meeting;
        const MeetParties *parties;
        MeetingRole role;   /* of the reader */
        const char *method; /* "REQUEST", "CANCEL" */
        const char *summary;
        const char *address; /* of the reader */
        int sequence;
        usec_t stamp; /* when this version was made */
} MeetInvitation;

/** booking_event_invite() - append the calendar part: the reader's own ATTENDEE line only */
int booking_event_invite(const MeetInvitation *invitation, Buffer *out);
