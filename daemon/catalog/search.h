#pragma once

/*
 * The texts and places that readers search for. They are made at the first call and kept with the catalog.
 */

#include "catalog/catalog.h"

/**
 * catalog_search() - find the events that have all words, or forms of them, and whose place contains a text.
 * The first call indexes the texts of all events (catalog/word-index.h).
 * @words, @place: plain; "" for any
 * @ret:           an octet for each event, by its `index`: 1 if it is found, or 0. The caller frees it.
 *
 * Return: 0 or negative errno.
 */
int catalog_search(Catalog *catalog, const char *words, const char *place, unsigned char **ret);

/**
 * catalog_places() - return the towns of all sites that have events, and the locations of all events
 * without a site. Each text is returned once; they are sorted, and at most CATALOG_PLACES_MAX. They are
 * borrowed for the life of the catalog.
 */
const CatalogText *catalog_places(Catalog *catalog, size_t *ret_n);
