#pragma once

/*
 * The server's part in an organizer's change of a meeting (RFC 6638, 3.2.1): it decides which participants
 * get which message. Pure.
 */

#include "schedule/message.h"

typedef struct OrganizerChange {
        ItipObject *old;       /* NULL if the meeting is new */
        ItipObject *new;       /* NULL if it is deleted; organizer_settle() changes it */
        const char *organizer; /* the key of the user */
        bool keeps_answers;    /* If-Schedule-Tag-Match: the client may lack the last answers (3.2.10) */
        usec_t now;
} OrganizerChange;

/**
 * organizer_settle() - correct what a client may have left
 *
 * The SEQUENCE of a component never falls. It rises if the time or STATUS changes (RFC 5546, 2.1.4), and if
 * the time changes, the participants have to answer again (RFC 6638, 3.2.8). With `keeps_answers`, other
 * answers are those of the old object. An override that is new is compared with its instance of the series.
 * Return: 0, -ENOMEM, other negative errno.
 */
int organizer_settle(OrganizerChange *change);

/**
 * organizer_messages() - make the messages, before organizer_close()
 * @arena: owns them
 *
 * A new participant gets a REQUEST, a removed one a CANCEL. If the meeting has changed for a participant, it
 * gets a REQUEST with the instances to which it is invited; for instances from which it is removed, it gets
 * a CANCEL. A component with STATUS:CANCELLED invites nobody. Nobody gets a message if only alarms, answers
 * or the like have changed, unless SCHEDULE-FORCE-SEND demands it.
 */
int organizer_messages(const OrganizerChange *change, Arena *arena, ScheduleMessage **ret);

/** organizer_close() - remove SCHEDULE-FORCE-SEND, which is not stored (RFC 6638, 7.2) */
int organizer_close(ItipObject *object, bool *ret_changed);

/** organizer_set_status() - set the SCHEDULE-STATUS of a participant in all components (RFC 6638, 7.3) */
int organizer_set_status(ItipObject *object, const char *user, const char *status);
