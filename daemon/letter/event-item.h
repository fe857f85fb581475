#pragma once

/*
 * One occurrence of an event as a letter speaks of it, and what of it may be told. It borrows everything
 * and changes nothing.
 */

#include "calendar/event.h"
#include "store/object.h"

typedef struct EventItem {
        const Event *event;
        const ObjectRecord *record;
        const Occurrence *occurrence;
} EventItem;

/**
 * event_item_is_confidential() - only its times may be told: the stricter of the event's CLASS and the
 * occurrence's own counts.
 */
bool event_item_is_confidential(const EventItem *item);

/**
 * event_item_place() - its place in one line, borrowed from the event; "" when it has none or must not be
 * told.
 */
const char *event_item_place(const EventItem *item);

/**
 * event_item_has_open_day() - it spans its parent because its own day is not known:
 * X-CONVENED-DATE-PRECISION:WITHIN-PARENT.
 */
bool event_item_has_open_day(const EventItem *item);
