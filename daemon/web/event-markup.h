#pragma once

/* Inside of web/event-page only: what an event's page tells machines: Open Graph for messengers, schema.org/Event (JSON-LD) for search. */

#include "web/event-details.h"
#include "web/page-cache.h"

/** event_markup() - append elements for the head; of an event that is no more than "busy" nothing. Return: 0 or negative errno. */
int event_markup(Buffer *out, const PageJob *job, const CatalogEvent *entry, EventDetails *details);
