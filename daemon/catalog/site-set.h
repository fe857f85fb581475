#pragma once

/*
 * Private to catalog/: all sites of a catalog, with indexes of the names and the UIDs by which an event is
 * at a site. A set is immutable; catalogs share it by reference until a site changes.
 */

#include "catalog/site.h"
#include "config/config.h"

typedef struct SiteSet SiteSet;

/** A list of sites while a set is made; it owns a reference to each. */
typedef struct SiteList {
        SiteRecord **list;
        size_t n;
} SiteList;

void site_list_done(SiteList *list);

/** site_list_add() - add a site, whose reference is taken also if this fails. Return: 0 or -ENOMEM. */
int site_list_add(SiteList *list, SiteRecord *record);

/** site_list_copy() - copy the sites of a set. Return: 0 or -ENOMEM. */
int site_list_copy(const SiteSet *set, SiteList *ret);

/** site_list_remove() - remove the site with a collection and a name, if there is one */
void site_list_remove(SiteList *list, const char *collection, const char *resource);

/** site_set_new() - make a set of a list. Return: 0 or -ENOMEM. */
int site_set_new(const SiteList *list, const Config *config, SiteSet **ret);
SiteSet *site_set_ref(SiteSet *set);
SiteSet *site_set_unref(SiteSet *set);
DEFINE_CLEANUP(SiteSet, site_set_unrefp, site_set_unref)

/** site_set_at() - return the site at @index, in the order of the catalog; NULL after the last one */
const SiteRecord *site_set_at(const SiteSet *set, size_t index);

/** site_set_find() - return the first site with a UID; NULL if there is none */
const SiteRecord *site_set_find(const SiteSet *set, const char *uid);

/** site_set_has() - whether a site has a collection and a name */
bool site_set_has(const SiteSet *set, const char *collection, const char *resource);

/** site_set_has_name() - whether a text is a name of a site */
bool site_set_has_name(const SiteSet *set, const char *text);

/**
 * site_set_of() - find the sites of an event: those whose card names the event in RELATED, and those of
 * which the event's LOCATION is a name. A busy event is at no site.
 * @ret: the indexes of at most @max sites, in the order of the catalog
 *
 * Return: their number.
 */
size_t site_set_of(const SiteSet *set, const CatalogEvent *event, uint32_t *ret, size_t max);
