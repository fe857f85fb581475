#include "catalog/timeline.h"

#include "catalog/data.h"

#include <errno.h>
#include <stdatomic.h>

struct Timeline {
        _Atomic int refs;
        int64_t day;
        CatalogInstances instances;
};

static Timeline *timeline_ref(Timeline *timeline)
{
        atomic_fetch_add_explicit(&timeline->refs, 1, memory_order_relaxed);
        return timeline;
}

Timeline *timeline_unref(Timeline *timeline)
{
        if (!timeline || atomic_fetch_sub_explicit(&timeline->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        catalog_instances_done(&timeline->instances);
        free(timeline);
        return NULL;
}

const CatalogInstances *timeline_instances(const Timeline *timeline)
{
        return &timeline->instances;
}

static void reverse(CatalogInstance *list, size_t n)
{
        for (size_t i = 0; i < n / 2; i++) {
                CatalogInstance other = list[i];
                list[i] = list[n - 1 - i];
                list[n - 1 - i] = other;
        }
}

/* Sorts from latest to earliest; instances with the same start keep their order. */
static void turn_round(CatalogInstances *instances)
{
        reverse(instances->list, instances->n);
        for (size_t first = 0, end; first < instances->n; first = end) {
                usec_t start = instances->list[first].start_usec;
                for (end = first + 1; end < instances->n && instances->list[end].start_usec == start;)
                        end++;
                reverse(instances->list + first, end - first);
        }
}

static int make(Catalog *catalog, TimelineSide side, int64_t day, Timeline **ret)
{
        bool is_past = side == TIMELINE_PAST;
        usec_t from = is_past ? INT64_MIN : (day - TIMELINE_MARGIN_DAYS) * USEC_PER_DAY;
        usec_t to = is_past ? (day + TIMELINE_MARGIN_DAYS) * USEC_PER_DAY : USEC_INFINITY;
        CLEANUP(timeline_unrefp) Timeline *timeline = calloc(1, sizeof(*timeline));
        if (!timeline)
                return -ENOMEM;
        timeline->refs = 1;
        timeline->day = day;
        int r = catalog_instances(catalog, from, to, &timeline->instances);
        if (r < 0)
                return r;
        if (is_past)
                turn_round(&timeline->instances);
        *ret = TAKE_PTR(timeline);
        return 0;
}

static void release(void *timeline)
{
        timeline_unref(timeline);
}

int catalog_timeline(Catalog *catalog, TimelineSide side, int64_t day, Timeline **ret)
{
        CatalogAttachment *kept = &catalog->timelines[side];
        int r = 0;
        pthread_mutex_lock(&catalog->timeline_lock);
        Timeline *timeline = kept->object;
        if (!timeline || timeline->day != day) {
                *kept = (CatalogAttachment){ .release = release };
                timeline_unref(timeline);
                r = make(catalog, side, day, &timeline);
                if (r == 0)
                        kept->object = timeline;
        }
        if (r == 0)
                *ret = timeline_ref(timeline);
        pthread_mutex_unlock(&catalog->timeline_lock);
        return r;
}
