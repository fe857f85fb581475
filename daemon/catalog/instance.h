#pragma once

/* One instance in time of an event, and lists of instances. */

#include "base/arena.h"
#include "catalog/record.h"

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
        size_t n;
        Arena arena;
} CatalogInstances;

/** catalog_instance() - return an event's first or only instance */
CatalogInstance catalog_instance(const CatalogEvent *event);

void catalog_instances_done(CatalogInstances *instances);

/** catalog_instances_add() - append an instance. Return: 0 or -ENOMEM. */
int catalog_instances_add(CatalogInstances *instances, const CatalogInstance *instance);

/** catalog_instances_sort() - sort by catalog_instance_order() */
void catalog_instances_sort(CatalogInstances *instances);

/** catalog_instance_order() - compare two instances for qsort(): the earlier, then the longer one first */
int catalog_instance_order(const void *left, const void *right);
