#include "catalog/instances.h"

#include "catalog/data.h"

static bool has_each(const CatalogInstance *instance, const void *userdata)
{
        (void)userdata;
        return instance;
}

/*
 * Returns the single event at *@index or, if it has ended by @from, the next one that has not. An event that
 * begins later needs no search.
 */
static const CatalogEvent *single_from(SortedCursor *cursor, size_t *index, usec_t from)
{
        const CatalogEvent *event = sorted_set_at(cursor, *index);
        if (!event || event->start_usec >= from)
                return event;
        *index = sorted_set_next_above(cursor->set, index_type(INDEX_DATED), *index, from);
        return sorted_set_at(cursor, *index);
}

static int add_singles(const Catalog *catalog, const InstancesWanted *wanted, CatalogInstances *instances)
{
        SortedCursor cursor = { .set = &catalog->sets[INDEX_DATED] };
        int r = 0;
        for (size_t i = 0; r == 0 && instances->n < wanted->max; i++) {
                const CatalogEvent *event = single_from(&cursor, &i, wanted->from);
                if (!event || event->start_usec >= wanted->to)
                        return 0;
                CatalogInstance single = catalog_instance(event);
                r = wanted->has(&single, wanted->userdata) ? catalog_instances_add(instances, &single) : 0;
        }
        return r;
}

static int add_series(const Catalog *catalog, const InstancesWanted *wanted, CatalogInstances *instances)
{
        const CatalogEvent *event;
        size_t n = instances->n;
        int r = 0;
        for (size_t i = 0; r == 0 && (event = catalog_series_at(catalog, &i, wanted->from, wanted->to)); i++)
                r = series_collect(event_record(event)->series, event, wanted->from, wanted->to, instances);
        for (size_t i = n; i < instances->n; i++)
                if (wanted->has(&instances->list[i], wanted->userdata))
                        instances->list[n++] = instances->list[i];
        instances->n = n;
        return r;
}

/* All series are read: an instance of one may be the first. */
int catalog_instances_first(Catalog *catalog, const InstancesWanted *wanted, CatalogInstances *ret)
{
        CatalogInstances instances = { 0 };
        int r = add_singles(catalog, wanted, &instances);
        if (r == 0)
                r = add_series(catalog, wanted, &instances);
        if (r < 0) {
                catalog_instances_done(&instances);
                return r;
        }
        catalog_instances_sort(&instances);
        instances.n = instances.n < wanted->max ? instances.n : wanted->max;
        *ret = instances;
        return 0;
}

int catalog_instances(Catalog *catalog, usec_t from, usec_t to, CatalogInstances *ret)
{
        const InstancesWanted wanted = { from, to, has_each, NULL, SIZE_MAX };
        return catalog_instances_first(catalog, &wanted, ret);
}

static int add_touching(const CatalogEvent *event, usec_t from, usec_t to, CatalogInstances *instances)
{
        Series *series = event_record(event)->series;
        if (event->is_draft)
                return 0;
        if (series)
                return series_collect(series, event, from, to, instances);
        bool touches = event->start_usec < to && (event->end_usec > from || event->start_usec >= from);
        CatalogInstance single = catalog_instance(event);
        return touches ? catalog_instances_add(instances, &single) : 0;
}

int catalog_instances_of(const CatalogEvent *event, usec_t from, usec_t to, CatalogInstances *ret)
{
        CatalogInstances instances = { 0 };
        int r = add_touching(event, from, to, &instances);
        if (r < 0) {
                catalog_instances_done(&instances);
                return r;
        }
        catalog_instances_sort(&instances);
        *ret = instances;
        return 0;
}

int catalog_instance_from(const CatalogEvent *event, usec_t from, CatalogInstance *ret, bool *ret_is_over)
{
        CLEANUP(catalog_instances_done) CatalogInstances all = { 0 };
        Series *series = event_record(event)->series;
        *ret = catalog_instance(event);
        int r = series && !event->is_draft ? series_next(series, event, from, &all) : 0;
        if (ret_is_over)
                *ret_is_over = !event->is_draft && (event->is_series ? all.n == 0 : event->end_usec <= from);
        if (r == 0 && all.n > 0) {
                ret->start = all.list[0].start;
                ret->end = all.list[0].end;
                ret->start_usec = all.list[0].start_usec;
                ret->end_usec = all.list[0].end_usec;
                ret->status = all.list[0].status;
        }
        return r;
}
