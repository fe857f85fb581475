#pragma once

/* Inside of web/event-page only: links that put an event into a calendar, or its place on a map. */

#include "web/entry.h"

/**
 * event_links_calendars() - write a list of links. A series gets no links to services that take one
 * instance only.
 */
void event_links_calendars(Buffer *out, const PageView *view, const CatalogEvent *event);

/**
 * event_links_map() - write a link to OpenStreetMap: to the point of the place, else of its town, else a
 * search for the location's text.
 */
void event_links_map(Buffer *out, const PageView *view, const Event *event, const CatalogEvent *entry);

/**
 * event_links_point() - write a link to a point on the map
 * @is_exact: the point is the place's own, not the centre of the town
 */
void event_links_point(Buffer *out, const PageView *view, double latitude, double longitude, bool is_exact);

/**
 * event_links_read_geo() - read the event's own point. Return: false if it has none, or one that is not
 * on the globe.
 */
bool event_links_read_geo(const Event *event, double *latitude, double *longitude);
