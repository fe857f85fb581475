#include "catalog/timeline.h"

#include "base/array.h"
#include "catalog/data.h"
#include "catalog/series.h"

#include <errno.h>
#include <string.h>

/* If fewer events are found, they are sorted by start; otherwise the events are read by start. */
enum { FEW_FOUND = 2048 };

/* The instances of one series that are not listed yet. */
typedef struct SeriesRest {
        SharedInstances *shared;
        size_t next, left;
} SeriesRest;

struct Timeline {
        TimelineOptions options;
        usec_t from, to;
        SortedSet few;          /* the single events, if few are found */
        const SortedType *type; /* of the single events */
        SortedCursor singles;
        size_t next;      /* of the single events; TIMELINE_PAST lists those from @next - 1 down */
        SeriesRest *heap; /* the series with the next instance first */
        size_t n_heap;
        size_t n_series; /* with those after the heap, which are over: their instances have been returned */
        CatalogInstances group; /* instances with one start, of which those from @n_listed on are left */
        size_t n_listed;
};

Timeline *timeline_free(Timeline *timeline)
{
        if (!timeline)
                return NULL;
        for (size_t i = 0; i < timeline->n_series; i++)
                shared_instances_unref(timeline->heap[i].shared);
        free(timeline->heap);
        sorted_set_done(&timeline->few, timeline->type);
        catalog_instances_done(&timeline->group);
        free(timeline);
        return NULL;
}

static bool is_past(const Timeline *timeline)
{
        return timeline->options.side == TIMELINE_PAST;
}

static bool is_wanted(const Timeline *timeline, const CatalogEvent *event)
{
        const TimelineOptions *options = &timeline->options;
        return (!*options->kind || catalog_record_has_kind(event, options->kind)) &&
               (!options->found || catalog_found_has(options->found, event));
}

/* ---- The series ---- */

static const CatalogInstance *next_of(const Timeline *timeline, const SeriesRest *rest)
{
        const CatalogInstances *all = shared_instances(rest->shared);
        return &all->list[is_past(timeline) ? rest->left - 1 : rest->next];
}

static bool precedes(const Timeline *timeline, size_t a, size_t b)
{
        usec_t left = next_of(timeline, &timeline->heap[a])->start_usec;
        usec_t right = next_of(timeline, &timeline->heap[b])->start_usec;
        return is_past(timeline) ? left > right : left < right;
}

static void sift(Timeline *timeline, size_t at)
{
        for (size_t child; (child = 2 * at + 1) < timeline->n_heap; at = child) {
                if (child + 1 < timeline->n_heap && precedes(timeline, child + 1, child))
                        child++;
                if (!precedes(timeline, child, at))
                        return;
                SeriesRest other = timeline->heap[at];
                timeline->heap[at] = timeline->heap[child];
                timeline->heap[child] = other;
        }
}

static int add_series(Timeline *timeline, const CatalogEvent *event)
{
        SeriesRest rest = { .shared = NULL };
        int r = series_instances(
                        event_record(event)->series, event, timeline->from, timeline->to, &rest.shared);
        if (r < 0)
                return r;
        rest.left = shared_instances(rest.shared)->n;
        SeriesRest *heap = array_grow(timeline->heap, timeline->n_heap, sizeof(*heap));
        if (!heap) {
                shared_instances_unref(rest.shared);
                return -ENOMEM;
        }
        timeline->heap = heap;
        if (rest.left == 0) {
                shared_instances_unref(rest.shared);
                return 0;
        }
        timeline->heap[timeline->n_heap++] = rest;
        timeline->n_series++;
        return 0;
}

static int begin_series(Timeline *timeline, const Catalog *catalog)
{
        const CatalogEvent *event;
        int r = 0;
        for (size_t i = 0; r == 0 && (event = catalog_series_at(catalog, &i, timeline->from, timeline->to));
                        i++)
                r = is_wanted(timeline, event) ? add_series(timeline, event) : 0;
        for (size_t i = timeline->n_heap / 2; i > 0; i--)
                sift(timeline, i - 1);
        return r;
}

/*
 * Moves the first series behind the heap if it has no instance left, and finds the new first one. The
 * instances stay, because their texts are borrowed for the life of the timeline.
 */
static void settle_heap(Timeline *timeline)
{
        SeriesRest *first = &timeline->heap[0];
        if (first->next == first->left) {
                SeriesRest over = *first;
                *first = timeline->heap[--timeline->n_heap];
                timeline->heap[timeline->n_heap] = over;
        }
        sift(timeline, 0);
}

/* ---- The single events ---- */

static int compare_starts(const void *a, const void *b)
{
        return index_order(*(const CatalogEvent *const *)a, *(const CatalogEvent *const *)b);
}

static int sort_few(Timeline *timeline, const Catalog *catalog)
{
        CLEANUP(cleanup_free) void **list = calloc(FEW_FOUND, sizeof(*list));
        SortedCursor cursor = { .set = &catalog->sets[INDEX_NUMBER] };
        const CatalogFound *found = timeline->options.found;
        size_t n = 0;
        if (!list)
                return -ENOMEM;
        for (size_t number = 0; number < found->n; number++) {
                const EventRecord key = { .event = { .number = (uint32_t)number } };
                EventRecord *record = found->has[number] ? sorted_set_find(cursor.set,
                                                                           index_type(INDEX_NUMBER), &key)
                                                         : NULL;
                if (record && index_has(catalog->config, INDEX_DATED, &record->event) &&
                                is_wanted(timeline, &record->event))
                        list[n++] = record;
        }
        qsort(list, n, sizeof(*list), compare_starts);
        timeline->singles.set = &timeline->few;
        return sorted_set_build(timeline->type, list, n, &timeline->few);
}

static size_t count_found(const CatalogFound *found)
{
        size_t n = 0;
        for (size_t i = 0; i < found->n; i++)
                n += found->has[i];
        return n;
}

/* Chooses the index of the single events: that of the kind, if the configuration has it, or that of all. */
static size_t choose_index(const Timeline *timeline, const Catalog *catalog)
{
        for (size_t i = 0; i < catalog->config->n_kinds; i++)
                if (strcmp(catalog->config->kinds[i].name, timeline->options.kind) == 0)
                        return INDEX_KIND + i;
        return INDEX_DATED;
}

static int begin_singles(Timeline *timeline, const Catalog *catalog)
{
        const CatalogFound *found = timeline->options.found;
        const EventRecord key = {
                .event = { .uid = "", .start_usec = timeline->to, .end_usec = USEC_INFINITY }
        };
        int r = 0;
        timeline->singles.set = &catalog->sets[choose_index(timeline, catalog)];
        if (found && count_found(found) < FEW_FOUND)
                r = sort_few(timeline, catalog);
        if (is_past(timeline))
                timeline->next = sorted_set_rank(timeline->singles.set, timeline->type, &key);
        return r;
}

/* Returns the next single event that is wanted; NULL if there is none. */
static const CatalogEvent *next_single(Timeline *timeline)
{
        const CatalogEvent *event;
        while (is_past(timeline) && timeline->next > 0) {
                event = sorted_set_at(&timeline->singles, timeline->next - 1);
                if (is_wanted(timeline, event))
                        return event;
                timeline->next--;
        }
        while (!is_past(timeline)) {
                event = sorted_set_at(&timeline->singles, timeline->next);
                if (event && event->start_usec < timeline->from) {
                        timeline->next = sorted_set_next_above(timeline->singles.set, timeline->type,
                                        timeline->next, timeline->from);
                        event = sorted_set_at(&timeline->singles, timeline->next);
                }
                if (!event || is_wanted(timeline, event))
                        return event;
                timeline->next++;
        }
        return NULL;
}

/* ---- Both ---- */

int timeline_new(const Catalog *catalog, const TimelineOptions *options, Timeline **ret)
{
        *ret = NULL;
        CLEANUP(timeline_freep) Timeline *timeline = calloc(1, sizeof(*timeline));
        if (!timeline)
                return -ENOMEM;
        bool past = options->side == TIMELINE_PAST;
        timeline->options = *options;
        timeline->type = index_type(INDEX_DATED);
        timeline->from = past ? INT64_MIN : (options->day - TIMELINE_MARGIN_DAYS) * USEC_PER_DAY;
        timeline->to = past ? (options->day + TIMELINE_MARGIN_DAYS) * USEC_PER_DAY : USEC_INFINITY;
        int r = begin_singles(timeline, catalog);
        if (r == 0)
                r = begin_series(timeline, catalog);
        if (r == 0)
                *ret = TAKE_PTR(timeline);
        return r;
}

/* Finds the start of the next instances. Return: false if there are none. */
static bool next_start(Timeline *timeline, usec_t *ret)
{
        const CatalogEvent *single = next_single(timeline);
        const CatalogInstance *first = timeline->n_heap > 0 ? next_of(timeline, &timeline->heap[0]) : NULL;
        if (!single && !first)
                return false;
        bool takes_single =
                        single && (!first || (is_past(timeline) ? single->start_usec > first->start_usec
                                                                : single->start_usec < first->start_usec));
        *ret = takes_single ? single->start_usec : first->start_usec;
        return true;
}

/*
 * Collects all instances with the next start. Instances with one start are listed in one order on both
 * sides.
 */
static int fill_group(Timeline *timeline)
{
        const CatalogEvent *single;
        usec_t start;
        int r = 0;
        timeline->group.n = timeline->n_listed = 0;
        if (!next_start(timeline, &start))
                return TIMELINE_END;
        while (r == 0 && (single = next_single(timeline)) && single->start_usec == start) {
                CatalogInstance instance = catalog_instance(single);
                r = catalog_instances_add(&timeline->group, &instance);
                timeline->next += is_past(timeline) ? (size_t)-1 : 1;
        }
        while (r == 0 && timeline->n_heap > 0) {
                SeriesRest *first = &timeline->heap[0];
                const CatalogInstance *instance = next_of(timeline, first);
                if (instance->start_usec != start)
                        break;
                r = catalog_instances_add(&timeline->group, instance);
                first->next += !is_past(timeline);
                first->left -= is_past(timeline);
                settle_heap(timeline);
        }
        catalog_instances_sort(&timeline->group);
        return r;
}

int timeline_next(Timeline *timeline, CatalogInstance *ret)
{
        int r = timeline->n_listed == timeline->group.n ? fill_group(timeline) : 0;
        if (r == 0)
                *ret = timeline->group.list[timeline->n_listed++];
        return r;
}
