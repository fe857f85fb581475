#pragma once

/*
 * One occurrence of an event as a letter speaks of it, and what of it may be told. It borrows everything
 * and changes nothing.
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

/** event_item_is_hidden() - the audience may not be told of it: for the public, what is not CLASS:PUBLIC. */
bool event_item_is_hidden(const EventItem *item);

/**
 * event_item_append() - append a text of the event's as the audience may see it: for the public, without
 * telephone numbers and mail addresses
 */
void event_item_append(const EventItem *item, const char *text, Buffer *out);

/**
 * event_item_is_confidential() - only its times may be told: the stricter of the event's CLASS and the
 * occurrence's own counts.
 */
bool event_item_is_confidential(const EventItem *item);

/**
 * event_item_place() - its place in one line, as the event has it, borrowed; "" when it has none or must not
 * be told. What a reader sees goes through event_item_append().
 */
const char *event_item_place(const EventItem *item);

/**
 * event_item_has_open_day() - it spans its parent because its own day is not known:
 * X-CONVENED-DATE-PRECISION:WITHIN-PARENT.
 */
bool event_item_has_open_day(const EventItem *item);
