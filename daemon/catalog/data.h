#pragma once

/* Private to catalog/: the contents of a catalog. */

#include "catalog/index.h"
#include "catalog/place-set.h"
#include "catalog/site-set.h"
#include "catalog/word-index.h"

#include <pthread.h>

enum { CATALOG_WORDS_MAX = 40, CATALOG_SITES_MAX = 64 };

struct CatalogEvents;

struct Catalog {
        _Atomic int refs;
        int64_t sequence;
        Config *config;
        ZoneTable *zones;
        size_t n_lost;   /* losses of object_each_readable() */
        SortedSet *sets; /* of each index (catalog/index.h) */
        SiteSet *sites;
        PlaceSet places;
        uint32_t next_number;
        WordIndex *words[CATALOG_WORDS_MAX]; /* the oldest, which has most events, first */
        size_t n_words;
        pthread_mutex_t lock; /* guards the list of places */
        CatalogText chosen[CATALOG_PLACES_MAX];
        size_t n_chosen;
        bool has_chosen;
};

/**
 * catalog_first_at() - return the index in INDEX_PLACE of the first event with a location that begins at
 * @from or later, or the index where it would be
 */
size_t catalog_first_at(const struct Catalog *catalog, const char *place, usec_t from);

/** catalog_events_related() - add the events that a site names in RELATED; some of them twice */
int catalog_events_related(
                const struct Catalog *catalog, const CatalogSite *site, struct CatalogEvents *events);

/**
 * catalog_series_at() - return the series at *@index or, if it has no instance in [from, to), the next one
 * that may have; NULL if there is none
 * @index: set to the index of the series in INDEX_SERIES
 */
const CatalogEvent *catalog_series_at(const struct Catalog *catalog, size_t *index, usec_t from, usec_t to);
