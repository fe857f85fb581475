#include "letter/event-item.h"

#include "calendar/redact.h"

#include <string.h>

bool event_item_is_confidential(const EventItem *item)
{
        const char *own = occurrence_text(item->event, item->occurrence, "CLASS");
        return event_class(item->event) == EVENT_CONFIDENTIAL ||
               (own && strcasecmp(own, "CONFIDENTIAL") == 0);
}

bool event_item_is_hidden(const EventItem *item)
{
        const char *own = occurrence_text(item->event, item->occurrence, "CLASS");
        return !publish_is_visible(item->audience, event_class(item->event)) ||
               (own && !publish_is_visible(item->audience, event_class_of(own)));
}

void event_item_append(const EventItem *item, const char *text, Buffer *out)
{
        size_t len = strlen(text);
        if (item->audience != PUBLISH_PUBLIC || !redact_text(text, len, out))
                buffer_append(out, text, len);
}

bool event_item_has_open_day(const EventItem *item)
{
        const char *precision = occurrence_text(item->event, item->occurrence, "X-CONVENED-DATE-PRECISION");
        return precision && strcmp(precision, "WITHIN-PARENT") == 0 &&
               item->occurrence->start.form == WHEN_DATE;
}

const Zone *event_item_zone(const EventItem *item, const Zone *fallback)
{
        const When *start = &item->occurrence->start;
        return start->form == WHEN_ZONED ? start->zone : event_zone(item->event, fallback);
}

const char *event_item_place(const EventItem *item)
{
        const char *place = occurrence_text(item->event, item->occurrence, "LOCATION");
        return place && !event_item_is_confidential(item) ? place : "";
}
