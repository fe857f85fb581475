#pragma once

/* Inside the meet module: which steps are possible, as a table. Pure. */

#include "meet/mail-kind.h"
#include "store/meeting.h"

typedef struct BookingRule {
        MeetingStep step;
        MeetingRole role; /* 0: nobody's, by time */
        MeetingState from, to;
        bool asks_host; /* CONFIRM of an address: whether the host must confirm, too */
        MeetMail to_visitor, to_host;
} BookingRule;

/**
 * booking_rule() - find the rule of a step; NULL: it is not possible
 * @asks_host: counts for the confirmation of an address only
 */
const BookingRule *booking_rule(MeetingStep step, MeetingRole role, MeetingState from, bool asks_host);
