#pragma once

/* Texts and places by which readers search events, made at the first call and kept with the catalog. */

#include "catalog/catalog.h"

/**
 * catalog_folded() - return the folded texts of an event; the first call folds those of all events. NULL
 * when memory ran out.
 */
const CatalogFolded *catalog_folded(Catalog *catalog, const CatalogEvent *event);

/**
 * catalog_places() - return the towns of the sites with events and the locations of events without a site:
 * each once, sorted by text, at most CATALOG_PLACES_MAX
 */
const CatalogText *catalog_places(Catalog *catalog, size_t *ret_n);
