#include "catalog/instance.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void catalog_instances_done(CatalogInstances *instances)
{
        free(instances->list);
        arena_done(&instances->arena);
        *instances = (CatalogInstances){ 0 };
}

int catalog_instances_add(CatalogInstances *instances, const CatalogInstance *instance)
{
        CatalogInstance *list = array_grow(instances->list, instances->n, sizeof(*list));
        if (!list)
                return -ENOMEM;
        instances->list = list;
        instances->list[instances->n++] = *instance;
        return 0;
}

CatalogInstance catalog_instance(const CatalogEvent *event)
{
        CatalogInstance instance = {
                .event = event,
                .is_busy = event->is_busy,
                .status = event->status,
                .start = event->start,
                .end = event->end,
                .start_usec = event->start_usec,
                .end_usec = event->end_usec,
        };
        memcpy(instance.title, event->title, sizeof(instance.title));
        return instance;
}

int catalog_instance_order(const void *a, const void *b)
{
        const CatalogInstance *left = a, *right = b;
        if (left->start_usec != right->start_usec)
                return left->start_usec < right->start_usec ? -1 : 1;
        if (left->end_usec != right->end_usec)
                return left->end_usec > right->end_usec ? -1 : 1;
        return catalog_record_order(left->event, right->event);
}

void catalog_instances_sort(CatalogInstances *instances)
{
        size_t n = 1;
        while (n < instances->n && catalog_instance_order(&instances->list[n - 1], &instances->list[n]) <= 0)
                n++;
        /* Single events are in order already. */
        if (n < instances->n)
                qsort(instances->list, instances->n, sizeof(*instances->list), catalog_instance_order);
}
