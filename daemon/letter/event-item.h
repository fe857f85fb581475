#pragma once

/*
 * One occurrence of an event in a letter, and how much of it may be shown. It borrows everything and
 * changes nothing.
 */

#include "base/buffer.h"
#include "calendar/event.h"
#include "calendar/publish.h"
#include "store/object.h"

typedef struct EventItem {
        const Event *event;
        const ObjectRecord *record;
        const Occurrence *occurrence;
        PublishAudience audience; /* of the letter */
} EventItem;

/** event_item_is_hidden() - whether the audience may not see the item: the public sees only CLASS:PUBLIC */
bool event_item_is_hidden(const EventItem *item);

/**
 * event_item_append() - append a text of the event as the audience may see it: for the public, without
 * telephone numbers and mail addresses
 */
void event_item_append(const EventItem *item, const char *text, Buffer *out);

/**
 * event_item_is_confidential() - whether only its times may be shown, by the stricter of the event's and
 * the occurrence's CLASS
 */
bool event_item_is_confidential(const EventItem *item);

/**
 * event_item_place() - return its place as the event has it, borrowed; "" if it has none or is
 * confidential. Use event_item_append() to write it for a reader.
 */
const char *event_item_place(const EventItem *item);

/**
 * event_item_has_open_day() - whether its day is not known, so that it spans its parent:
 * X-CONVENED-DATE-PRECISION:WITHIN-PARENT
 */
bool event_item_has_open_day(const EventItem *item);
