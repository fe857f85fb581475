#pragma once

/*
 * One occurrence of an event in a letter, and how much of it may be shown. All pointers are borrowed.
 */

#include "base/buffer.h"
#include "calendar/event.h"
#include "calendar/publish.h"
#include "store/object.h"

typedef struct EventItem {
        const Event *event;
        const ObjectRecord *record;
        const Occurrence *occurrence;
        PublishAudience audience; /* how much the letter's recipient may see */
} EventItem;

/**
 * event_item_is_hidden() - whether the audience may not see the item: publish_is_visible(), by the CLASS of
 * the event and of the occurrence
 */
bool event_item_is_hidden(const EventItem *item);

/**
 * event_item_append() - append a text of the event as the audience may see it. For the public, telephone
 * numbers and mail addresses are removed.
 */
void event_item_append(const EventItem *item, const char *text, Buffer *out);

/**
 * event_item_is_confidential() - whether only the times of the item may be shown. The stricter CLASS of the
 * event and of the occurrence decides.
 */
bool event_item_is_confidential(const EventItem *item);

/**
 * event_item_place() - return the place as the event has it, borrowed; "" if there is none or the item is
 * confidential. To write it into a letter, use event_item_append().
 */
const char *event_item_place(const EventItem *item);

/**
 * event_item_zone() - return the zone that the item's start names, or else event_zone(); borrowed
 * @fallback: for event_zone()
 */
const Zone *event_item_zone(const EventItem *item, const Zone *fallback);

/**
 * event_item_has_open_day() - whether the day is not known, and the item has the dates of its parent event:
 * X-CONVENED-DATE-PRECISION:WITHIN-PARENT
 */
bool event_item_has_open_day(const EventItem *item);
