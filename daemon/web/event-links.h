#pragma once

/* Inside of web/event-page only: links that put an event into a calendar, or its place on a map. */

#include "web/entry.h"

/** event_links_calendars() - a list of links; a series has none to services that take one instance only. */
void event_links_calendars(Buffer *out, const PageView *view, const CatalogEvent *event);

/**
 * event_links_map() - a link to OpenStreetMap: the point of the place, else of its town, else a search for
 * the location's text.
 */
void event_links_map(Buffer *out, const PageView *view, const Event *event, const CatalogEvent *entry);

/**
 * event_links_point() - a link to a point on the map
 * @is_exact: the point is the place's own, not the centre of the town
 */
void event_links_point(Buffer *out, const PageView *view, double latitude, double longitude, bool is_exact);

/**
 * event_links_read_geo() - the event's own point. False when it has none, or one that is not on the globe.
 */
bool event_links_read_geo(const Event *event, double *latitude, double *longitude);
