#pragma once

/*
 * Every event, draft and site that the public may see, as small records that are made from the store's
 * objects. A catalog is immutable; threads share it by reference. After a change of the store, the next
 * catalog is made from the last one: it reads what has changed, and shares the rest. A catalog contains no
 * CLASS:PRIVATE events, and only the times of CLASS:CONFIDENTIAL events. It contains drafts if site.drafts
 * is set.
 *
 * "By start" means: the longer of two events that begin together precedes, and an event precedes its parts.
 * Drafts are sorted as if they began in 1970.
 */

#include "base/cleanup.h"
#include "catalog/record.h"
#include "config/config.h"
#include "store/store.h"

typedef struct Catalog Catalog;

/**
 * Whether words can be searched for in a catalog. Their index takes much memory, and few readers search.
 */
typedef enum CatalogWords { CATALOG_WITHOUT_WORDS, CATALOG_WITH_WORDS } CatalogWords;

/** catalog_new() - read the store's current state. Return: 0, a store condition or -errno. */
int catalog_new(Store *store, Config *config, CatalogWords words, Catalog **ret);
Catalog *catalog_ref(Catalog *catalog);
Catalog *catalog_unref(Catalog *catalog);
DEFINE_CLEANUP(Catalog, catalog_unrefp, catalog_unref)

/**
 * The state of the store when a catalog was last found current, as sequences of the store. For a new
 * catalog, both are catalog_sequence().
 */
typedef struct CatalogCheck {
        int64_t sequence;
        int64_t hosts; /* last change of an offer or a card, for pages that show hosts */
} CatalogCheck;

/**
 * catalog_next() - get the catalog of the store's current state from an older one. The cost grows with the
 * number of changes, and hardly with the number of events.
 * @store: not in a transaction
 * @check: the last check of @old; updated
 * @ret:   the caller owns the reference. It is @old itself if its contents are the same: a change of a
 *         contact, an offer or a private event makes no difference.
 *
 * Return: as catalog_new().
 */
int catalog_next(Catalog *old, Store *store, CatalogCheck *check, Catalog **ret);

/** catalog_sequence() - return the store's sequence when the catalog was made */
int64_t catalog_sequence(const Catalog *catalog);

/** catalog_has_words() - whether the catalog can be searched for words */
bool catalog_has_words(const Catalog *catalog);

/**
 * catalog_find() - find an event by its UID; NULL if there is none. If several collections have the UID, it
 * is that of the first of them by name. All records are borrowed for the life of the catalog.
 */
const CatalogEvent *catalog_find(const Catalog *catalog, const char *uid);

/**
 * catalog_draft() - return the draft at @index, by UID, the parts of events last; NULL after the last one
 * catalog_newest() - return the event or draft at @index, the last changed first; no busy ones
 * catalog_part() - return the part of an event at @index, by start
 */
const CatalogEvent *catalog_draft(const Catalog *catalog, size_t index);
const CatalogEvent *catalog_newest(const Catalog *catalog, size_t index);
const CatalogEvent *catalog_part(const Catalog *catalog, const char *parent, size_t index);

/** catalog_site() - return the site at @index, by town, then by name; NULL after the last one */
const CatalogSite *catalog_site(const Catalog *catalog, size_t index);

/** catalog_find_site() - find a site by its UID; NULL if there is none */
const CatalogSite *catalog_find_site(const Catalog *catalog, const char *uid);

/**
 * catalog_site_of() - return the site of an event at @index, in the order of catalog_site(); NULL after the
 * last one. An event is at a site if the site's card names the event in RELATED, or if the event's LOCATION
 * is equal to a name of the site.
 */
const CatalogSite *catalog_site_of(const Catalog *catalog, const CatalogEvent *event, size_t index);

/** A list of events. */
typedef struct CatalogEvents {
        const CatalogEvent **list;
        size_t n;
} CatalogEvents;

void catalog_events_done(CatalogEvents *events);

/** catalog_events_at() - list the events at a site, by start. Return: 0 or -ENOMEM. */
int catalog_events_at(const Catalog *catalog, const CatalogSite *site, CatalogEvents *ret);

/** catalog_has_events_at() - whether there are events at a site */
bool catalog_has_events_at(const Catalog *catalog, const CatalogSite *site);
