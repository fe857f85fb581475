#pragma once

/*
 * The people and bodies that an event names: its speakers, organisers, participants. They are written as
 * PARTICIPANT components (RFC 9073, 7.1), and read from these and from the older properties of this program:
 *
 *   X-CONVENED-PERSON;X-MANNER=SPEAKER          PARTICIPANT-TYPE:SPEAKER
 *   ... X-MANNER=GREETED, READ-GREETING         PARTICIPANT-TYPE;X-MANNER=GREETED:SPEAKER
 *   ... X-MANNER=ATTENDED                       PARTICIPANT-TYPE:ACTIVE
 *   ... X-MANNER=HELD-MEETINGS, MET, SIGNED     PARTICIPANT-TYPE;X-MANNER=MET:ACTIVE
 *   ... X-MANNER=CONTACT                        PARTICIPANT-TYPE:CONTACT
 *   X-CONVENED-ORGANIZER                        PARTICIPANT-TYPE:PLANNER-CONTACT
 *   X-CONVENED-PARTICIPANT, a body or group     PARTICIPANT-TYPE;CUTYPE=GROUP:ACTIVE
 *   the value of each, the name                 SUMMARY
 *   X-ROLE, X-ORG                               DESCRIPTION, X-CONVENED-ORG
 *
 * X-CONVENED-PERSON remains for people who did not take part: INITIATOR, GREETING-AUTHOR, QUOTED. RFC 9073
 * has no type for them.
 */

#include "base/buffer.h"
#include "calendar/event.h"

typedef enum ParticipantGroup {
        PARTICIPANT_ORGANISERS,
        PARTICIPANT_PEOPLE,
        PARTICIPANT_BODIES,
        PARTICIPANT_INVITED, /* ACTIVE, INACTIVE or no type, and a CALENDAR-ADDRESS: part of an invitation */
} ParticipantGroup;

#define PARTICIPANT_MANNER_ORGANISER "ORGANISER"
#define PARTICIPANT_MANNER_BODY      "PARTICIPANT"
#define PARTICIPANT_MANNER_SPEAKER   "SPEAKER"

/** One of them. Borrowed from the event. Only the name, role and organisation may be published. */
typedef struct Participant {
        ParticipantGroup group;
        const char *manner;      /* in capitals: "SPEAKER"; NULL if it is not stated */
        const ContentLine *name; /* the value is a TEXT; it may have LANGUAGE, and X-BASIS=INFERRED */
        const char *role, *organisation;
        const char *contact; /* a telephone number or other text of CONTACT; never for the public */
        const char *address; /* of CALENDAR-ADDRESS, such as mailto:; never for the public */
        size_t line;         /* number of the line of the property, or of the component's BEGIN */
} Participant;

/**
 * event_participant_next() - return the master's next one of a group after @previous, or the first if
 * @previous is NULL; NULL if there is none. The order is that of the text. Those without a name are left
 * out.
 */
const Participant *event_participant_next(
                const Event *event, ParticipantGroup group, const Participant *previous);

/**
 * participant_read_line() - read an X-CONVENED-ORGANIZER, -PERSON or -PARTICIPANT line of an event, or of a
 * card
 * @ret: borrows from the line
 *
 * Return: false if it is another property.
 */
bool participant_read_line(const ContentLine *line, Participant *ret);

/** The values of a PARTICIPANT to write, in plain text. NULL and "" omit a value, except the name. */
typedef struct ParticipantText {
        const char *manner; /* one of the table above */
        const char *name, *role, *organisation;
} ParticipantText;

/**
 * participant_write() - append the properties of a PARTICIPANT, without BEGIN and END
 * Return: 0, -EINVAL for a manner that no PARTICIPANT-TYPE stands for, other negative errno.
 */
int participant_write(const ParticipantText *participant, Buffer *out);
