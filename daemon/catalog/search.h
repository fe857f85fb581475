#pragma once

/*
 * The texts and places that readers search for. They are made at the first call and kept with the catalog.
 */

#include "catalog/catalog.h"

/**
 * catalog_folded() - return the folded texts of an event; NULL if memory ran out. The first call folds the
 * texts of all events.
 */
const CatalogFolded *catalog_folded(Catalog *catalog, const CatalogEvent *event);

/**
 * catalog_places() - return the towns of all sites that have events, and the locations of all events
 * without a site. Each text is returned once; they are sorted, and at most CATALOG_PLACES_MAX.
 */
const CatalogText *catalog_places(Catalog *catalog, size_t *ret_n);
