#include "calendar/event-series.h"

#include "calendar/exclusion.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int event_put_master_first(Event *event, InputError *error)
{
        size_t master = event->n_components;
        for (size_t i = 0; i < event->n_components; i++) {
                Component *component = &event->components[i];
                component->is_override = line_list_find(&component->lines, "RECURRENCE-ID", 0);
                if (component->is_override)
                        continue;
                if (master < event->n_components)
                        return component_refuse(&event->components[i], NULL,
                                        "is there twice with one UID, and has no RECURRENCE-ID", error);
                master = i;
        }
        if (master == event->n_components)
                return 0;
        Component first = event->components[master];
        memmove(event->components + 1, event->components, master * sizeof(first));
        event->components[0] = first;
        return 0;
}

/* Reads a floating time on the clock of a series with a zone, as it reads a floating EXDATE. */
static void read_on_clock(const When *start, When *when)
{
        if (start->form != WHEN_ZONED || when->form != WHEN_FLOATING)
                return;
        when->form = WHEN_ZONED;
        when->zone = start->zone;
}

static int check_rdates(Event *event, InputError *error)
{
        const Component *master = &event->components[0];
        for (size_t i = 0; i < event->rdates.n; i++) {
                if ((event->rdates.items[i].form == WHEN_DATE) != (master->start.form == WHEN_DATE))
                        return component_refuse(master, "RDATE", "is of another form than DTSTART", error);
                read_on_clock(&master->start, &event->rdates.items[i]);
                read_on_clock(&master->start, &event->rdate_ends.items[i]);
        }
        return 0;
}

static int check_until(const Event *event, const char *property, const When *until, InputError *error)
{
        const Component *master = &event->components[0];
        if (until->form == WHEN_NONE)
                return 0;
        if (master->start.form == WHEN_DATE && until->form != WHEN_DATE)
                return component_refuse(master, property, "UNTIL is a time, but DTSTART is a date", error);
        if (master->start.form == WHEN_FLOATING && until->form == WHEN_UTC)
                return component_refuse(master, property, "UNTIL is in UTC, but DTSTART has no zone", error);
        return 0;
}

/* An override and its original start, for sorting. */
typedef struct Version {
        usec_t place;
        const Component *component;
        bool superseded;
} Version;

/*
 * Sorts by instance, and then from the oldest version to the newest. Of equal versions, the one that is
 * later in the text counts as newer.
 */
static int compare_versions(const void *a, const void *b)
{
        const Version *left = a, *right = b;
        if (left->place != right->place)
                return left->place < right->place ? -1 : 1;
        int order = component_compare_versions(left->component, right->component);
        return order != 0 ? order
                          : (left->component > right->component) - (left->component < right->component);
}

static int compare_components(const void *a, const void *b)
{
        const Version *left = a, *right = b;
        return (left->component > right->component) - (left->component < right->component);
}

/* If several overrides are of one instance, keeps only the newest. */
static int drop_superseded(Event *event)
{
        size_t first = event->components[0].is_override ? 0 : 1, n = event->n_components - first,
               kept = first;
        if (n < 2)
                return 0;
        CLEANUP(cleanup_free) Version *versions = calloc(n, sizeof(*versions));
        if (!versions)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                const Component *override = &event->components[first + i];
                versions[i] = (Version){ series_place(event, NULL, override), override, false };
        }
        qsort(versions, n, sizeof(*versions), compare_versions);
        for (size_t i = 0; i + 1 < n; i++)
                versions[i].superseded = versions[i].place == versions[i + 1].place;
        qsort(versions, n, sizeof(*versions), compare_components);
        for (size_t i = 0; i < n; i++)
                if (!versions[i].superseded)
                        event->components[kept++] = *versions[i].component;
        event->n_components = kept;
        return 0;
}

int event_check_series(Event *event, InputError *error)
{
        const Component *master = &event->components[0];
        for (size_t i = 1; i < event->n_components; i++) {
                const Component *override = &event->components[i];
                if (strcmp(override->uid, master->uid) != 0)
                        return component_refuse(override, NULL,
                                        "has another UID than the rest of the object", error);
                if (override->is_draft != master->is_draft)
                        return component_refuse(override, NULL, "is of another kind than its master", error);
                const When *series = master->is_override ? &master->recurrence_id : &master->start;
                if (!when_same_form(&override->recurrence_id, series))
                        return component_refuse(override, "RECURRENCE-ID",
                                        "is of another form than DTSTART of the series", error);
        }
        int r = check_rdates(event, error);
        for (size_t i = 0; r == 0 && i < event->n_rules; i++)
                r = check_until(event, "RRULE", &event->rules[i]->until, error);
        for (size_t i = 0; r == 0 && i < event->n_exrules; i++)
                r = check_until(event, "EXRULE", &event->exrules[i]->until, error);
        return r != 0 ? r : drop_superseded(event);
}
