#pragma once

/*
 * Inside of web/event-page only: the parts of the page that come from the event's own lines. All texts are
 * decoded, cut as the world may see them, and escaped.
 */

#include "web/entry.h"

typedef struct EventDetails {
        const PageView *view;
        const Event *event;
        Arena arena; /* of the decoded texts */
} EventDetails;

/**
 * event_details_basis() - paragraphs about how well the date is known, and why; nothing where the event does
 * not say.
 */
void event_details_basis(Buffer *out, EventDetails *details);

/** event_details_text() - the description. */
void event_details_text(Buffer *out, EventDetails *details);

/** event_details_lists() - organisers, people, materials, outcomes, remarks. */
void event_details_lists(Buffer *out, EventDetails *details);

/** event_details_sources() - quotes and links: where the event's data is from. */
void event_details_sources(Buffer *out, EventDetails *details);
