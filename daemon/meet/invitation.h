#pragma once

/* Inside the meet module: a meeting as an invitation (RFC 5546) shows it to one of its sides. */

#include "base/buffer.h"
#include "meet/booking-event.h"

/** An invitation to one side; borrowed. */
typedef struct MeetInvitation {
        const Config *config;
        const Meeting *meeting;
        const MeetParties *parties;
        MeetingRole role;   /* of the reader */
        const char *method; /* "REQUEST", "CANCEL", "DECLINECOUNTER", "PUBLISH" */
        const char *summary;
        const char *address; /* of the reader; not used for "PUBLISH" */
        int sequence;
        usec_t stamp; /* when this version was made */
} MeetInvitation;

/**
 * invitation_print() - append the calendar object. "REQUEST" and "CANCEL" have one ATTENDEE line, that of
 * the reader; the other methods have none.
 * Return: 0, negative errno.
 */
int invitation_print(const MeetInvitation *invitation, Buffer *out);
