#pragma once

/* Inside the calendar module: the list of an event's participants. */

#include "calendar/participant.h"

typedef struct ParticipantItem {
        Participant participant; /* must be the first member */
        struct ParticipantItem *next;
} ParticipantItem;

/** participants_read() - fill in the participants of the master. Return: 0, -ENOMEM. */
int participants_read(Event *event);

/**
 * participant_is_invited() - whether a PARTICIPANT is part of an invitation, as an ATTENDEE is
 * @type:        its PARTICIPANT-TYPE; NULL for none
 * @has_address: whether it has a CALENDAR-ADDRESS
 */
bool participant_is_invited(const char *type, bool has_address);
