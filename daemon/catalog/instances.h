#pragma once

/*
 * The events of a catalog as instances in time. Series are expanded, overrides are applied, and hidden
 * instances are left out.
 */

#include "catalog/catalog.h"

/** One instance in time of an event that has a date. */
typedef struct CatalogInstance {
        const CatalogEvent *event;
        CatalogText title[LANGUAGES_N]; /* of the override, or of the event */
        bool is_busy;
        EventStatus status;
        When start, end;
        usec_t start_usec, end_usec;
} CatalogInstance;

typedef struct CatalogInstances {
        CatalogInstance *list; /* by start, then the longest first; an event precedes its parts */
        size_t n, allocated;
        Arena arena;
} CatalogInstances;

/** catalog_instance() - return an event's first or only instance */
CatalogInstance catalog_instance(const CatalogEvent *event);

void catalog_instances_done(CatalogInstances *instances);

/**
 * catalog_instances() - collect all instances that touch [from, to)
 * @from: INT64_MIN for no limit; a series then begins CATALOG_SERIES_DAYS before @to
 * @to:   USEC_INFINITY for no limit; a series then ends CATALOG_SERIES_DAYS after @from or, if that has no
 *        limit either, after its first start
 * @ret:  set on 0 only; the caller releases it with catalog_instances_done()
 *
 * At most CATALOG_SERIES_MAX instances of a series are collected.
 *
 * Return: 0 or negative errno.
 */
int catalog_instances(Catalog *catalog, usec_t from, usec_t to, CatalogInstances *ret);

/** catalog_instances_of() - as catalog_instances(), for a single event */
int catalog_instances_of(
                Catalog *catalog, const CatalogEvent *event, usec_t from, usec_t to, CatalogInstances *ret);

/**
 * catalog_instance_from() - find the first instance of a series that touches [from, USEC_INFINITY), or the
 * only instance of another event
 * @ret:       if a series has no such instance, its first one. The title is always that of the event.
 * @ret_found: false for a series without such an instance; may be NULL
 *
 * Return: 0 or negative errno.
 */
int catalog_instance_from(Catalog *catalog, const CatalogEvent *event, usec_t from, CatalogInstance *ret,
                bool *ret_found);

enum { CATALOG_SERIES_MAX = 400, CATALOG_SERIES_DAYS = 366 };
