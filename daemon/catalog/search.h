#pragma once

/* The texts and places that readers search for. */

#include "catalog/catalog.h"

/** The events that a search has found; zeroed, it has found none. */
typedef struct CatalogFound {
        unsigned char *has; /* an octet for each number; only those of events of the catalog count */
        size_t n;
} CatalogFound;

/**
 * catalog_search() - find the events that have all words, or forms of them, and whose place contains a text
 * @words: plain; "" for any; otherwise catalog_has_words() must be true
 * @place: plain; "" for any
 * @ret:   free it with catalog_found_done(), also after a failure
 *
 * Return: 0 or negative errno.
 */
int catalog_search(const Catalog *catalog, const char *words, const char *place, CatalogFound *ret);
void catalog_found_done(CatalogFound *found);

/** catalog_found_has() - whether an event of the catalog is found */
static inline bool catalog_found_has(const CatalogFound *found, const CatalogEvent *event)
{
        return found->has[event->number];
}

/**
 * catalog_places() - return the towns of all sites that have events, and the locations of events that are no
 * names of sites, the most frequent of them first. At most CATALOG_PLACES_MAX are chosen so; then they are
 * sorted. Each text is returned once. They are borrowed for the life of the catalog.
 */
const CatalogText *catalog_places(Catalog *catalog, size_t *ret_n);
