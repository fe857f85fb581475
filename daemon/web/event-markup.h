#pragma once

/*
 * Private to web/event-page.c: an event in machine-readable form. Open Graph is for messengers,
 * schema.org/Event (JSON-LD) is for search engines.
 */

#include "web/event-details.h"
#include "web/page-cache.h"

/** event_markup() - append elements for <head>; nothing for a busy event. Return: 0 or negative errno. */
int event_markup(Buffer *out, const PageJob *job, const CatalogEvent *entry, EventDetails *details);
