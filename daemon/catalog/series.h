#pragma once

/*
 * Private to catalog/: a series of events with the instances that pages asked for last, which are kept until
 * a page asks for those of another day. Any thread may call these functions.
 */

#include "catalog/instance.h"

typedef struct Series Series;

/* At most so many instances of a series are collected, and those of so many days. */
enum { CATALOG_SERIES_MAX = 400, CATALOG_SERIES_DAYS = 366 };

/** series_new() - make a series of its event, which is taken. @zone: referenced by the event's times */
int series_new(Event **event, const Zone *zone, Series **ret);
Series *series_free(Series *series);

/**
 * series_collect() - add the instances that touch [from, to) to a list
 * @event:     the record of the series
 * @from, @to: as for catalog_instances()
 *
 * Return: 0 or negative errno.
 */
int series_collect(Series *series, const CatalogEvent *event, usec_t from, usec_t to,
                CatalogInstances *instances);

/** series_next() - add the first instance that touches [from, USEC_INFINITY), if there is one */
int series_next(Series *series, const CatalogEvent *event, usec_t from, CatalogInstances *instances);

/** Instances that several threads share. */
typedef struct SharedInstances SharedInstances;

/**
 * series_instances() - as series_collect(), for a range that many pages need
 * @ret: sorted; the caller owns the reference
 */
int series_instances(
                Series *series, const CatalogEvent *event, usec_t from, usec_t to, SharedInstances **ret);
const CatalogInstances *shared_instances(const SharedInstances *shared);
SharedInstances *shared_instances_unref(SharedInstances *shared);
