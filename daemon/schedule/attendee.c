#include "schedule/attendee.h"

#include "schedule/compare.h"
#include "schedule/dates.h"
#include "schedule/delegate.h"
#include "schedule/override.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char DECLINED[] = "DECLINED", NEEDS_ACTION[] = "NEEDS-ACTION";

static const char *organizer_of(const ItipComponent *component)
{
        const ItipLine *line = itip_line(component, "ORGANIZER", NULL);
        return line ? line->user : "";
}

static bool is_at_instance(const ItipObject *object, const ItipComponent *component)
{
        char instance[32];
        const ItipLine *start = itip_line(component, "DTSTART", NULL);
        if (!start)
                return true;
        itip_instance(object, &start->content, start->content.value, instance);
        return strcmp(instance, component->instance) == 0;
}

/* Leaves out those whose delegation has ended, if the new component lacks them. */
static void without_former(const AttendeeChange *change, ItipComponent *old, const ItipComponent *new)
{
        const ItipLine *own = itip_attendee(new, change->attendee);
        ItipLine *line = itip_line(old, "ATTENDEE", NULL);
        while (line) {
                bool is_former = delegate_is_of(line, own->content.value) &&
                                 strcasecmp(line->content.value, delegate_of(own)) != 0 &&
                                 !itip_attendee(new, line->user);
                if (is_former)
                        itip_remove(old, line);
                line = itip_line(old, "ATTENDEE", is_former ? NULL : line);
        }
}

/*
 * Leaves out the participant to whom the user delegates, which may be added, and former delegates, which may
 * be removed then (RFC 5546, 3.2.2.3).
 */
static void without_delegates(const AttendeeChange *change, ItipComponent *old, ItipComponent *new)
{
        const char *address = delegate_of(itip_attendee(new, change->attendee));
        if (!address)
                return;
        ItipLine *line = delegate_line(old, address) ? NULL : delegate_line(new, address);
        without_former(change, old, new);
        if (line && strcmp(line->user, change->attendee) != 0)
                itip_remove(new, line);
}

/* Whether a component of the new object only says what the old object says. */
static int is_allowed(const AttendeeChange *change, const ItipComponent *given, bool *ret)
{
        const ItipComponent *before = itip_find(change->old->components, given->instance);
        bool is_override = !before;
        if (is_override)
                before = itip_find(change->old->components, "");
        *ret = false;
        if (!before || (is_override && (!given->instance[0] || !is_at_instance(change->new, given))))
                return 0;
        ItipComponent *old = itip_copy(&change->old->arena, before);
        ItipComponent *new = itip_copy(&change->new->arena, given);
        if (!old || !new)
                return -ENOMEM;
        without_delegates(change, old, new);
        return compare_components(change->new, new, change->old, old, COMPARE_ATTENDEE, is_override, ret);
}

/* Whether a component may be missing in the new object. @dates: that the new series leaves out */
static int may_be_missing(
                const AttendeeChange *change, const ItipDates *dates, const ItipComponent *old, bool *ret)
{
        const ItipComponent *master = itip_find(change->new->components, "");
        *ret = false;
        if (!old->instance[0] || !master)
                return 0;
        *ret = dates_have(dates, old->instance);
        if (*ret || !is_at_instance(change->old, old))
                return 0;
        return compare_components(change->old, old, change->new, master, COMPARE_ATTENDEE, true, ret);
}

int attendee_check(const AttendeeChange *change, bool *ret)
{
        ItipDates dates;
        *ret = true;
        if (!change->old || !change->new)
                return 0;
        int r = dates_read(&change->new->arena, change->new, itip_find(change->new->components, ""), &dates);
        for (const ItipComponent *new = change->new->components; r == 0 && *ret &&new; new = new->next)
                r = is_allowed(change, new, ret);
        for (const ItipComponent *old = change->old->components; r == 0 && *ret && old; old = old->next)
                if (!itip_find(change->new->components, old->instance))
                        r = may_be_missing(change, &dates, old, ret);
        return r;
}

/* ---- Corrections ---- */

/* The component that an instance has, or else the series. */
static const ItipComponent *component_of(const ItipObject *object, const char *instance)
{
        const ItipComponent *found = object ? itip_find(object->components, instance) : NULL;
        return found || !object ? found : itip_find(object->components, "");
}

/* Returns the answer of a participant, NEEDS-ACTION by default (RFC 5545, 3.2.12). @line: NULL for none */
static const char *answer_of(const ItipLine *line)
{
        const char *answer = line ? itip_param(line, "PARTSTAT") : "";
        return answer[0] ? answer : NEEDS_ACTION;
}

/*
 * Gives the other participants the answers that the copy had. A client may send older ones, because the
 * schedule tag stays when the server writes an answer into the copy (RFC 6638, 3.2.10).
 */
static int keep_answers(const AttendeeChange *change, const ItipComponent *old, const ItipComponent *new)
{
        int r = 0;
        ItipLine *line = old ? itip_line(new, "ATTENDEE", NULL) : NULL;
        for (; r == 0 && line; line = itip_line(new, "ATTENDEE", line)) {
                bool is_own = strcmp(line->user, change->attendee) == 0;
                const ItipLine *kept = is_own ? NULL : itip_attendee(old, line->user);
                const char *answer = kept ? itip_param(kept, "PARTSTAT") : "";
                if (kept && strcasecmp(answer_of(kept), answer_of(line)) != 0)
                        r = itip_set_param(&change->new->arena, line, "PARTSTAT", answer[0] ? answer : NULL);
        }
        return r;
}

int attendee_settle(const AttendeeChange *change)
{
        int r = 0;
        for (ItipComponent *new = change->new->components; r == 0 && new; new = new->next) {
                char line[48];
                const ItipComponent *old = component_of(change->old, new->instance),
                                    *organized = component_of(change->organized, new->instance);
                long given = itip_number(new, "SEQUENCE"), kept = old ? itip_number(old, "SEQUENCE") : given;
                if (organized && itip_number(organized, "SEQUENCE") < kept)
                        kept = itip_number(organized, "SEQUENCE");
                snprintf(line, sizeof(line), "SEQUENCE:%ld", kept);
                if (kept != given)
                        r = itip_set(&change->new->arena, new, "SEQUENCE", line);
                if (r == 0)
                        r = keep_answers(change, old, new);
        }
        return r;
}

/* ---- The answer ---- */

typedef struct Answering {
        const AttendeeChange *change;
        Arena *arena;
        ItipComponent *first, **end;
        ItipDates old_dates; /* that the series left out before the change */
} Answering;

static const char *answer_in(const ItipComponent *component, const char *user)
{
        return answer_of(component ? itip_attendee(component, user) : NULL);
}

static bool is_of_reply(const ItipLine *line, const char *user)
{
        static const char *const names[] = { "UID", "DTSTAMP", "SEQUENCE", "RECURRENCE-ID", "DTSTART",
                "DTEND", "DURATION", "DUE", "SUMMARY", "ORGANIZER", "COMMENT" };
        if (strcmp(line->content.name, "ATTENDEE") == 0)
                return strcmp(line->user, user) == 0;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (strcmp(line->content.name, names[i]) == 0)
                        return true;
        return false;
}

/* @answer: in place of that of the component; NULL to keep it */
static int add_answer(Answering *answering, const ItipComponent *component, const char *answer)
{
        const AttendeeChange *change = answering->change;
        ItipComponent *copy = itip_copy(answering->arena, component);
        size_t n = 0;
        if (!copy)
                return -ENOMEM;
        int r = message_strip(answering->arena, copy, change->now);
        for (size_t i = 0; i < copy->n_lines; i++)
                if (is_of_reply(&copy->lines[i], change->attendee))
                        copy->lines[n++] = copy->lines[i];
        copy->n_lines = n;
        ItipLine *own = itip_attendee(copy, change->attendee);
        if (r == 0 && own && answer)
                r = itip_set_param(answering->arena, own, "PARTSTAT", answer);
        if (r == 0 && own)
                r = itip_set_param(answering->arena, own, "RSVP", NULL);
        if (r == 0)
                r = itip_set(answering->arena, copy, "REQUEST-STATUS", "REQUEST-STATUS:2.0;Success");
        if (r != 0 || !own)
                return r;
        *answering->end = copy;
        answering->end = &copy->next;
        return 0;
}

/* Whether both components have the same answer of a user, with the same delegate. @old: NULL for none */
static bool has_same_answer(const ItipComponent *old, const ItipComponent *new, const char *user)
{
        const char *before = old ? delegate_of(itip_attendee(old, user)) : NULL;
        const char *after = delegate_of(itip_attendee(new, user));
        return strcasecmp(answer_in(old, user), answer_in(new, user)) == 0 &&
               strcasecmp(before ? before : "", after ? after : "") == 0;
}

static bool is_forced(const ItipComponent *component)
{
        const ItipLine *line = itip_line(component, "ORGANIZER", NULL);
        return line && strcasecmp(itip_param(line, "SCHEDULE-FORCE-SEND"), "REPLY") == 0;
}

static int answer_changes(Answering *answering)
{
        const AttendeeChange *change = answering->change;
        ItipComponent *master = change->old ? itip_find(change->old->components, "") : NULL;
        int r = 0;
        for (const ItipComponent *new = change->new->components; r == 0 && new; new = new->next) {
                const ItipComponent *old =
                                change->old ? itip_find(change->old->components, new->instance) : NULL;
                bool same = has_same_answer(old ? old : master, new, change->attendee);
                if (itip_attendee(new, change->attendee) && (is_forced(new) || !same))
                        r = add_answer(answering, new, NULL);
        }
        return r;
}

/* Declines an instance that the participant has removed from the series. */
static int decline_date(Answering *answering, const ItipComponent *master, const ContentLine *line,
                const char *value)
{
        char instance[32];
        const AttendeeChange *change = answering->change;
        itip_instance(change->new, line, value, instance);
        ItipComponent *old = itip_find(change->old->components, instance);
        if (dates_have(&answering->old_dates, instance) ||
                        (old && strcasecmp(itip_value(old, "STATUS"), "CANCELLED") == 0))
                return 0;
        int r = old ? 0 : override_make(answering->arena, change->old, master, line, value, &old);
        bool is_told = r == 0 && strcasecmp(answer_in(old, change->attendee), DECLINED) == 0;
        return r != 0 || is_told ? r : add_answer(answering, old, DECLINED);
}

static int decline_instances(Answering *answering)
{
        const AttendeeChange *change = answering->change;
        const ItipComponent *old = itip_find(change->old->components, ""),
                            *new = itip_find(change->new->components, "");
        const ItipLine *line = NULL;
        int r = dates_read(answering->arena, change->old, old, &answering->old_dates);
        while (r == 0 && old && new && (line = itip_line(new, "EXDATE", line))) {
                const char *value = line->content.value;
                while (r == 0 && *value) {
                        char one[32];
                        size_t len = strcspn(value, ",");
                        snprintf(one, sizeof(one), "%.*s", (int)(len < 31 ? len : 31), value);
                        r = decline_date(answering, old, &line->content, one);
                        value += len + (value[len] == ',');
                }
        }
        return r;
}

/* The whole series is declined by its master. */
static int decline_all(Answering *answering)
{
        const AttendeeChange *change = answering->change;
        const ItipComponent *master = itip_find(change->old->components, "");
        const ItipComponent *component = master ? master : change->old->components;
        int r = 0;
        for (; r == 0 && component; component = master ? NULL : component->next) {
                const char *answer = answer_in(component, change->attendee);
                bool is_over = strcasecmp(itip_value(component, "STATUS"), "CANCELLED") == 0;
                if (!is_over && strcasecmp(answer, DECLINED) != 0)
                        r = add_answer(answering, component, DECLINED);
        }
        return r;
}

int attendee_reply(const AttendeeChange *change, Arena *arena, ScheduleMessage **ret)
{
        const ItipObject *object = change->new ? change->new : change->old;
        const ItipLine *organizer = itip_line(object->components, "ORGANIZER", NULL);
        Answering answering = { .change = change, .arena = arena };
        answering.end = &answering.first;
        *ret = NULL;
        if (!organizer || !message_is_for_server(organizer))
                return 0;
        int r = change->new ? answer_changes(&answering) : decline_all(&answering);
        if (r == 0 && change->new && change->old)
                r = decline_instances(&answering);
        if (r != 0 || !answering.first)
                return r;
        ScheduleMessage *message = arena_allocate(arena, sizeof(*message));
        if (!message)
                return -ENOMEM;
        *message = (ScheduleMessage){ .method = "REPLY",
                .user = organizer_of(object->components),
                .address = organizer->content.value,
                .source = object,
                .components = answering.first };
        *ret = message;
        return 0;
}

/* ---- Delegates ---- */

/* The messages of one change, one for each delegate. */
typedef struct Delegation {
        const AttendeeChange *change;
        Arena *arena;
        ScheduleMessage *first;
} Delegation;

static int find_message(Delegation *delegation, const char *user, const char *address, ScheduleMessage **ret)
{
        const AttendeeChange *change = delegation->change;
        ScheduleMessage **end = &delegation->first;
        while (*end && strcmp((*end)->user, user) != 0)
                end = &(*end)->next;
        if (!*end) {
                const char *key = arena_copy(delegation->arena, user, strlen(user));
                *end = arena_allocate(delegation->arena, sizeof(**end));
                if (!*end || !key)
                        return -ENOMEM;
                **end = (ScheduleMessage){ .method = "REQUEST",
                        .user = key,
                        .address = address,
                        .source = change->organized ? change->organized : change->new };
        }
        *ret = *end;
        return 0;
}

/* Sets both lines of the delegation in a component, in which the participant is. */
static int name_delegate(Arena *arena, ItipComponent *component, const char *attendee, const char *address)
{
        ItipLine *own = itip_attendee(component, attendee);
        bool is_removed;
        int r = itip_set_param(arena, own, "PARTSTAT", "DELEGATED");
        if (r == 0)
                r = itip_set_param(arena, own, "DELEGATED-TO", address);
        return r != 0 ? r : delegate_ensure(arena, component, attendee, &is_removed);
}

/* @component: of the organizer, if it has an account; otherwise of the participant */
static int invite(Delegation *delegation, const ItipComponent *component, const char *user,
                const char *address)
{
        const AttendeeChange *change = delegation->change;
        ScheduleMessage *message;
        ItipComponent *copy = itip_copy(delegation->arena, component);
        if (!copy)
                return -ENOMEM;
        int r = message_strip(delegation->arena, copy, change->now);
        if (r == 0)
                r = name_delegate(delegation->arena, copy, change->attendee, address);
        if (r == 0)
                r = find_message(delegation, user, address, &message);
        if (r != 0)
                return r;
        ItipComponent **end = &message->components;
        while (*end)
                end = &(*end)->next;
        *end = copy;
        return 0;
}

/* Invites a delegate, unless it is the organizer, the participant, or invited already. */
static int invite_new(Delegation *delegation, ItipComponent *given, const char *address)
{
        const AttendeeChange *change = delegation->change;
        char user[ITIP_USER_SIZE];
        ItipComponent *component = given;
        int r = change->user(address, user, change->userdata);
        if (r == 0 && change->organized)
                r = override_of(delegation->arena, change->organized, given, &component);
        if (r != 0 || !component || !itip_attendee(component, change->attendee))
                return r;
        bool is_in = change->organized && itip_attendee(component, user);
        if (is_in || strcmp(user, organizer_of(component)) == 0 || strcmp(user, change->attendee) == 0)
                return 0;
        return invite(delegation, component, user, address);
}

int attendee_requests(const AttendeeChange *change, Arena *arena, ScheduleMessage **ret)
{
        Delegation delegation = { change, arena, NULL };
        ItipComponent *olds = change->old ? change->old->components : NULL;
        int r = 0;
        for (ItipComponent *new = change->new ? change->new->components : NULL; r == 0 && new;
                        new = new->next) {
                const ItipComponent *old = itip_find(olds, new->instance);
                if (!old)
                        old = itip_find(olds, "");
                const char *before = old ? delegate_of(itip_attendee(old, change->attendee)) : NULL;
                const char *after = delegate_of(itip_attendee(new, change->attendee));
                if (after && (!before || strcasecmp(before, after) != 0))
                        r = invite_new(&delegation, new, after);
        }
        *ret = delegation.first;
        return r;
}

int attendee_set_status(ItipObject *object, const char *status)
{
        int r = 0;
        for (ItipComponent *component = object->components; r == 0 && component;
                        component = component->next) {
                ItipLine *line = itip_line(component, "ORGANIZER", NULL);
                if (line && strcmp(itip_param(line, "SCHEDULE-STATUS"), status) != 0)
                        r = itip_set_param(&object->arena, line, "SCHEDULE-STATUS", status);
        }
        return r;
}
