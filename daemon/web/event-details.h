#pragma once

/* Inside of web/event-page only: what an event's own lines tell. All texts decoded, without numbers and addresses, escaped. */

#include "web/entry.h"

typedef struct EventDetails {
        const PageView *view;
        const Event *event;
        Arena arena; /* of what was decoded */
} EventDetails;

/** event_details_basis() - how well the date is known, and why: paragraphs; nothing where nobody says. */
void event_details_basis(Buffer *out, EventDetails *details);

/** event_details_text() - the description; event_details_lists() - organisers, people, materials, outcomes, remarks. */
void event_details_text(Buffer *out, EventDetails *details);
void event_details_lists(Buffer *out, EventDetails *details);

/** event_details_sources() - where all this is from: quotes, and the page that tells it. */
void event_details_sources(Buffer *out, EventDetails *details);
