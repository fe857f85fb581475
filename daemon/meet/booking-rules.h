#pragma once

/* Inside the meet module: the table of the possible steps. It uses no clock and no store. */

#include "meet/mail-kind.h"
#include "store/meeting.h"

typedef struct BookingRule {
        MeetingStep step;
        MeetingRole role; /* 0 for MEETING_STEP_EXPIRE, which nobody makes */
        MeetingState from, to;
        bool asks_host; /* for CONFIRM of an address: the rule is for offers whose host must then be asked */
        MeetMail to_visitor, to_host;
} BookingRule;

/**
 * booking_rule() - find the rule of a step; NULL if the step is not possible in the state @from
 * @role:      0 for MEETING_STEP_EXPIRE
 * @asks_host: used only for the confirmation of an address
 */
const BookingRule *booking_rule(MeetingStep step, MeetingRole role, MeetingState from, bool asks_host);
