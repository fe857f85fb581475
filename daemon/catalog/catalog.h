#pragma once

/*
 * Every event, draft and site that the public may see, as small records that are made from the store's
 * objects in one pass. A catalog is immutable; threads share it by reference. It contains no CLASS:PRIVATE
 * events, and only the times of CLASS:CONFIDENTIAL events. It contains drafts if site.drafts is set.
 */

#include "base/arena.h"
#include "base/cleanup.h"
#include "catalog/record.h"
#include "config/config.h"
#include "store/store.h"

typedef struct Catalog Catalog;

/** catalog_new() - make a catalog of the store's current state. Return: 0, a store condition or -errno. */
int catalog_new(Store *store, Config *config, Catalog **ret);
Catalog *catalog_ref(Catalog *catalog);
Catalog *catalog_unref(Catalog *catalog);
DEFINE_CLEANUP(Catalog, catalog_unrefp, catalog_unref)

/** catalog_sequence() - return the store's sequence when the catalog was made */
int64_t catalog_sequence(const Catalog *catalog);

/**
 * catalog_event() - return the event at @index, borrowed for the life of the catalog; NULL after the last
 * one. Events are sorted by start, and an event that has parts precedes its parts. Drafts are sorted as if
 * they began in 1970.
 */
const CatalogEvent *catalog_event(const Catalog *catalog, size_t index);

/**
 * catalog_site() - return the site at @index, borrowed for the life of the catalog; NULL after the last one.
 * Sites are sorted by town, then by name.
 */
const CatalogSite *catalog_site(const Catalog *catalog, size_t index);

/** catalog_find() - find an event by its UID; NULL if there is none */
const CatalogEvent *catalog_find(const Catalog *catalog, const char *uid);

/**
 * The state of the store when a catalog was last found current, as sequences of the store. For a new
 * catalog, both are catalog_sequence().
 */
typedef struct CatalogCheck {
        int64_t sequence;
        int64_t hosts; /* last change of an offer or a card, for pages that show hosts */
} CatalogCheck;

/**
 * catalog_is_current() - whether a new catalog would have the same contents. A change of a contact, an offer
 * or a private event makes no difference.
 * @store: not in a transaction
 * @check: the last check; updated if the catalog is current
 * @ret:   also false if the store is damaged
 *
 * Return: 0, a condition of the store, or negative errno.
 */
int catalog_is_current(const Catalog *catalog, Store *store, CatalogCheck *check, bool *ret);
