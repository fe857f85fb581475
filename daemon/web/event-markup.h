#pragma once

/*
 * Inside of web/event-page only: an event in machine-readable form: Open Graph for messengers,
 * schema.org/Event (JSON-LD) for search engines.
 */

#include "web/event-details.h"
#include "web/page-cache.h"

/** event_markup() - append elements for the head; nothing for a busy event. Return: 0 or negative errno. */
int event_markup(Buffer *out, const PageJob *job, const CatalogEvent *entry, EventDetails *details);
