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

/* ---- Corrections ---- */

static int reset_answers(const OrganizerChange *change, const ItipComponent *old, ItipComponent *new)
{
        for (ItipLine *line = itip_line(new, "ATTENDEE", NULL); line;
                        line = itip_line(new, "ATTENDEE", line)) {
                const ItipLine *before = itip_attendee(old, line->user);
                bool is_other = strcmp(line->user, change->organizer) != 0;
                if (!is_other || !before || !itip_param(line, "PARTSTAT")[0] ||
                                strcasecmp(itip_param(line, "PARTSTAT"), "NEEDS-ACTION") == 0)
                        continue;
                int r = itip_set_param(&change->new->arena, line, "PARTSTAT", "NEEDS-ACTION");
                if (r != 0)
                        return r;
        }
        return 0;
}

static int keep_answers(const OrganizerChange *change, const ItipComponent *old, ItipComponent *new)
{
        for (ItipLine *line = itip_line(new, "ATTENDEE", NULL); line;
                        line = itip_line(new, "ATTENDEE", line)) {
                const ItipLine *before = itip_attendee(old, line->user);
                const char *answer = before ? itip_param(before, "PARTSTAT") : "";
                bool is_other = strcmp(line->user, change->organizer) != 0;
                if (!is_other || !answer[0] || strcasecmp(answer, itip_param(line, "PARTSTAT")) == 0)
                        continue;
                int r = itip_set_param(&change->new->arena, line, "PARTSTAT", answer);
                if (r != 0)
                        return r;
        }
        return 0;
}

static int raise_sequence(const OrganizerChange *change, const ItipComponent *old, ItipComponent *new)
{
        char line[48];
        long before = itip_number(old, "SEQUENCE");
        if (itip_number(new, "SEQUENCE") > before)
                return 0;
        snprintf(line, sizeof(line), "SEQUENCE:%ld", before + 1);
        return itip_set(&change->new->arena, new, "SEQUENCE", line);
}

int organizer_settle(OrganizerChange *change)
{
        if (!change->old || !change->new)
                return 0;
        for (ItipComponent *new = change->new->components; new; new = new->next) {
                const ItipComponent *old = itip_find(change->old->components, new->instance);
                bool same = true;
                int r = old ? compare_components(change->old, old, change->new, new, COMPARE_TIMES, false,
                                              &same)
                            : 0;
                if (r == 0 && old && !same)
                        r = raise_sequence(change, old, new);
                if (r == 0 && old && !same)
                        r = reset_answers(change, old, new);
                else if (r == 0 && old && change->keeps_answers)
                        r = keep_answers(change, old, new);
                if (r != 0)
                        return r;
        }
        return 0;
}

/* ---- Messages ---- */

static bool invites(const ItipObject *object, const char *user)
{
        for (const ItipComponent *component = object ? object->components : NULL; component;
                        component = component->next)
                if (itip_attendee(component, user))
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
                if (!itip_attendee(component, user))
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
                if (component->instance[0] && !itip_attendee(component, user))
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
static int mark_cancelled(const Making *making, ItipComponent *component, bool is_over, long sequence)
{
        char line[48];
        int r = itip_set(making->arena, component, "STATUS", is_over ? "STATUS:CANCELLED" : NULL);
        snprintf(line, sizeof(line), "SEQUENCE:%ld", sequence);
        return r != 0 ? r : itip_set(making->arena, component, "SEQUENCE", line);
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
                r = mark_cancelled(making, component, !making->change->new, sequence_now(making, component));
        return r != 0 ? r : add_message(making, "CANCEL", old, user, view);
}

static int request(Making *making, const char *user)
{
        ItipComponent *view;
        int r = view_of(making, making->change->new, user, &view);
        return r != 0 ? r : add_message(making, "REQUEST", making->change->new, user, view);
}

/* The instances that a user loses by a change, as a list of components. */
typedef struct Lost {
        Making *making;
        const char *user;
        ItipComponent *first, **end;
} Lost;

static int lose(Lost *lost, const ItipComponent *old, bool is_over)
{
        Arena *arena = lost->making->arena;
        ItipComponent *copy = itip_copy(arena, old);
        if (!copy)
                return -ENOMEM;
        int r = message_strip(arena, copy, lost->making->change->now);
        if (r == 0)
                r = mark_cancelled(lost->making, copy, is_over, sequence_now(lost->making, old));
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
                if (!old->instance[0] || !itip_attendee(old, lost->user))
                        continue;
                const ItipComponent *new = itip_find(change->new->components, old->instance);
                bool is_over = !new && (!master || dates_have(&lost->making->new_dates, old->instance));
                bool is_out = new ? !itip_attendee(new, lost->user)
                                  : master && !itip_attendee(master, lost->user);
                if (is_over || is_out)
                        r = lose(lost, old, is_over);
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
        if (!old || !new || !itip_attendee(old, lost->user))
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

/* New overrides of a series in which the user, who is invited to the series, is not. */
static int lose_excluded(Lost *lost)
{
        const OrganizerChange *change = lost->making->change;
        const ItipComponent *master = itip_find(change->old->components, "");
        int r = 0;
        if (!master || !itip_attendee(master, lost->user))
                return 0;
        for (const ItipComponent *new = change->new->components; r == 0 && new; new = new->next) {
                ItipComponent *override;
                const ItipLine *date = itip_line(new, "RECURRENCE-ID", NULL);
                if (!date || itip_attendee(new, lost->user) ||
                                itip_find(change->old->components, new->instance) ||
                                dates_have(&lost->making->old_dates, new->instance))
                        continue;
                r = override_make(lost->making->arena, change->old, master, &date->content,
                                date->content.value, &override);
                if (r == 0)
                        r = lose(lost, override, false);
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
        if (old && itip_attendee(old, user))
                r = compare_components(change->new, new, change->old, old, COMPARE_NEWS, false, &same);
        else if (!old && master && itip_attendee(master, user) &&
                        strcmp(itip_value(new, "DTSTART"), itip_value(new, "RECURRENCE-ID")) == 0)
                r = compare_components(change->new, new, change->old, master, COMPARE_NEWS, true, &same);
        *ret = !same;
        return r;
}

static int has_news(const Making *making, const char *user, bool *ret)
{
        const OrganizerChange *change = making->change;
        int r = 0;
        *ret = is_forced(change->new, user) || restores_instance(making);
        for (const ItipComponent *new = change->new->components; r == 0 && !*ret &&new; new = new->next)
                if (itip_attendee(new, user))
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
        bool news;
        lost.end = &lost.first;
        if (old && itip_attendee(old, user) && !(new &&itip_attendee(new, user))) {
                int r = cancel_all(making, user);
                return r != 0 ? r : request(making, user);
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
        return r == 0 && news ? request(making, user) : r;
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
        return was && is ? tell_change(making, user) : is ? request(making, user) : cancel_all(making, user);
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
