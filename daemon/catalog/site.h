#pragma once

/* Private to catalog/: sites, which are made from cards with KIND:location. */

#include "base/arena.h"
#include "catalog/record.h"

/**
 * catalog_site_read() - read a site from its card
 * @ret: in @arena; unchanged if the card cannot be parsed, which is not a failure
 *
 * Return: 0 or negative errno.
 */
int catalog_site_read(Arena *arena, const char *text, size_t len, CatalogSite **ret);

/**
 * catalog_sites_join() - connect each event with its sites. An event is at a site if the site's card names
 * the event in RELATED, or if the event's LOCATION is equal to a name of the site. Return: 0 or negative
 * errno.
 */
int catalog_sites_join(
                Arena *arena, CatalogSite **sites, size_t n_sites, CatalogEvent **events, size_t n_events);
