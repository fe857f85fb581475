/* Corrects what the program of an organizer may have left in a changed meeting. */

#include "schedule/organizer.h"

#include "schedule/compare.h"
#include "schedule/dates.h"
#include "schedule/override.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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

/* The facts about a change that all components share. */
typedef struct Settling {
        const OrganizerChange *change;
        const ItipComponent *old_master;
        ItipDates old_dates, new_dates; /* that the series leaves out, before and after the change */
        bool is_series_moved;
} Settling;

/* The instance of a component before a change. */
typedef struct Before {
        const ItipComponent *component; /* of the instance, or else of its series; NULL: it is not known */
        bool is_rescheduled;            /* it was at another time, or it did not take place */
} Before;

static int compare_times(const OrganizerChange *change, const ItipComponent *old, const ItipComponent *new,
                bool *ret_moved)
{
        bool same = true;
        int r = compare_components(change->old, old, change->new, new, COMPARE_TIMES, false, &same);
        *ret_moved = !same;
        return r;
}

static int settling_init(const OrganizerChange *change, Settling *ret)
{
        Arena *arena = &change->new->arena;
        ItipComponent *old = itip_find(change->old->components, ""),
                      *new = itip_find(change->new->components, "");
        *ret = (Settling){ .change = change, .old_master = old };
        int r = dates_read(arena, change->old, old, &ret->old_dates);
        if (r == 0)
                r = dates_read(arena, change->new, new, &ret->new_dates);
        return r == 0 && old && new ? compare_times(change, old, new, &ret->is_series_moved) : r;
}

/*
 * Whether a series has again an instance that it has left out, which has no component of its own. An
 * instance that is left out is no reason to answer again (RFC 6638, 3.2.8).
 */
static bool reinstates(const Settling *settling)
{
        const ItipDates *before = &settling->old_dates;
        for (size_t i = 0; i < before->n; i++)
                if (!dates_have(&settling->new_dates, before->instances[i]) &&
                                !itip_find(settling->change->new->components, before->instances[i]))
                        return true;
        return false;
}

/* An override that is new was an instance of the series, unless the series has moved or has left it out. */
static Before find_instance(const Settling *settling, const ItipComponent *new)
{
        const OrganizerChange *change = settling->change;
        const ItipComponent *master = settling->old_master;
        if (!master || !new->instance[0])
                return (Before){ NULL, false };
        return (Before){ master,
                settling->is_series_moved || dates_have(&settling->old_dates, new->instance) ||
                                !override_is_at_time(change->new, new, change->old, master) };
}

static int find_before(const Settling *settling, const ItipComponent *new, Before *ret)
{
        const OrganizerChange *change = settling->change;
        *ret = (Before){ itip_find(change->old->components, new->instance), false };
        if (!ret->component) {
                *ret = find_instance(settling, new);
                return 0;
        }
        int r = compare_times(change, ret->component, new, &ret->is_rescheduled);
        if (ret->component == settling->old_master && !ret->is_rescheduled)
                ret->is_rescheduled = reinstates(settling);
        return r;
}

static bool has_status(const ItipComponent *a, const ItipComponent *b)
{
        const char *first = itip_value(a, "STATUS"), *second = itip_value(b, "STATUS");
        return strcasecmp(first[0] ? first : "CONFIRMED", second[0] ? second : "CONFIRMED") == 0;
}

/* The SEQUENCE never falls, and it rises with the time and the STATUS (RFC 5546, 2.1.4). */
static int settle_sequence(const OrganizerChange *change, const Before *before, ItipComponent *new)
{
        char line[48];
        bool rises = before->is_rescheduled || !has_status(before->component, new);
        long least = itip_number(before->component, "SEQUENCE") + rises;
        if (itip_number(new, "SEQUENCE") >= least)
                return 0;
        snprintf(line, sizeof(line), "SEQUENCE:%ld", least);
        return itip_set(&change->new->arena, new, "SEQUENCE", line);
}

int organizer_settle(OrganizerChange *change)
{
        Settling settling;
        if (!change->old || !change->new)
                return 0;
        int r = settling_init(change, &settling);
        for (ItipComponent *new = change->new->components; r == 0 && new; new = new->next) {
                Before before;
                r = find_before(&settling, new, &before);
                if (r != 0 || !before.component)
                        continue;
                r = settle_sequence(change, &before, new);
                if (r == 0 && before.is_rescheduled)
                        r = reset_answers(change, before.component, new);
                else if (r == 0 && change->keeps_answers)
                        r = keep_answers(change, before.component, new);
        }
        return r;
}
