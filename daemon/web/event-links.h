#pragma once

/* Inside of web/event-page only: links that put an event into a calendar, or its place on a map. */

#include "web/entry.h"

/** event_links_calendars() - a list of links; those services that take one instance only are left out for a series. */
void event_links_calendars(Buffer *out, const PageView *view, const CatalogEvent *event);

/** event_links_map() - a link to OpenStreetMap: the place's point, its town's, or a search for what the event says. */
void event_links_map(Buffer *out, const PageView *view, const Event *event, const CatalogEvent *entry);

/** event_links_point() - the link for a point. @is_exact: a place and not the town around it */
void event_links_point(Buffer *out, const PageView *view, double latitude, double longitude, bool is_exact);

/** event_links_read_geo() - the point that an event gives itself. False when it has none, or one that is not on the globe. */
bool event_links_read_geo(const Event *event, double *latitude, double *longitude);
