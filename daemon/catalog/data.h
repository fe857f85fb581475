#pragma once

/* Private to catalog/: the contents of a catalog. */

#include "base/arena.h"
#include "catalog/record.h"
#include "catalog/word-index.h"
#include "config/config.h"

#include <pthread.h>

/** An object that another file attaches to a catalog. The catalog releases it when the catalog is freed. */
typedef struct CatalogAttachment {
        void *object; /* NULL for none */
        void (*release)(void *object);
} CatalogAttachment;

struct Catalog {
        _Atomic int refs;
        Arena arena;
        int64_t sequence;
        Config *config;
        ZoneTable *zones;
        pthread_mutex_t lock; /* guards the index, `places`, and the texts that a series decodes */
        CatalogEvent **events;
        size_t n_events, events_allocated;
        const CatalogEvent **by_uid;
        CatalogSite **sites;
        size_t n_sites, sites_allocated;
        uint64_t *keys; /* hashes of the collections and names of all events and sites, ascending */
        size_t n_keys, keys_allocated;
        size_t n_lost; /* losses of object_each_readable() */
        Event **kept;  /* series, and events that own zones */
        size_t n_kept, kept_allocated;
        CatalogText places[CATALOG_PLACES_MAX];
        size_t n_places;
        bool has_places;
        _Atomic bool is_indexed;
        Arena folded_arena;
        const char **places_of; /* folded location, names and towns, in the order of `events` */
        WordIndex *words;
        pthread_mutex_t timeline_lock;
        CatalogAttachment timelines[2]; /* indexed by TimelineSide */
};
