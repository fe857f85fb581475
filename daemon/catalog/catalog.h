#pragma once

/*
 * Every event, draft and site that the public may see, as small records made from the store's objects in
 * one pass. A catalog is immutable; threads share it by reference. It contains no CLASS:PRIVATE events,
 * and only the times of CLASS:CONFIDENTIAL ones; site.drafts says whether it contains drafts.
 */

#include "base/arena.h"
#include "base/cleanup.h"
#include "catalog/record.h"
#include "config/config.h"
#include "store/store.h"

typedef struct Catalog Catalog;

/** catalog_new() - read the store's current state. Return: 0, a condition of the store, negative errno. */
int catalog_new(Store *store, Config *config, Catalog **ret);
Catalog *catalog_ref(Catalog *catalog);
Catalog *catalog_unref(Catalog *catalog);
DEFINE_CLEANUP(Catalog, catalog_unrefp, catalog_unref)

/** catalog_sequence() - return the store's sequence when the catalog was made */
int64_t catalog_sequence(const Catalog *catalog);

/**
 * catalog_event() - return the event at @index, drafts first, then by start, wholes before their parts;
 * NULL after the last. Borrowed for the catalog's life.
 */
const CatalogEvent *catalog_event(const Catalog *catalog, size_t index);

/**
 * catalog_site() - return the site at @index, by town, then name; NULL after the last. Borrowed for the
 * catalog's life.
 */
const CatalogSite *catalog_site(const Catalog *catalog, size_t index);

/** catalog_find() - find an event by its UID; NULL if there is none */
const CatalogEvent *catalog_find(const Catalog *catalog, const char *uid);

/**
 * catalog_is_current() - whether no object has changed that is in the catalog or would be in a new one
 * @store: in no transaction
 * @since: sequence of the last check; updated if the catalog is current
 *
 * Changes of contacts and private events do not count. Return: 0, a condition of the store, negative
 * errno.
 */
int catalog_is_current(const Catalog *catalog, Store *store, int64_t *since, bool *ret);
