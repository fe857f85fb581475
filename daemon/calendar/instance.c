#include "calendar/instance.h"

#include "calendar/exclusion.h"

#include <errno.h>
#include <stdlib.h>

enum { STARTS_MAX = 100000 /* of series_each_start() */ };

/* ---- Components of an instance ---- */

/* An override of the series, and its place. */
typedef struct Placed {
        usec_t place;
        const Component *component;
} Placed;

/* Sorts by place, and the newest version last. */
static int compare_placed(const void *a, const void *b)
{
        const Placed *left = a, *right = b;
        if (left->place != right->place)
                return left->place < right->place ? -1 : 1;
        return component_compare_versions(left->component, right->component);
}

static const Component *find_override(const Placed *sorted, size_t n, usec_t place)
{
        size_t low = 0, high = n;
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                if (sorted[middle].place <= place)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low > 0 && sorted[low - 1].place == place ? sorted[low - 1].component : NULL;
}

/* Returns the last override with a range that is not after @place; NULL if there is none. */
static const Component *find_range(const Event *series, const Placed *sorted, size_t n, usec_t place)
{
        const Component *last = NULL;
        for (size_t i = 0; series->n_ranges > 0 && i < n && sorted[i].place <= place; i++)
                if (sorted[i].component->is_range)
                        last = sorted[i].component;
        return last;
}

int instances_init(const Event *series, const Event *given, const Zone *fallback, Instance *ret)
{
        const Zone *zone = event_zone(series, fallback);
        CLEANUP(cleanup_free) Placed *sorted = calloc(series->n_components + 1, sizeof(*sorted));
        const Component *master = event_has_series(series) ? &series->components[0] : NULL;
        size_t n = 0;
        if (!sorted)
                return -ENOMEM;
        for (size_t i = 0; i < series->n_components; i++)
                if (series->components[i].is_override)
                        sorted[n++] = (Placed){ series_place(series, zone, &series->components[i]),
                                &series->components[i] };
        qsort(sorted, n, sizeof(*sorted), compare_placed);
        for (size_t i = 0; i < given->n_components; i++) {
                usec_t place = series_place(series, zone, &given->components[i]);
                ret[i] = (Instance){ .place = place, .override = find_override(sorted, n, place) };
                ret[i].source = ret[i].override ? ret[i].override : find_range(series, sorted, n, place);
                if (!ret[i].source)
                        ret[i].source = master;
        }
        return 0;
}

/* ---- Starts ---- */

/* An instance that is looked for: by an instant of its start, or by a day. */
typedef struct Wanted {
        int64_t key;
        Instance *instance;
} Wanted;

typedef struct StartSearch {
        Wanted *instants, *days; /* each in order */
        size_t n_instants, n_days;
        int n; /* number of starts so far */
} StartSearch;

static int64_t day_of(const When *when)
{
        return civil_days(when->civil.year, when->civil.month, when->civil.day);
}

static int compare_wanted(const void *a, const void *b)
{
        const Wanted *left = a, *right = b;
        return (left->key > right->key) - (left->key < right->key);
}

static void mark(const Wanted *sorted, size_t n, int64_t key, bool is_excluded)
{
        size_t low = 0, high = n;
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                if (sorted[middle].key < key)
                        low = middle + 1;
                else
                        high = middle;
        }
        for (; low < n && sorted[low].key == key; low++) {
                sorted[low].instance->is_start = true;
                sorted[low].instance->is_ruled_out = is_excluded;
        }
}

static int mark_start(const When *start, usec_t instant, bool is_excluded, void *userdata)
{
        StartSearch *search = userdata;
        int64_t day = day_of(start);
        search->n++;
        mark(search->instants, search->n_instants, instant, is_excluded);
        mark(search->days, search->n_days, day, is_excluded);
        return (search->n_instants == 0 || instant > search->instants[search->n_instants - 1].key) &&
               (search->n_days == 0 || day > search->days[search->n_days - 1].key);
}

/*
 * Adds the keys of an instance. An id of another form than the start, such as a midnight for a whole day, is
 * one of the same day, perhaps in another zone.
 */
static void want(
                StartSearch *search, const When *start, const When *id, const Zone *zone, Instance *instance)
{
        if ((id->form == WHEN_DATE) == (start->form == WHEN_DATE)) {
                search->instants[search->n_instants++] = (Wanted){ when_instant(id, zone), instance };
                search->instants[search->n_instants++] = (Wanted){ instance->place, instance };
        } else {
                for (int64_t day = -1; day <= 1; day++)
                        search->days[search->n_days++] = (Wanted){ day_of(id) + day, instance };
        }
}

int instances_find_starts(const Event *series, const Event *given, const Zone *fallback, Instance *instances)
{
        size_t n = given->n_components;
        CLEANUP(cleanup_free) Wanted *instants = calloc(n * 2 + 1, sizeof(Wanted));
        CLEANUP(cleanup_free) Wanted *days = calloc(n * 3 + 1, sizeof(Wanted));
        StartSearch search = { .instants = instants, .days = days };
        const When start = event_start(series);
        bool has_start = event_has_series(series) && start.form != WHEN_NONE;
        if (!instants || !days)
                return -ENOMEM;
        for (size_t i = 0; has_start && i < n; i++)
                want(&search, &start, &given->components[i].recurrence_id, event_zone(series, fallback),
                                &instances[i]);
        qsort(instants, search.n_instants, sizeof(Wanted), compare_wanted);
        qsort(days, search.n_days, sizeof(Wanted), compare_wanted);
        int r = has_start ? series_each_start(series, fallback, mark_start, &search) : 0;
        for (size_t i = 0; (!has_start || search.n == STARTS_MAX) && i < n; i++)
                instances[i].is_start = true;
        return r < 0 ? r : 0;
}
