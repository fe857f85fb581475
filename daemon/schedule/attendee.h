#pragma once

/*
 * The server's part in a participant's change of its copy of a meeting (RFC 6638, 3.2.2): it decides whether
 * the change is allowed, and which answer the organizer gets. Pure.
 */

#include "schedule/message.h"

typedef struct AttendeeChange {
        ItipObject *old;       /* NULL if the copy is new */
        ItipObject *new;       /* NULL if it is deleted */
        ItipObject *organized; /* the organizer's object; NULL if the organizer has no account */
        ItipUser *user;        /* of attendee_requests(); gets `userdata` */
        void *userdata;
        const char *attendee; /* the key of the user */
        usec_t now;
} AttendeeChange;

/**
 * attendee_check() - whether a participant may make a change (RFC 6638, 3.2.2.1): only alarms, stamps, the
 * own answer, a delegate, how the time is shown, and the removal of instances
 * @ret: true also if one of both objects is NULL
 * Return: 0, -ENOMEM.
 */
int attendee_check(const AttendeeChange *change, bool *ret);

/**
 * attendee_settle() - keep the SEQUENCEs of the organizer: those of the old copy, and none above those of
 * `organized`. Otherwise later messages of the organizer would seem to be older than the copy. Also keep the
 * answers of other participants, which are not the user's to change (RFC 6638, 3.2.2.1).
 * Return: 0, -ENOMEM.
 */
int attendee_settle(const AttendeeChange *change);

/**
 * attendee_reply() - make the answer, before organizer_close()
 * @arena: owns it
 * @ret: NULL if nothing is to be told: the answer is the same, or the client sends it (SCHEDULE-AGENT)
 *
 * The deletion of the copy, or of an instance, declines it, even if it was never answered.
 */
int attendee_reply(const AttendeeChange *change, Arena *arena, ScheduleMessage **ret);

/**
 * attendee_requests() - make the invitations of those to whom the participant delegates anew (RFC 5546,
 * 3.2.2.3)
 * @ret: NULL if there are none
 *
 * The delegate gets the meeting of the organizer, if `organized` is given: the participant changes the two
 * ATTENDEE lines only. Then the participant must be invited, and who is invited already gets nothing.
 * Return: 0, ITIP_E_MANY if there is no room for the delegate, the result of `user`, negative errno.
 */
int attendee_requests(const AttendeeChange *change, Arena *arena, ScheduleMessage **ret);

/** attendee_set_status() - set the SCHEDULE-STATUS of the organizer in all components */
int attendee_set_status(ItipObject *object, const char *status);
