#pragma once

/* Inside of catalog/ only: sites, from cards with KIND:location. */

#include "base/arena.h"
#include "catalog/record.h"

/**
 * catalog_site_read() - read a site from its card
 * @ret: unchanged if the card cannot be parsed
 *
 * Return: 0 or negative errno.
 */
int catalog_site_read(Arena *arena, const char *text, size_t len, CatalogSite **ret);

/**
 * catalog_sites_join() - connect events and sites: by the card's RELATED, or by a LOCATION equal to a name
 * of the site
 */
int catalog_sites_join(
                Arena *arena, CatalogSite **sites, size_t n_sites, CatalogEvent **events, size_t n_events);
