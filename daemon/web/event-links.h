#pragma once

/* Private to web/: links that add an event to a calendar, or that show its place on a map. */

#include "web/entry.h"

/* The hosts of Outlook on the web: for private accounts, and for those of a company. */
#define EVENT_LINKS_OUTLOOK "outlook.live.com"
#define EVENT_LINKS_OFFICE  "outlook.office.com"

/**
 * event_links_calendars() - write the list of links to add an event to a calendar. A series gets no links to
 * services that take only one instance. @event: the object of @entry
 */
void event_links_calendars(Buffer *out, const PageView *view, const CatalogEvent *entry, const Event *event);

/**
 * event_links_map() - write a link to OpenStreetMap. It shows the point of the event's GEO or, without GEO,
 * the point of its first site, which may be the centre of the town. Without both, it searches for the text
 * of the location. @site: the first site of the event, NULL for none
 */
void event_links_map(Buffer *out, const PageView *view, const Event *event, const CatalogEvent *entry,
                const CatalogSite *site);

/**
 * event_links_point() - write a link to a point on the map
 * @is_exact: the point is the place's own, not the centre of the town
 */
void event_links_point(Buffer *out, const PageView *view, double latitude, double longitude, bool is_exact);

/**
 * event_links_read_geo() - read the point in the event's GEO, in degrees. Return: false if there is none,
 * or if its numbers are not a point on the globe; then the outputs are undefined.
 */
bool event_links_read_geo(const Event *event, double *latitude, double *longitude);
