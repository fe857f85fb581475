#include "schedule/organizer.h"

#include "schedule/compare.h"
#include "schedule/dates.h"
#include "schedule/override.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The messages of one change, as they are made. */
typedef struct Making {
        const OrganizerChange *change;
        Arena *arena;
        ItipDates old_dates, new_dates; /* that the series leaves out, before and after the change */
        ScheduleMessage *first, **end;
} Making;

static bool is_cancelled(const ItipComponent *component)
{
        return strcasecmp(itip_value(component, "STATUS"), "CANCELLED") == 0;
}

/* Whether a component takes place with a user. */
static bool has_user(const ItipComponent *component, const char *user)
{
        return itip_attendee(component, user) && !is_cancelled(component);
}

static bool invites(const ItipObject *object, const char *user)
{
        for (const ItipComponent *component = object ? object->components : NULL; component;
                        component = component->next)
                if (has_user(component, user))
                        return true;
        return false;
}

static int add_exdate(Arena *arena, ItipComponent *master, const ItipComponent *override)
{
        ItipLine line;
        const ItipLine *recurrence = itip_line(override, "RECURRENCE-ID", NULL);
        int r = recurrence ? itip_rename(arena, recurrence, "EXDATE", &line) : 0;
        if (r == 0 && recurrence)
                r = itip_set_param(arena, &line, "RANGE", NULL);
        return r == 0 && recurrence ? itip_add(arena, master, &line) : r;
}

/* The components to which a user is invited. Of the others, the master says that they are not to be. */
static int view_of(const Making *making, const ItipObject *object, const char *user, ItipComponent **ret)
{
        ItipComponent *first = NULL, **end = &first, *master = NULL;
        const ItipComponent *component;
        int r = 0;
        for (component = object->components; r == 0 && component; component = component->next) {
                if (!has_user(component, user))
                        continue;
                *end = itip_copy(making->arena, component);
                if (!*end)
                        return -ENOMEM;
                r = message_strip(making->arena, *end, making->change->now);
                if (!component->instance[0])
                        master = *end;
                end = &(*end)->next;
        }
        for (component = object->components; r == 0 && master && component; component = component->next)
                if (component->instance[0] && !has_user(component, user))
                        r = add_exdate(making->arena, master, component);
        *ret = first;
        return r;
}

static int add_message(Making *making, const char *method, const ItipObject *source, const char *user,
                ItipComponent *components)
{
        ScheduleMessage *message = arena_allocate(making->arena, sizeof(*message));
        const ItipLine *line = components ? itip_attendee(components, user) : NULL;
        if (!components || !line)
                return 0;
        if (!message)
                return -ENOMEM;
        *message = (ScheduleMessage){ .method = method,
                .user = user,
                .address = line->content.value,
                .source = source,
                .components = components };
        *making->end = message;
        making->end = &message->next;
        return 0;
}

/* Marks a component of a CANCEL. @sequence: that of the meeting now */
static int mark_cancelled(const Making *making, ItipComponent *component, bool is_gone, long sequence)
{
        char line[48];
        int r = itip_set(making->arena, component, "STATUS", is_gone ? "STATUS:CANCELLED" : NULL);
        snprintf(line, sizeof(line), "SEQUENCE:%ld", sequence);
        return r != 0 ? r : itip_set(making->arena, component, "SEQUENCE", line);
}

/* Whether a component of the old object does not take place any more, also not without the user. */
static bool is_over(const Making *making, const ItipComponent *old)
{
        const ItipObject *new = making->change->new;
        const ItipComponent *now = new ? itip_find(new->components, old->instance) : NULL;
        return !new || (now && is_cancelled(now));
}

static long sequence_now(const Making *making, const ItipComponent *old)
{
        const ItipObject *new = making->change->new;
        const ItipComponent *now = new ? itip_find(new->components, old->instance) : NULL;
        if (new && !now)
                now = itip_find(new->components, "");
        long before = itip_number(old, "SEQUENCE"), after = now ? itip_number(now, "SEQUENCE") : before + 1;
        return after > before ? after : before;
}

/*
 * Tells a user that it takes no part any more. Without the master, each instance is cancelled; with it, the
 * whole, in one component (RFC 5546, 3.2.5).
 */
static int cancel_all(Making *making, const char *user)
{
        const ItipObject *old = making->change->old;
        ItipComponent *view;
        int r = view_of(making, old, user, &view);
        ItipComponent *master = r == 0 ? itip_find(view, "") : NULL;
        if (master) {
                view = master;
                master->next = NULL;
        }
        for (ItipComponent *component = view; r == 0 && component; component = component->next)
                r = mark_cancelled(making, component, is_over(making, component),
                                sequence_now(making, component));
        return r != 0 ? r : add_message(making, "CANCEL", old, user, view);
}

static int request(Making *making, const char *user, bool is_update)
{
        ItipComponent *view;
        ScheduleMessage **place = making->end;
        int r = view_of(making, making->change->new, user, &view);
        if (r == 0)
                r = add_message(making, "REQUEST", making->change->new, user, view);
        if (r == 0 && *place)
                (*place)->is_update = is_update;
        return r;
}

/* The instances that a user loses by a change, as a list of components. */
typedef struct Lost {
        Making *making;
        const char *user;
        ItipComponent *first, **end;
} Lost;

/*
 * @is_gone: the instance does not take place; its SEQUENCE rises here if the new object has no component
 */
static int lose(Lost *lost, const ItipComponent *old, bool is_gone)
{
        const OrganizerChange *change = lost->making->change;
        Arena *arena = lost->making->arena;
        ItipComponent *copy = itip_copy(arena, old);
        bool rises = is_gone && !itip_find(change->new->components, old->instance);
        if (!copy)
                return -ENOMEM;
        int r = message_strip(arena, copy, change->now);
        if (r == 0)
                r = mark_cancelled(lost->making, copy, is_gone, sequence_now(lost->making, old) + rises);
        *lost->end = copy;
        lost->end = &copy->next;
        return r;
}

/* Whether an instance is on the list of lost ones. */
static bool is_lost(const Lost *lost, const char *instance)
{
        return itip_find(lost->first, instance);
}

/* Overrides in which the user is not invited any more, or that do not take place any more. */
static int lose_overrides(Lost *lost)
{
        const OrganizerChange *change = lost->making->change;
        ItipComponent *master = itip_find(change->new->components, "");
        int r = 0;
        for (ItipComponent *old = change->old->components; r == 0 && old; old = old->next) {
                if (!old->instance[0] || !has_user(old, lost->user))
                        continue;
                const ItipComponent *new = itip_find(change->new->components, old->instance);
                bool is_left_out = !new && (!master || dates_have(&lost->making->new_dates, old->instance));
                bool is_out = new ? !has_user(new, lost->user) : master && !has_user(master, lost->user);
                if (is_left_out || is_out)
                        r = lose(lost, old, is_left_out || is_over(lost->making, old));
        }
        return r;
}

/* One value of an EXDATE of the new master. */
static int lose_date(Lost *lost, const ItipComponent *master, const ContentLine *line, const char *value)
{
        char instance[32];
        const OrganizerChange *change = lost->making->change;
        ItipComponent *override;
        itip_instance(change->new, line, value, instance);
        if (dates_have(&lost->making->old_dates, instance) || is_lost(lost, instance))
                return 0;
        ItipComponent *old = itip_find(change->old->components, instance);
        if (old)
                return 0; /* an override without the user */
        int r = override_make(lost->making->arena, change->new, master, line, value, &override);
        return r != 0 ? r : lose(lost, override, true);
}

/* Instances of the series that the new master leaves out. */
static int lose_instances(Lost *lost)
{
        const OrganizerChange *change = lost->making->change;
        const ItipComponent *old = itip_find(change->old->components, ""),
                            *new = itip_find(change->new->components, "");
        int r = 0;
        if (!old || !new || !has_user(old, lost->user))
                return 0;
        const ItipLine *line = NULL;
        while (r == 0 && (line = itip_line(new, "EXDATE", line))) {
                const char *value = line->content.value;
                while (r == 0 && *value) {
                        char one[32];
                        size_t len = strcspn(value, ",");
                        snprintf(one, sizeof(one), "%.*s", (int)(len < 31 ? len : 31), value);
                        r = lose_date(lost, old, &line->content, one);
                        value += len + (value[len] == ',');
                }
        }
        return r;
}

/* New overrides of a series that do not take place with the user, who is invited to the series. */
static int lose_excluded(Lost *lost)
{
        const OrganizerChange *change = lost->making->change;
        const ItipComponent *master = itip_find(change->old->components, "");
        int r = 0;
        if (!master || !has_user(master, lost->user))
                return 0;
        for (const ItipComponent *new = change->new->components; r == 0 && new; new = new->next) {
                ItipComponent *override;
                const ItipLine *date = itip_line(new, "RECURRENCE-ID", NULL);
                if (!date || has_user(new, lost->user) ||
                                itip_find(change->old->components, new->instance) ||
                                dates_have(&lost->making->old_dates, new->instance))
                        continue;
                r = override_make(lost->making->arena, change->old, master, &date->content,
                                date->content.value, &override);
                if (r == 0)
                        r = lose(lost, override, is_cancelled(new));
        }
        return r;
}

static bool is_forced(const ItipObject *object, const char *user)
{
        for (const ItipComponent *component = object->components; component; component = component->next) {
                const ItipLine *line = itip_attendee(component, user);
                if (line && strcasecmp(itip_param(line, "SCHEDULE-FORCE-SEND"), "REQUEST") == 0)
                        return true;
        }
        return false;
}

/* Whether the old object leaves out an instance that the new one has again. */
static bool restores_instance(const Making *making)
{
        const OrganizerChange *change = making->change;
        bool is_series = itip_find(change->old->components, "") && itip_find(change->new->components, "");
        for (size_t i = 0; is_series && i < making->old_dates.n; i++)
                if (!dates_have(&making->new_dates, making->old_dates.instances[i]))
                        return true;
        return false;
}

/* Whether a component that the user has is new to it. */
static int is_news(const Making *making, const ItipComponent *new, const char *user, bool *ret)
{
        const OrganizerChange *change = making->change;
        const ItipComponent *old = itip_find(change->old->components, new->instance);
        const ItipComponent *master = itip_find(change->old->components, "");
        bool same = false;
        int r = 0;
        if (old && has_user(old, user))
                r = compare_components(change->new, new, change->old, old, COMPARE_NEWS, false, &same);
        else if (!old && master && has_user(master, user) &&
                        strcmp(itip_value(new, "DTSTART"), itip_value(new, "RECURRENCE-ID")) == 0)
                r = compare_components(change->new, new, change->old, master, COMPARE_NEWS, true, &same);
        *ret = !same;
        return r;
}

static int has_news(const Making *making, const char *user, bool *ret)
{
        const OrganizerChange *change = making->change;
        int r = 0;
        *ret = restores_instance(making);
        for (const ItipComponent *new = change->new->components; r == 0 && !*ret &&new; new = new->next)
                if (has_user(new, user))
                        r = is_news(making, new, user, ret);
        return r;
}

/* A user that was and is invited. */
static int tell_change(Making *making, const char *user)
{
        const OrganizerChange *change = making->change;
        const ItipComponent *old = itip_find(change->old->components, ""),
                            *new = itip_find(change->new->components, "");
        Lost lost = { .making = making, .user = user };
        bool news = false;
        lost.end = &lost.first;
        if (old && has_user(old, user) && !(new &&has_user(new, user))) {
                int r = cancel_all(making, user);
                return r != 0 ? r : request(making, user, true);
        }
        int r = lose_overrides(&lost);
        if (r == 0)
                r = lose_instances(&lost);
        if (r == 0)
                r = lose_excluded(&lost);
        if (r == 0)
                r = add_message(making, "CANCEL", change->old, user, lost.first);
        if (r == 0)
                r = has_news(making, user, &news);
        bool is_again = is_forced(change->new, user);
        return r == 0 && (news || is_again) ? request(making, user, news) : r;
}

static const ItipLine *line_of(const ItipObject *object, const char *user)
{
        for (const ItipComponent *component = object ? object->components : NULL; component;
                        component = component->next)
                if (itip_attendee(component, user))
                        return itip_attendee(component, user);
        return NULL;
}

static int tell(Making *making, const char *user)
{
        const OrganizerChange *change = making->change;
        bool was = invites(change->old, user), is = invites(change->new, user);
        const ItipLine *line = line_of(is ? change->new : change->old, user);
        if (strcmp(user, change->organizer) == 0 || !line || !message_is_for_server(line))
                return 0;
        if (was && is)
                return tell_change(making, user);
        return is ? request(making, user, false) : cancel_all(making, user);
}

static int by_text(const void *a, const void *b)
{
        return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t count_attendees(const ItipObject *object, const char **ret)
{
        size_t n = 0;
        for (const ItipComponent *component = object ? object->components : NULL; component;
                        component = component->next)
                for (const ItipLine *line = itip_line(component, "ATTENDEE", NULL); line;
                                line = itip_line(component, "ATTENDEE", line)) {
                        if (ret)
                                ret[n] = line->user;
                        n++;
                }
        return n;
}

/* Reads what the series leaves out, once for all users. */
static int read_dates(Making *making)
{
        const OrganizerChange *change = making->change;
        const ItipObject *old = change->old, *new = change->new;
        int r = dates_read(
                        making->arena, old, old ? itip_find(old->components, "") : NULL, &making->old_dates);
        return r != 0 ? r
                      : dates_read(making->arena, new, new ? itip_find(new->components, "") : NULL,
                                        &making->new_dates);
}

int organizer_messages(const OrganizerChange *change, Arena *arena, ScheduleMessage **ret)
{
        Making making = { .change = change, .arena = arena };
        size_t n = count_attendees(change->old, NULL), m = count_attendees(change->new, NULL);
        CLEANUP(cleanup_free) const char **users = calloc(n + m + 1, sizeof(*users));
        int r = users ? read_dates(&making) : -ENOMEM;
        making.end = &making.first;
        if (r == 0) {
                count_attendees(change->old, users);
                count_attendees(change->new, users + n);
                qsort(users, n + m, sizeof(*users), by_text);
        }
        for (size_t i = 0; r == 0 && i < n + m; i++)
                if (i == 0 || strcmp(users[i], users[i - 1]) != 0)
                        r = tell(&making, users[i]);
        *ret = making.first;
        return r;
}

/* ---- The stored object ---- */

int organizer_close(ItipObject *object, bool *ret_changed)
{
        int r = 0;
        *ret_changed = false;
        for (ItipComponent *component = object->components; component; component = component->next)
                for (size_t i = 0; r == 0 && i < component->n_lines; i++) {
                        ItipLine *line = &component->lines[i];
                        if (!line->user || !itip_param(line, "SCHEDULE-FORCE-SEND")[0])
                                continue;
                        *ret_changed = true;
                        r = itip_set_param(&object->arena, line, "SCHEDULE-FORCE-SEND", NULL);
                }
        return r;
}

int organizer_set_status(ItipObject *object, const char *user, const char *status)
{
        int r = 0;
        for (ItipComponent *component = object->components; r == 0 && component;
                        component = component->next) {
                ItipLine *line = itip_attendee(component, user);
                if (line && strcmp(itip_param(line, "SCHEDULE-STATUS"), status) != 0)
                        r = itip_set_param(&object->arena, line, "SCHEDULE-STATUS", status);
        }
        return r;
}
