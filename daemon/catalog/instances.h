#pragma once

/*
 * The events of a catalog as instances in time: series expanded, overrides applied, hidden instances left
 * out.
 */

#include "catalog/catalog.h"

/** One instance in time of an event that has a date. */
typedef struct CatalogInstance {
        const CatalogEvent *event;
        CatalogText title[LANGUAGES_N]; /* an override's own, or the event's */
        bool is_busy;
        EventStatus status;
        When start, end;
        usec_t start_usec, end_usec;
} CatalogInstance;

typedef struct CatalogInstances {
        CatalogInstance *list; /* sorted by start; longer ones first, wholes before their parts */
        size_t n, allocated;
        Arena arena;
} CatalogInstances;

/** catalog_instance() - return an event's first or only instance */
CatalogInstance catalog_instance(const CatalogEvent *event);

void catalog_instances_done(CatalogInstances *instances);

/**
 * catalog_instances() - collect all instances that touch [from, to)
 * @from: INT64_MIN for all; of a series, from CATALOG_SERIES_DAYS before @to on
 * @to:   USEC_INFINITY for all; of a series, up to CATALOG_SERIES_DAYS after @from
 *
 * A series has at most CATALOG_SERIES_MAX instances here.
 *
 * Return: 0 or negative errno.
 */
int catalog_instances(Catalog *catalog, usec_t from, usec_t to, CatalogInstances *ret);

/** catalog_instances_of() - the same for one event */
int catalog_instances_of(
                Catalog *catalog, const CatalogEvent *event, usec_t from, usec_t to, CatalogInstances *ret);

enum { CATALOG_SERIES_MAX = 400, CATALOG_SERIES_DAYS = 366 };
