#include "catalog/instances.h"

#include "catalog/data.h"
#include "catalog/text.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

void catalog_instances_done(CatalogInstances *instances)
{
        free(instances->list);
        arena_done(&instances->arena);
        *instances = (CatalogInstances){ 0 };
}

static int add_instance(CatalogInstances *instances, const CatalogInstance *instance)
{
        if (instances->n == instances->allocated) {
                size_t wanted = instances->allocated * 2 + 256;
                CatalogInstance *list = realloc(instances->list, wanted * sizeof(*list));
                if (!list)
                        return -ENOMEM;
                instances->list = list;
                instances->allocated = wanted;
        }
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

/* Applies an override's title and class. The class may be stricter than the master's, but not looser. */
static int take_override(
                Arena *arena, const Occurrence *occurrence, CatalogInstance *instance, bool *ret_hidden)
{
        const Event *event = instance->event->event;
        const char *class = occurrence_text(event, occurrence, "CLASS");
        const char *title = occurrence_text(event, occurrence, "SUMMARY");
        const char *usual = event_text_property(event, "SUMMARY");
        bool is_public = !class || strcasecmp(class, "PUBLIC") == 0;
        bool is_confidential = class && strcasecmp(class, "CONFIDENTIAL") == 0;
        *ret_hidden = !is_public && !is_confidential;
        instance->is_busy |= is_confidential;
        if (instance->is_busy || !title || (usual && strcmp(title, usual) == 0))
                return 0;
        CatalogText own = { catalog_text_cut(arena, title), "" };
        for (Language i = 0; i < LANGUAGES_N; i++)
                instance->title[i] = own;
        return own.text ? 0 : -ENOMEM;
}

static int add_occurrence(
                CatalogInstances *instances, const CatalogEvent *event, const Occurrence *occurrence)
{
        CatalogInstance instance = catalog_instance(event);
        bool is_hidden = false;
        instance.start = occurrence->start;
        instance.end = occurrence->end;
        instance.start_usec = occurrence->start_usec;
        instance.end_usec = occurrence->end_usec;
        instance.status = occurrence->status;
        if (occurrence->component > 0) {
                int r = take_override(&instances->arena, occurrence, &instance, &is_hidden);
                if (r < 0)
                        return r;
        }
        return is_hidden ? 0 : add_instance(instances, &instance);
}

/* Expands a series. The caller holds the lock, because decoding an override's text writes to the event. */
static int add_series(const CatalogEvent *event, const Zone *fallback, usec_t from, usec_t to,
                CatalogInstances *instances)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        if (to == USEC_INFINITY)
                to = (from == INT64_MIN ? event->start_usec : from) + CATALOG_SERIES_DAYS * USEC_PER_DAY;
        else if (from == INT64_MIN)
                from = to - CATALOG_SERIES_DAYS * USEC_PER_DAY;
        int r = occurrences_new(event->event, fallback, from, to, &iterator);
        for (int n = 0; r == 0 && n < CATALOG_SERIES_MAX; n++) {
                r = occurrences_next(iterator, &occurrence);
                if (r == 0)
                        r = add_occurrence(instances, event, &occurrence);
        }
        return r == OCCURRENCE_END ? 0 : r;
}

static int compare_instances(const void *a, const void *b)
{
        const CatalogInstance *left = a, *right = b;
        if (left->start_usec != right->start_usec)
                return left->start_usec < right->start_usec ? -1 : 1;
        if (left->end_usec != right->end_usec)
                return left->end_usec > right->end_usec ? -1 : 1;
        return catalog_record_order(left->event, right->event);
}

static int add_touching(Catalog *catalog, const CatalogEvent *event, usec_t from, usec_t to,
                CatalogInstances *instances)
{
        if (event->is_draft)
                return 0;
        if (event->is_series)
                return add_series(event, catalog->config->time_zone, from, to, instances);
        bool touches = event->start_usec < to && (event->end_usec > from || event->start_usec >= from);
        if (!touches)
                return 0;
        CatalogInstance single = catalog_instance(event);
        return add_instance(instances, &single);
}

/* @event: NULL for all events */
static int find_instances(
                Catalog *catalog, const CatalogEvent *event, usec_t from, usec_t to, CatalogInstances *ret)
{
        CatalogInstances instances = { 0 };
        int r = 0;
        pthread_mutex_lock(&catalog->lock);
        if (event)
                r = add_touching(catalog, event, from, to, &instances);
        for (size_t i = 0; !event && r == 0 && i < catalog->n_events; i++)
                r = add_touching(catalog, catalog->events[i], from, to, &instances);
        pthread_mutex_unlock(&catalog->lock);
        if (r < 0) {
                catalog_instances_done(&instances);
                return r;
        }
        if (instances.n > 1)
                qsort(instances.list, instances.n, sizeof(*instances.list), compare_instances);
        *ret = instances;
        return 0;
}

int catalog_instances(Catalog *catalog, usec_t from, usec_t to, CatalogInstances *ret)
{
        return find_instances(catalog, NULL, from, to, ret);
}

int catalog_instances_of(
                Catalog *catalog, const CatalogEvent *event, usec_t from, usec_t to, CatalogInstances *ret)
{
        return find_instances(catalog, event, from, to, ret);
}

int catalog_instance_from(Catalog *catalog, const CatalogEvent *event, usec_t from, CatalogInstance *ret,
                bool *ret_found)
{
        CLEANUP(catalog_instances_done) CatalogInstances all = { 0 };
        *ret = catalog_instance(event);
        int r = event->is_series ? catalog_instances_of(catalog, event, from, USEC_INFINITY, &all) : 0;
        if (ret_found)
                *ret_found = !event->is_series || all.n > 0;
        if (r == 0 && all.n > 0) {
                ret->start = all.list[0].start;
                ret->end = all.list[0].end;
                ret->start_usec = all.list[0].start_usec;
                ret->end_usec = all.list[0].end_usec;
                ret->status = all.list[0].status;
        }
        return r;
}
