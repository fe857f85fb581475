#pragma once

/* Inside the meet module: the table of the possible steps. It uses no clock and no store. */

#include "meet/mail-kind.h"
#include "store/meeting.h"

typedef struct BookingRule {
        MeetingStep step;
        MeetingRole role; /* 0 for a step that the end of a hold makes */
        MeetingState from, to;
        bool asks_host; /* for CONFIRM of an address: whether the host must then be asked */
        MeetMail to_visitor, to_host;
} BookingRule;

/**
 * booking_rule() - find the rule of a step; NULL if the step is not possible
 * @asks_host: used for the confirmation of an address only
 */
const BookingRule *booking_rule(MeetingStep step, MeetingRole role, MeetingState from, bool asks_host);
