#pragma once

/*
 * The events at a site: first those that are not over, the earliest first, then those that are over, the
 * latest first. A page reads as many as it shows; the cost does not depend on how many there are.
 */

#include "base/conditions.h"
#include "catalog/catalog.h"

typedef struct SiteEvents SiteEvents;

enum { SITE_EVENTS_END = CONDITIONS_CATALOG + 2 }; /* there is no other event */

/**
 * site_events_new() - begin to list the events at a site
 * @catalog: borrowed, like @site, for the life of the list
 * @now:     an event that has ended by this time is over, a series with its last instance
 *
 * Return: 0 or negative errno.
 */
int site_events_new(const Catalog *catalog, const CatalogSite *site, usec_t now, SiteEvents **ret);
SiteEvents *site_events_free(SiteEvents *events);
DEFINE_CLEANUP(SiteEvents, site_events_freep, site_events_free)

/** site_events_count() - return the number of all events at the site */
size_t site_events_count(const SiteEvents *events);

/**
 * site_events_next() - get the next event that is not over, or the next one that is
 * @is_over: which of the two lists is read; each is read on its own
 *
 * Return: 0, SITE_EVENTS_END, or negative errno.
 */
int site_events_next(SiteEvents *events, bool is_over, const CatalogEvent **ret);

/**
 * site_events_around() - get those events that are next to the time, instead of site_events_next(): those
 * that are not over, the earliest first, and if there is room the last of those that are over
 * @ret: at most @max events, by start
 *
 * Return: 0 or negative errno.
 */
int site_events_around(SiteEvents *events, size_t max, CatalogEvents *ret);
