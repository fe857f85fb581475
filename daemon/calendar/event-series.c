#include "calendar/event-series.h"

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
                return component_refuse(&event->components[0], NULL,
                                "is a changed instance of a series that is not there", error);
        Component first = event->components[master];
        memmove(event->components + 1, event->components, master * sizeof(first));
        event->components[0] = first;
        return 0;
}

static int check_dates(const Event *event, const WhenList *list, const char *name, InputError *error)
{
        const Component *master = &event->components[0];
        for (size_t i = 0; i < list->n; i++)
                if ((list->items[i].form == WHEN_DATE) != (master->start.form == WHEN_DATE) &&
                                strcmp(name, "EXDATE") != 0)
                        return component_refuse(master, name, "is of another form than DTSTART", error);
        return 0;
}

static int check_until(const Event *event, InputError *error)
{
        const Component *master = &event->components[0];
        const When *until = &event->rule.until;
        if (!event->has_rule || until->form == WHEN_NONE)
                return 0;
        if (master->start.form == WHEN_DATE && until->form != WHEN_DATE)
                return component_refuse(master, "RRULE", "UNTIL is a time, but DTSTART is a date", error);
        if (master->start.form == WHEN_FLOATING && until->form == WHEN_UTC)
                return component_refuse(
                                master, "RRULE", "UNTIL is in UTC, but DTSTART is on nobody's clock", error);
        return 0;
}

int event_check_series(const Event *event, InputError *error)
{
        const Component *master = &event->components[0];
        for (size_t i = 1; i < event->n_components; i++) {
                const Component *override = &event->components[i];
                if (strcmp(override->uid, master->uid) != 0)
                        return component_refuse(override, NULL,
                                        "has another UID than the rest of the object", error);
                if (override->is_draft != master->is_draft)
                        return component_refuse(override, NULL, "is of another kind than its master", error);
                if (!when_same_form(&override->recurrence_id, &master->start))
                        return component_refuse(override, "RECURRENCE-ID",
                                        "is of another form than DTSTART of the series", error);
        }
        int r = check_dates(event, &event->rdates, "RDATE", error);
        return r != 0 ? r : check_until(event, error);
}
