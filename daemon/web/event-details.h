#pragma once

/*
 * Private to web/event-page.c: the parts of the page that are made from the lines of the event's object.
 * All texts are decoded, reduced to their public part, and escaped.
 */

#include "base/arena.h"
#include "web/entry.h"

typedef struct EventDetails {
        const PageView *view;
        const Event *event;
        Arena arena; /* owns the decoded texts */
} EventDetails;

/**
 * event_details_basis() - write how certain the date is, and why, if the event has a date basis or no date
 */
void event_details_basis(Buffer *out, EventDetails *details);

/** event_details_text() - write the description. */
void event_details_text(Buffer *out, EventDetails *details);

/** event_details_lists() - write organisers, people, materials, outcomes, remarks. */
void event_details_lists(Buffer *out, EventDetails *details);

/** event_details_sources() - write the sources of the event's data: quotes and links. */
void event_details_sources(Buffer *out, EventDetails *details);
