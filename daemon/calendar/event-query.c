/*
 * Accessors of a parsed event. Values that the checks have read are fields; others are searched for by
 * name.
 */

#include "calendar/event-data.h"

#include <stdlib.h>
#include <string.h>

const char *event_text(const Event *event, size_t *ret_len)
{
        *ret_len = event->len;
        return event->text;
}

const char *event_uid(const Event *event)
{
        return event->components[0].uid;
}

int event_sequence(const Event *event)
{
        return event->components[0].sequence;
}

bool event_is_draft(const Event *event)
{
        return event->components[0].is_draft;
}

bool event_is_availability(const Event *event)
{
        return event->components[0].is_availability;
}

const Event *event_available(const Event *event, size_t index)
{
        return index < event->n_available ? event->available[index] : NULL;
}

EventStatus event_status(const Event *event)
{
        return event->components[0].status;
}

EventClass event_class(const Event *event)
{
        return event->components[0].class;
}

/* Gets the newest DTSTAMP and the newest LAST-MODIFIED of all components; 0 if no component has one. */
static void newest_stamps(const Event *event, usec_t *ret_stamp, usec_t *ret_modified)
{
        *ret_stamp = *ret_modified = 0;
        for (size_t i = 0; i < event->n_components; i++) {
                const Component *component = &event->components[i];
                if (component->stamp > *ret_stamp)
                        *ret_stamp = component->stamp;
                if (component->modified > *ret_modified)
                        *ret_modified = component->modified;
        }
}

usec_t event_stamp(const Event *event)
{
        usec_t stamp, modified;
        newest_stamps(event, &stamp, &modified);
        return stamp > modified ? stamp : modified;
}

int event_compare_versions(const Event *a, const Event *b)
{
        usec_t stamp_a, stamp_b, modified_a, modified_b;
        if (event_sequence(a) != event_sequence(b))
                return event_sequence(a) < event_sequence(b) ? -1 : 1;
        newest_stamps(a, &stamp_a, &modified_a);
        newest_stamps(b, &stamp_b, &modified_b);
        if (stamp_a != stamp_b)
                return stamp_a < stamp_b ? -1 : 1;
        return !modified_a || !modified_b ? 0 : (modified_a > modified_b) - (modified_a < modified_b);
}

When event_start(const Event *event)
{
        return event->components[0].start;
}

When event_end(const Event *event)
{
        return event->components[0].end;
}

bool event_is_recurring(const Event *event)
{
        return event->n_rules > 0 || event->rdates.n > 0 || event->n_components > 1 ||
               event->components[0].is_override;
}

bool event_has_series(const Event *event)
{
        return !event->components[0].is_override;
}

const Zone *event_zone(const Event *event, const Zone *fallback)
{
        const Component *master = &event->components[0];
        const ContentLine *own = line_list_find(&master->lines, "X-CONVENED-TZID", 0);
        const Zone *zone;
        if (own && zone_table_get(event->zones, own->value, &zone) == 0)
                return zone;
        return master->start.form == WHEN_ZONED ? master->start.zone : fallback;
}

/* Decodes a property's text. `const` is cast away: the event's arena grows, but no parsed value changes. */
static const char *component_text(const Event *event, const Component *component, const char *name)
{
        const ContentLine *line = line_list_find(&component->lines, name, 0);
        return line ? event_unescape((Event *)event, line->value, line->value_len) : NULL;
}

const char *event_text_property(const Event *event, const char *name)
{
        return component_text(event, &event->components[0], name);
}

const ContentLine *event_property_line(const Event *event, const char *name, size_t index)
{
        return line_list_find(&event->components[0].lines, name, index);
}

static const ContentLine *next_line(LineList rest, const char *name, const ContentLine *line)
{
        size_t behind = line ? (size_t)(line - rest.items) + 1 : 0;
        rest.items += behind;
        rest.n -= behind;
        return line_list_find(&rest, name, 0);
}

const ContentLine *event_property_next(const Event *event, const char *name, const ContentLine *line)
{
        return next_line(event->components[0].lines, name, line);
}

const char *event_category(const Event *event, size_t index)
{
        return index < event->n_categories ? event->categories[index] : NULL;
}

const char *event_parent(const Event *event)
{
        return event->parent;
}

bool event_alarm(const Event *event, size_t index, Lead *ret)
{
        for (const Alarm *alarm = event->components[0].alarms; alarm; alarm = alarm->next) {
                size_t n = alarm->email ? alarm->n_leads : 0;
                if (index < n) {
                        *ret = alarm->leads[index];
                        return true;
                }
                index -= n;
        }
        return false;
}

const char *occurrence_text(const Event *event, const Occurrence *occurrence, const char *name)
{
        const char *own = component_text(event, &event->components[occurrence->component], name);
        return own ? own : event_text_property(event, name);
}

const ContentLine *occurrence_property_next(
                const Event *event, const Occurrence *occurrence, const char *name, const ContentLine *line)
{
        const LineList *own = &event->components[occurrence->component].lines;
        const LineList *lines = line_list_find(own, name, 0) ? own : &event->components[0].lines;
        return next_line(*lines, name, line);
}

bool occurrence_of_override(const Event *event, size_t index, const Zone *fallback, Occurrence *ret)
{
        const Zone *zone = event_zone(event, fallback);
        for (size_t i = 0; i < event->n_components; i++) {
                const Component *component = &event->components[i];
                if (!component->is_override || index-- > 0)
                        continue;
                When end = component_end(component, &component->start, zone);
                *ret = (Occurrence){
                        .recurrence_id = component->recurrence_id,
                        .start = component->start,
                        .end = end,
                        .start_usec = when_instant(&component->start, zone),
                        .end_usec = when_instant(&end, zone),
                        .status = component->status,
                        .component = i,
                };
                return true;
        }
        return false;
}

bool event_excluded(const Event *event, size_t index, When *ret)
{
        if (index >= event->exdates.n)
                return false;
        *ret = event->exdates.items[index];
        return true;
}
