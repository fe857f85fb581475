#pragma once

/*
 * Automatic scheduling (RFC 6638, 3): a program that writes or deletes a meeting in a calendar thereby
 * invites, moves, cancels or answers. The messages are delivered in the transaction of the change: those to
 * accounts into their inboxes and calendars, those to others as rows of the ledger, which the outbox sends.
 */

#include "schedule/user.h"
#include "store/object.h"
#include "store/scheduled.h"

enum {
        SCHEDULE_ATTENDEES_MAX = ITIP_ATTENDEES_MAX,         /* max-attendees-per-instance */
        SCHEDULE_E_SAME_ORGANIZER = CONDITIONS_SCHEDULE + 2, /* same-organizer-in-all-components */
        SCHEDULE_E_ORGANIZER = CONDITIONS_SCHEDULE + 3,      /* allowed-organizer-scheduling-object-change */
        SCHEDULE_E_ATTENDEE = CONDITIONS_SCHEDULE + 4,       /* allowed-attendee-scheduling-object-change */
        SCHEDULE_E_NOT_UNIQUE = CONDITIONS_SCHEDULE + 5,     /* unique-scheduling-object-resource */
        SCHEDULE_E_MANY = ITIP_E_MANY,                       /* max-attendees-per-instance */
};

/** A text; NULL for none. */
typedef struct ScheduleText {
        const char *text;
        size_t len;
} ScheduleText;

/** A change of an object in a calendar; borrowed. */
typedef struct ScheduleChange {
        const Collection *collection;
        const char *resource;  /* "" if the object is new and has no name yet */
        ScheduleText old, new; /* NULL: the object is new; it is deleted */
        bool keeps_answers;    /* the client has sent If-Schedule-Tag-Match */
        bool is_silent;        /* Schedule-Reply: F; the organizer is not told of a deletion */
} ScheduleChange;

/** The messages of a change, between its check and its end. */
typedef struct Schedule Schedule;

/**
 * schedule_prepare() - check a change, and make its messages
 * @work: borrowed until schedule_free()
 * @ret:  NULL if the change concerns no meeting of the owner, or the calendar does not schedule
 *
 * Return: 0, SCHEDULE_E_*, a condition of the store, negative errno.
 */
int schedule_prepare(const ScheduleWork *work, const ScheduleChange *change, Schedule **ret);
Schedule *schedule_free(Schedule *schedule);
DEFINE_CLEANUP(Schedule, schedule_freep, schedule_free)

/** schedule_text() - the text that is to be stored in place of the new one; NULL if it is the same */
const char *schedule_text(const Schedule *schedule, size_t *ret_len);

/**
 * schedule_finish() - deliver the messages, after the object was written
 * @collection, @resource: where the object is now, for its schedule tag; not used for a deletion
 * Return: 0, a condition of the store, negative errno.
 */
int schedule_finish(Schedule *schedule, const char *collection, const char *resource);
