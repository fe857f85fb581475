#include "calendar/event-check.h"

#include "calendar/alarm.h"
#include "calendar/event-property.h"
#include "calendar/event-series.h"

/* Checks that DTSTART, DTEND and DURATION fit each other, and computes a missing end. */
static int check_span(Component *component, InputError *error)
{
        const When *start = &component->start;
        if (component->end.form != WHEN_NONE && component->end_is_nominal)
                return component_refuse(component, "DURATION", "excludes DTEND", error);
        if (component->end_is_nominal && start->form == WHEN_DATE && component->duration.seconds)
                return component_refuse(component, "DURATION", "has hours, but DTSTART is a date", error);
        if (component->end.form == WHEN_NONE) {
                component->end = component_end(component, start, NULL);
                if (component->end.civil.year > 9999)
                        return component_refuse(component, "DURATION", "is too long", error);
                return 0;
        }
        if (!when_same_form(&component->end, start))
                return component_refuse(component, "DTEND", "is of another form than DTSTART", error);
        usec_t from = when_instant(start, NULL), to = when_instant(&component->end, NULL);
        if (to < from)
                return component_refuse(component, "DTEND", "is before DTSTART", error);
        if (to == from && start->form == WHEN_DATE)
                return component_refuse(component, "DTEND",
                                "is the day of DTSTART, but must be the day after the last", error);
        return 0;
}

/* Checks a VAVAILABILITY that has no DTSTART: it may have a DTEND, but no DURATION (RFC 7953, 3.1). */
static int check_unbounded(const Component *component, InputError *error)
{
        return component->end_is_nominal ? component_refuse(component, "DURATION", "needs a DTSTART", error)
                                         : 0;
}

static int check_component(Event *event, Component *component, InputError *error)
{
        uint64_t seen = 0;
        int r = 0;
        for (size_t i = 0; r == 0 && i < component->lines.n; i++)
                r = event_check_property(event, component, &component->lines.items[i], &seen, error);
        for (Alarm *alarm = component->alarms; r == 0 && alarm; alarm = alarm->next)
                r = alarm_check(&event->arena, alarm, error);
        if (r != 0)
                return r;
        if (!component->uid)
                return component_refuse(component, NULL, "has no UID", error);
        if (!line_list_find(&component->lines, "DTSTAMP", 0))
                return component_refuse(component, NULL, "has no DTSTAMP", error);
        bool draft = component->is_draft;
        if (draft && component->status != EVENT_DRAFT)
                return component_refuse(component, NULL,
                                "is kept only with STATUS:DRAFT, for an event that has no date yet", error);
        if (draft)
                return component->start.form == WHEN_NONE
                                       ? 0
                                       : component_refuse(component, "DTSTART",
                                                         "makes an event of a draft: it must be a VEVENT then",
                                                         error);
        if (component->is_availability && component->start.form == WHEN_NONE)
                return check_unbounded(component, error);
        return component->start.form == WHEN_NONE
                               ? component_refuse(component, NULL, "has no DTSTART", error)
                               : check_span(component, error);
}

int event_check(Event *event, InputError *ret_error)
{
        int r = event_put_master_first(event, ret_error);
        for (size_t i = 0; r == 0 && i < event->n_components; i++)
                r = check_component(event, &event->components[i], ret_error);
        return r != 0 ? r : event_check_series(event, ret_error);
}
