#pragma once

/* What readers choose events by: words and places, made at the first call and kept with the catalog. */

#include "catalog/catalog.h"

/**
 * catalog_folded() - of one event; the first call makes them for all events. NULL when there is no memory.
 */
const CatalogFolded *catalog_folded(Catalog *catalog, const CatalogEvent *event);

/**
 * catalog_places() - the towns of the sites with events and, for events without a site, their locations: each
 * once, in order of the text, at most CATALOG_PLACES_MAX
 */
const CatalogText *catalog_places(Catalog *catalog, size_t *ret_n);
