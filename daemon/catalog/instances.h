#pragma once

/*
 * The events of a catalog as instances in time. Series are expanded, overrides are applied, and hidden
 * instances are left out.
 */

#include "catalog/catalog.h"
#include "catalog/instance.h"
#include "catalog/series.h"

/**
 * catalog_instances() - collect all instances that touch [from, to)
 * @from: INT64_MIN for no limit; a series then begins CATALOG_SERIES_DAYS before @to, or with its last
 *        instance before those days
 * @to:   USEC_INFINITY for no limit; a series then ends CATALOG_SERIES_DAYS after @from or, if that has no
 *        limit either, after its first start; or it ends with its first instance after those days
 * @ret:  set on 0 only; the caller releases it with catalog_instances_done()
 *
 * At most CATALOG_SERIES_MAX instances of a series are collected: the first ones or, if only @from is
 * without a limit, the last ones.
 *
 * Return: 0 or negative errno.
 */
int catalog_instances(Catalog *catalog, usec_t from, usec_t to, CatalogInstances *ret);

/** Which instances catalog_instances_first() collects. */
typedef struct InstancesWanted {
        usec_t from, to; /* as for catalog_instances() */
        bool (*has)(const CatalogInstance *instance, const void *userdata);
        const void *userdata;
        size_t max;
} InstancesWanted;

/**
 * catalog_instances_first() - as catalog_instances(), but collect at most `max` instances: the first that
 * are wanted. The cost depends on the number of events before the last of them, and on that of series.
 */
int catalog_instances_first(Catalog *catalog, const InstancesWanted *wanted, CatalogInstances *ret);

/** catalog_instances_of() - as catalog_instances(), for a single event */
int catalog_instances_of(const CatalogEvent *event, usec_t from, usec_t to, CatalogInstances *ret);

/**
 * catalog_instance_from() - find the first instance of a series that touches [from, USEC_INFINITY), or the
 * only instance of another event
 * @ret:         if a series has no such instance, its first one. The title is always that of the event.
 * @ret_is_over: whether the event has ended by @from, a series with its last instance; false for a draft.
 *               May be NULL.
 *
 * Return: 0 or negative errno.
 */
int catalog_instance_from(const CatalogEvent *event, usec_t from, CatalogInstance *ret, bool *ret_is_over);
