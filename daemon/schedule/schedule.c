#include "schedule/schedule.h"

#include "schedule/attendee.h"
#include "schedule/deliver.h"
#include "schedule/organizer.h"
#include "store/scheduled.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef enum Role { ROLE_NONE, ROLE_ORGANIZER, ROLE_ATTENDEE } Role;

struct Schedule {
        const ScheduleWork *work;
        char login[ACCOUNT_NAME_SIZE]; /* the account in whose name messages are sent */
        char user[ITIP_USER_SIZE];     /* its key */
        ItipObject *old, *new;
        ItipObject *organized; /* of the organizer, if the owner is a participant; its messages borrow it */
        Role old_role, new_role;
        ScheduleMessage *messages;
        Arena arena; /* of the messages */
        Buffer text; /* the object to store; empty if it is the given one */
};

Schedule *schedule_free(Schedule *schedule)
{
        if (!schedule)
                return NULL;
        itip_object_free(schedule->old);
        itip_object_free(schedule->new);
        itip_object_free(schedule->organized);
        arena_done(&schedule->arena);
        buffer_done(&schedule->text);
        free(schedule);
        return NULL;
}

/* ---- The people ---- */

static bool may_be_meeting(const ScheduleText *text)
{
        return text->text && memmem(text->text, text->len, "ORGANIZER", strlen("ORGANIZER"));
}

static const char *organizer_of(const ItipObject *object)
{
        for (const ItipComponent *component = object->components; component; component = component->next) {
                const ItipLine *line = itip_line(component, "ORGANIZER", NULL);
                if (line)
                        return line->user;
        }
        return NULL;
}

static bool has_attendee(const ItipObject *object, const char *user)
{
        for (const ItipComponent *component = object->components; component; component = component->next)
                if (user ? itip_attendee(component, user) : itip_line(component, "ATTENDEE", NULL))
                        return true;
        return false;
}

static Role role_in(const ItipObject *object, const char *user)
{
        const char *organizer = object ? organizer_of(object) : NULL;
        if (!organizer)
                return ROLE_NONE;
        if (strcmp(organizer, user) == 0)
                return has_attendee(object, NULL) ? ROLE_ORGANIZER : ROLE_NONE;
        return has_attendee(object, user) ? ROLE_ATTENDEE : ROLE_NONE;
}

/*
 * Finds the account that owns the calendar. A calendar of the office has no owner: a meeting in it belongs
 * to the meeting's organizer.
 */
static bool find_owner(Schedule *schedule, const ScheduleChange *change)
{
        const ItipObject *object = schedule->new ? schedule->new : schedule->old;
        const char *organizer = organizer_of(object);
        const char *owner = change->collection->owner[0] ? change->collection->owner
                            : organizer                  ? schedule_login(organizer)
                                                         : NULL;
        if (!owner)
                return false;
        snprintf(schedule->login, sizeof(schedule->login), "%s", owner);
        schedule_user_of_login(owner, schedule->user);
        schedule->old_role = role_in(schedule->old, schedule->user);
        schedule->new_role = role_in(schedule->new, schedule->user);
        bool is_office = !change->collection->owner[0];
        return schedule->old_role == ROLE_ORGANIZER || schedule->new_role == ROLE_ORGANIZER ||
               (!is_office && (schedule->old_role || schedule->new_role));
}

/* ---- The conditions ---- */

static int check_components(const ItipObject *object)
{
        const char *organizer = object ? organizer_of(object) : NULL;
        const ItipComponent *component = organizer ? object->components : NULL;
        for (; component; component = component->next) {
                const ItipLine *line = itip_line(component, "ORGANIZER", NULL);
                if (!line || strcmp(line->user, organizer) != 0 || itip_line(component, "ORGANIZER", line))
                        return SCHEDULE_E_SAME_ORGANIZER;
                if (itip_count_attendees(component) > SCHEDULE_ATTENDEES_MAX)
                        return SCHEDULE_E_MANY;
        }
        return 0;
}

static int check_unique(const Schedule *schedule, const ScheduleChange *change)
{
        ScheduledPlace place;
        if (!change->collection->owner[0])
                return 0;
        int r = scheduled_other(schedule->work->store, schedule->login, itip_uid(schedule->new),
                        change->collection->name, change->resource, &place);
        return r == STORE_E_NOT_FOUND ? 0 : r == 0 ? SCHEDULE_E_NOT_UNIQUE : r;
}

/* A meeting that is not cancelled keeps its organizer, and a participant stays one. */
static int check_roles(const Schedule *schedule)
{
        if (!schedule->old || !schedule->new)
                return 0;
        const char *before = organizer_of(schedule->old), *after = organizer_of(schedule->new);
        bool same = before && after && strcmp(before, after) == 0;
        if (schedule->old_role == ROLE_ORGANIZER && after && !same)
                return SCHEDULE_E_ORGANIZER;
        if (schedule->old_role == ROLE_ATTENDEE && (!same || schedule->new_role != ROLE_ATTENDEE))
                return SCHEDULE_E_ATTENDEE;
        return 0;
}

/* ---- The messages ---- */

static int organize(Schedule *schedule, const ScheduleChange *change)
{
        ItipObject *old = schedule->old_role == ROLE_ORGANIZER ? schedule->old : NULL;
        ItipObject *new = schedule->new_role == ROLE_ORGANIZER ? schedule->new : NULL;
        OrganizerChange organizer = { .old = old,
                .new = new,
                .organizer = schedule->user,
                .keeps_answers = change->keeps_answers,
                .now = schedule->work->now };
        int r = organizer_settle(&organizer);
        if (r == 0)
                r = organizer_messages(&organizer, &schedule->arena, &schedule->messages);
        for (const ScheduleMessage *message = schedule->messages; r == 0 && new &&message;
                        message = message->next)
                r = organizer_set_status(new, message->user, deliver_status(message));
        return r;
}

static bool leaves_organizer(const Schedule *schedule)
{
        const ItipLine *line = itip_line(
                        (schedule->new ? schedule->new : schedule->old)->components, "ORGANIZER", NULL);
        return line && !message_is_for_server(line);
}

/*
 * Whether a delegate has the meeting already. The text of an organizer without an account is known from the
 * participant only, who may not change the calendar of a colleague by it.
 */
static int has_meeting(const Schedule *schedule, const char *user, bool *ret)
{
        ScheduledPlace place;
        const char *login = schedule->organized ? NULL : schedule_login(user);
        *ret = false;
        if (!login)
                return 0;
        int r = scheduled_find(schedule->work->store, login, itip_uid(schedule->new), false, &place);
        *ret = r == 0;
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/* Adds the invitations of those to whom the participant delegates: to the meeting that the organizer has. */
static int delegate(Schedule *schedule, AttendeeChange *attendee)
{
        ScheduleMessage *message, **end = &schedule->messages;
        if (!schedule->new || (schedule_login(organizer_of(schedule->new)) && !schedule->organized))
                return 0;
        int r = attendee_requests(attendee, &schedule->arena, &message);
        while (*end)
                end = &(*end)->next;
        for (; r == 0 && message; message = message->next) {
                bool has = false;
                r = has_meeting(schedule, message->user, &has);
                if (r != 0 || has)
                        continue;
                *end = message;
                end = &message->next;
                r = organizer_set_status(schedule->new, message->user, deliver_status(message));
        }
        *end = NULL;
        return r;
}

/*
 * Reads the meeting of an organizer with an account, and keeps the organizer's SEQUENCEs and the answers of
 * others in the copy.
 */
static int settle(Schedule *schedule, AttendeeChange *attendee)
{
        const char *login = schedule->new ? schedule_login(organizer_of(schedule->new)) : NULL;
        if (!login)
                return 0;
        int r = deliver_organized(schedule->work, login, schedule->new, &schedule->organized);
        attendee->organized = schedule->organized;
        return r != 0 ? r : attendee_settle(attendee);
}

static int answer(Schedule *schedule, const ScheduleChange *change)
{
        const char *organizer = organizer_of(schedule->new ? schedule->new : schedule->old);
        AttendeeChange attendee = { .old = schedule->old_role == ROLE_ATTENDEE ? schedule->old : NULL,
                .new = schedule->new,
                .user = schedule_user,
                .userdata = (void *)schedule->work,
                .attendee = schedule->user,
                .now = schedule->work->now };
        bool is_allowed = true;
        int r = leaves_organizer(schedule) ? 0 : attendee_check(&attendee, &is_allowed);
        if (r == 0)
                r = is_allowed ? settle(schedule, &attendee) : SCHEDULE_E_ATTENDEE;
        if (r != 0 || (!schedule->new && change->is_silent))
                return r;
        r = attendee_reply(&attendee, &schedule->arena, &schedule->messages);
        if (r == 0 && schedule->messages && schedule->new)
                r = attendee_set_status(schedule->new,
                                schedule_login(organizer) ? "2.0" : deliver_status(schedule->messages));
        return r == 0 && !leaves_organizer(schedule) ? delegate(schedule, &attendee) : r;
}

/* Keeps the object as it has become, if it has. @before: as it was given */
static int close_object(Schedule *schedule, const Buffer *before)
{
        bool changed;
        int r = organizer_close(schedule->new, &changed);
        itip_print(schedule->new, schedule->new->components, NULL, &schedule->text);
        if (r == 0)
                r = buffer_error(&schedule->text);
        if (r == 0 && schedule->text.len == before->len &&
                        memcmp(buffer_text(&schedule->text), buffer_text(before), before->len) == 0)
                buffer_reset(&schedule->text);
        return r;
}

static int read_object(const ScheduleWork *work, const ScheduleText *text, ItipObject **ret)
{
        if (!text->text)
                return 0;
        return itip_object_new(
                        store_zones(work->store), text->text, text->len, schedule_user, (void *)work, ret);
}

static int read_objects(Schedule *schedule, const ScheduleChange *change)
{
        int r = read_object(schedule->work, &change->old, &schedule->old);
        if (r == ITIP_E_INVALID)
                r = 0; /* it was kept unread */
        return r != 0 ? r : read_object(schedule->work, &change->new, &schedule->new);
}

static int check(const Schedule *schedule, const ScheduleChange *change)
{
        int r = check_components(schedule->new);
        if (r == 0)
                r = check_roles(schedule);
        return r == 0 && schedule->new && schedule->new_role ? check_unique(schedule, change) : r;
}

static int prepare(Schedule *schedule, const ScheduleChange *change)
{
        CLEANUP(buffer_done) Buffer before = BUFFER_INIT(ITIP_MAX_BYTES);
        bool organizes = schedule->old_role == ROLE_ORGANIZER || schedule->new_role == ROLE_ORGANIZER;
        if (schedule->new)
                itip_print(schedule->new, schedule->new->components, NULL, &before);
        int r = check(schedule, change);
        if (r == 0)
                r = organizes ? organize(schedule, change) : answer(schedule, change);
        return r == 0 && schedule->new ? close_object(schedule, &before) : r;
}

int schedule_prepare(const ScheduleWork *work, const ScheduleChange *change, Schedule **ret)
{
        *ret = NULL;
        if (!schedule_is_on(work->config) || change->collection->scheduling != COLLECTION_SCHEDULES ||
                        change->collection->is_cards ||
                        strcmp(change->collection->name, COLLECTION_MEETINGS) == 0 ||
                        (!may_be_meeting(&change->old) && !may_be_meeting(&change->new)))
                return 0;
        CLEANUP(schedule_freep) Schedule *schedule = calloc(1, sizeof(*schedule));
        if (!schedule)
                return -ENOMEM;
        schedule->work = work;
        schedule->text = BUFFER_INIT(ITIP_MAX_BYTES);
        int r = read_objects(schedule, change);
        if (r != 0 || (!schedule->old && !schedule->new))
                return r == ITIP_E_INVALID ? 0 : r;
        if (!find_owner(schedule, change))
                return 0;
        r = prepare(schedule, change);
        if (r == 0)
                *ret = TAKE_PTR(schedule);
        return r;
}

const char *schedule_text(const Schedule *schedule, size_t *ret_len)
{
        *ret_len = schedule->text.len;
        return schedule->text.len > 0 ? buffer_text(&schedule->text) : NULL;
}

/* A delegate answers the organizer, who is the sender of the invitation if it has an account. */
static const char *sender_of(const Schedule *schedule, const ScheduleMessage *message)
{
        const char *organizer = schedule->new ? organizer_of(schedule->new) : NULL;
        const char *login = organizer ? schedule_login(organizer) : NULL;
        return schedule->new_role == ROLE_ATTENDEE && login && strcmp(message->method, "REQUEST") == 0
                               ? login
                               : schedule->login;
}

int schedule_finish(Schedule *schedule, const char *collection, const char *resource)
{
        int r = schedule->new ? object_set_schedule_tag(schedule->work->store, collection, resource,
                                                schedule->new_role != ROLE_NONE)
                              : 0;
        for (const ScheduleMessage *message = schedule->messages; r == 0 && message; message = message->next)
                r = deliver_message(schedule->work, sender_of(schedule, message), message);
        return r;
}
