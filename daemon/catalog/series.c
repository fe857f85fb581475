#include "catalog/series.h"

#include "catalog/text.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>

enum { KEPT = 2 }; /* what is ahead of a day, and what is past */

struct SharedInstances {
        _Atomic int refs;
        usec_t from, to;
        CatalogInstances instances;
};

struct Series {
        Event *event;
        const Zone *zone;
        pthread_mutex_t lock; /* guards `kept`, and the texts that the event decodes */
        SharedInstances *kept[KEPT];
        size_t next; /* the one to be replaced */
};

int series_new(Event **event, const Zone *zone, Series **ret)
{
        Series *series = calloc(1, sizeof(*series));
        *ret = series;
        if (!series)
                return -ENOMEM;
        series->event = TAKE_PTR(*event);
        series->zone = zone;
        pthread_mutex_init(&series->lock, NULL);
        return 0;
}

const CatalogInstances *shared_instances(const SharedInstances *shared)
{
        return &shared->instances;
}

static SharedInstances *shared_ref(SharedInstances *shared)
{
        atomic_fetch_add_explicit(&shared->refs, 1, memory_order_relaxed);
        return shared;
}

SharedInstances *shared_instances_unref(SharedInstances *shared)
{
        if (!shared || atomic_fetch_sub_explicit(&shared->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        catalog_instances_done(&shared->instances);
        free(shared);
        return NULL;
}

Series *series_free(Series *series)
{
        if (!series)
                return NULL;
        for (size_t i = 0; i < KEPT; i++)
                shared_instances_unref(series->kept[i]);
        event_free(series->event);
        pthread_mutex_destroy(&series->lock);
        free(series);
        return NULL;
}

/* Applies an override's title and class. The class may be stricter than the master's, but not looser. */
static int take_override(Arena *arena, const Event *event, const Occurrence *occurrence,
                CatalogInstance *instance, bool *ret_hidden)
{
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

static int add_occurrence(const Series *series, const CatalogEvent *event, const Occurrence *occurrence,
                CatalogInstances *instances)
{
        CatalogInstance instance = catalog_instance(event);
        bool is_hidden = false;
        instance.start = occurrence->start;
        instance.end = occurrence->end;
        instance.start_usec = occurrence->start_usec;
        instance.end_usec = occurrence->end_usec;
        instance.status = occurrence->status;
        if (occurrence->component > 0) {
                int r = take_override(&instances->arena, series->event, occurrence, &instance, &is_hidden);
                if (r < 0)
                        return r;
        }
        return is_hidden ? 0 : catalog_instances_add(instances, &instance);
}

/* Expands a series. The caller holds the lock, because decoding an override's text writes to the event. */
static int expand(const Series *series, const CatalogEvent *event, usec_t from, usec_t to,
                CatalogInstances *instances)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        if (to == USEC_INFINITY)
                to = (from == INT64_MIN ? event->start_usec : from) + CATALOG_SERIES_DAYS * USEC_PER_DAY;
        else if (from == INT64_MIN)
                from = to - CATALOG_SERIES_DAYS * USEC_PER_DAY;
        int r = occurrences_new(series->event, series->zone, from, to, &iterator);
        for (int n = 0; r == 0 && n < CATALOG_SERIES_MAX; n++) {
                r = occurrences_next(iterator, &occurrence);
                if (r == 0)
                        r = add_occurrence(series, event, &occurrence, instances);
        }
        return r == OCCURRENCE_END ? 0 : r;
}

int series_collect(Series *series, const CatalogEvent *event, usec_t from, usec_t to,
                CatalogInstances *instances)
{
        pthread_mutex_lock(&series->lock);
        int r = expand(series, event, from, to, instances);
        pthread_mutex_unlock(&series->lock);
        return r;
}

/* Makes the instances of a range, in place of the older kept ones. The caller holds the lock. */
static int make(Series *series, const CatalogEvent *event, usec_t from, usec_t to, SharedInstances **ret)
{
        SharedInstances *shared = calloc(1, sizeof(*shared));
        if (!shared)
                return -ENOMEM;
        *shared = (SharedInstances){ .refs = 1, .from = from, .to = to };
        int r = expand(series, event, from, to, &shared->instances);
        if (r < 0) {
                shared_instances_unref(shared);
                return r;
        }
        catalog_instances_sort(&shared->instances);
        shared_instances_unref(series->kept[series->next]);
        series->kept[series->next] = *ret = shared;
        series->next = (series->next + 1) % KEPT;
        return 0;
}

/* Returns the kept instances of a range. The caller holds the lock. */
static SharedInstances *find_kept(const Series *series, usec_t from, usec_t to)
{
        for (size_t i = 0; i < KEPT; i++)
                if (series->kept[i] && series->kept[i]->from == from && series->kept[i]->to == to)
                        return series->kept[i];
        return NULL;
}

int series_instances(
                Series *series, const CatalogEvent *event, usec_t from, usec_t to, SharedInstances **ret)
{
        pthread_mutex_lock(&series->lock);
        SharedInstances *shared = find_kept(series, from, to);
        int r = shared ? 0 : make(series, event, from, to, &shared);
        if (r == 0)
                *ret = shared_ref(shared);
        pthread_mutex_unlock(&series->lock);
        return r;
}
