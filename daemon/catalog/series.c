#include "catalog/series.h"

#include "catalog/text.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>

enum {
        KEPT = 2,                          /* what is ahead of a day, and what is past */
        READ_MAX = 8 * CATALOG_SERIES_MAX, /* so many instances are read to find the last ones */
        NARROWER = 8,                      /* if there are more, the range becomes so much shorter */
        WIDER = 2,                         /* if there is none, it becomes so much longer */
};

static const usec_t YEAR = CATALOG_SERIES_DAYS * USEC_PER_DAY;

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

/* The instances of a series that are wanted. */
typedef struct Wanted {
        usec_t from, to;
        usec_t enough; /* of add_first(): those that begin later are wanted only if there is no other */
        size_t max;
        size_t read_max; /* of add_last(): nothing is added if there are so many in the range */
} Wanted;

/* Adds the first instances of a range. */
static int add_first(const Series *series, const CatalogEvent *event, const Wanted *wanted,
                CatalogInstances *instances)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        const size_t before = instances->n;
        int r = occurrences_new(series->event, series->zone, wanted->from, wanted->to, &iterator);
        for (int n = 0; r == 0 && n < CATALOG_SERIES_MAX && instances->n < before + wanted->max; n++) {
                r = occurrences_next(iterator, &occurrence);
                if (r == 0 && occurrence.start_usec >= wanted->enough && instances->n > before)
                        return 0;
                if (r == 0)
                        r = add_occurrence(series, event, &occurrence, instances);
        }
        return r == OCCURRENCE_END ? 0 : r;
}

/* Adds the last instances of a range. @ret_n: the number of instances in it, at most `read_max` */
static int add_last(const Series *series, const CatalogEvent *event, const Wanted *wanted, size_t *ret_n,
                CatalogInstances *instances)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        CLEANUP(cleanup_free) Occurrence *last = calloc(wanted->max, sizeof(*last));
        size_t n = 0;
        int r = last ? occurrences_new(series->event, series->zone, wanted->from, wanted->to, &iterator)
                     : -ENOMEM;
        while (r == 0 && n < wanted->read_max) {
                r = occurrences_next(iterator, &last[n % wanted->max]);
                n += r == 0;
        }
        *ret_n = n;
        if (r < 0 || n == wanted->read_max)
                return r;
        r = 0;
        for (size_t i = n > wanted->max ? n - wanted->max : 0; r == 0 && i < n; i++)
                r = add_occurrence(series, event, &last[i % wanted->max], instances);
        return r;
}

/* Adds the instances of the year before a time; the last one, if there is none in that year. */
static int add_past(const Series *series, const CatalogEvent *event, usec_t to, CatalogInstances *instances)
{
        const size_t before = instances->n;
        Wanted wanted = { .to = to, .max = CATALOG_SERIES_MAX, .read_max = READ_MAX };
        usec_t span = YEAR;
        size_t n;
        int r;
        do {
                wanted.from = to - span;
                r = add_last(series, event, &wanted, &n, instances);
                span /= NARROWER;
        } while (r == 0 && n == READ_MAX);
        wanted.max = 1;
        wanted.read_max = SIZE_MAX;
        for (span = WIDER * YEAR; r == 0 && instances->n == before && wanted.from > event->start_usec;
                        span *= WIDER) {
                wanted.from = to - span > event->start_usec ? to - span : event->start_usec;
                r = add_last(series, event, &wanted, &n, instances);
        }
        return r;
}

/* Adds the instances of the year from a time on; the next one, if there is none in that year. */
static int add_ahead(const Series *series, const CatalogEvent *event, usec_t from, size_t max,
                CatalogInstances *instances)
{
        const Wanted wanted = {
                .from = from,
                .to = USEC_INFINITY,
                .enough = (from == INT64_MIN ? event->start_usec : from) + YEAR,
                .max = max,
        };
        return add_first(series, event, &wanted, instances);
}

/* Expands a series. The caller holds the lock, because decoding an override's text writes to the event. */
static int expand(const Series *series, const CatalogEvent *event, usec_t from, usec_t to,
                CatalogInstances *instances)
{
        if (to == USEC_INFINITY)
                return add_ahead(series, event, from, CATALOG_SERIES_MAX, instances);
        if (from == INT64_MIN)
                return add_past(series, event, to, instances);
        const Wanted wanted = { from, to, USEC_INFINITY, CATALOG_SERIES_MAX, 0 };
        return add_first(series, event, &wanted, instances);
}

int series_collect(Series *series, const CatalogEvent *event, usec_t from, usec_t to,
                CatalogInstances *instances)
{
        pthread_mutex_lock(&series->lock);
        int r = expand(series, event, from, to, instances);
        pthread_mutex_unlock(&series->lock);
        return r;
}

int series_next(Series *series, const CatalogEvent *event, usec_t from, CatalogInstances *instances)
{
        pthread_mutex_lock(&series->lock);
        int r = add_ahead(series, event, from, 1, instances);
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
