#pragma once

/*
 * Inside the calendar module: publishes the PARTICIPANT and VLOCATION components of an event (RFC 9073, 7).
 * Other components inside an event are never published, nor are components inside these.
 *
 * The public gets the name, role and organisation of a PARTICIPANT, and the name, point and address of a
 * VLOCATION, without telephone numbers and mail addresses. Its UID is derived from what is published, since
 * a UID may be a mail address. A PARTICIPANT of an invitation (calendar/participant.h) is for contacts only,
 * as are CALENDAR-ADDRESS, CONTACT, STRUCTURED-DATA and whatever is not in the table.
 */

#include "calendar/publish-line.h"

typedef struct PublishParts {
        Buffer text;  /* the published components of one event */
        Buffer event; /* UID of the event */
        Buffer type;  /* PARTICIPANT-TYPE of the component that is being read */
        bool is_open, has_type, has_address;
        size_t start; /* where its lines begin in `text` */
} PublishParts;

void publish_parts_init(PublishParts *parts);
void publish_parts_done(PublishParts *parts);

/** publish_parts_begin() - forget the components of the previous event */
void publish_parts_begin(PublishParts *parts);

/** publish_parts_take() - read a line of an event, of any depth from 2 on */
void publish_parts_take(PublishParts *parts, LineWriter *writer, const ContentLine *line);
