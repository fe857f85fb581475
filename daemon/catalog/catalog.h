#pragma once

/*
 * Every event, draft and place that the world may see, as small records made of the store's objects in one
 * pass. A catalog never changes once it is made; threads share it by reference. CLASS:PRIVATE is not in it
 * at all, and of CLASS:CONFIDENTIAL the time alone; site.drafts says whether drafts are.
 */

#include "base/arena.h"
#include "base/cleanup.h"
#include "catalog/record.h"
#include "config/config.h"
#include "store/store.h"

typedef struct Catalog Catalog;

/** catalog_new() - read the store as it is now. Return: 0, a condition of the store, negative errno. */
int catalog_new(Store *store, Config *config, Catalog **ret);
Catalog *catalog_ref(Catalog *catalog);
Catalog *catalog_unref(Catalog *catalog);
DEFINE_CLEANUP(Catalog, catalog_unrefp, catalog_unref)

/** catalog_sequence() - the store's sequence when the catalog was made. */
int64_t catalog_sequence(const Catalog *catalog);

/**
 * catalog_event() - in order of start, drafts first, wholes before their parts; NULL behind the last.
 * Borrowed for the catalog's life.
 */
const CatalogEvent *catalog_event(const Catalog *catalog, size_t index);

/** catalog_site() - in order of town, then name; NULL behind the last. Borrowed for the catalog's life. */
const CatalogSite *catalog_site(const Catalog *catalog, size_t index);

/** catalog_find() - the event of a UID; NULL for none. */
const CatalogEvent *catalog_find(const Catalog *catalog, const char *uid);

/**
 * catalog_is_current() - whether nothing that is in a catalog, or would be, has changed
 * @store: in no transaction
 * @since: up to which change that was found before; moves on where it is so
 *
 * Contacts and private events change without it. Return: 0, a condition of the store, negative errno.
 */
int catalog_is_current(const Catalog *catalog, Store *store, int64_t *since, bool *ret);
