#include "calendar/series-dates.h"

#include "calendar/exclusion.h"

#include <errno.h>
#include <stdlib.h>

typedef struct NamedDate {
        const When *when;
        bool is_of_older, is_of_newer;
} NamedDate;

/* An instant at which a start has one of the names. */
typedef struct NameKey {
        usec_t instant;
        size_t which;
} NameKey;

/* A walk over the starts of one version. */
typedef struct NameWalk {
        NamedDate *names;
        size_t n;
        NameKey *keys; /* in order */
        size_t n_keys, at;
        bool is_newer;
} NameWalk;

static int compare_keys(const void *a, const void *b)
{
        const NameKey *left = a, *right = b;
        return (left->instant > right->instant) - (left->instant < right->instant);
}

static int on_start(const When *start, usec_t instant, bool is_excluded, void *userdata)
{
        NameWalk *walk = userdata;
        (void)start;
        (void)is_excluded;
        while (walk->at < walk->n_keys && walk->keys[walk->at].instant < instant)
                walk->at++;
        for (; walk->at < walk->n_keys && walk->keys[walk->at].instant == instant; walk->at++) {
                NamedDate *name = &walk->names[walk->keys[walk->at].which];
                if (walk->is_newer)
                        name->is_of_newer = true;
                else
                        name->is_of_older = true;
        }
        return walk->at == walk->n_keys;
}

static void add_name(NameWalk *walk, const When *when)
{
        walk->names[walk->n++] = (NamedDate){ .when = when };
}

static void collect_names(NameWalk *walk, const Event *newer)
{
        for (size_t i = 0; i < newer->exdates.n; i++)
                add_name(walk, &newer->exdates.items[i]);
        for (size_t i = 0; i < newer->n_components; i++)
                if (newer->components[i].is_override)
                        add_name(walk, &newer->components[i].recurrence_id);
}

/*
 * Marks the names of starts of @event. A name may be the second instant of a clock time that the series
 * begins at the first one: series_first_instant().
 * @zone: of dates and floating times among the names
 */
static int mark_names(NameWalk *walk, const Event *event, const Zone *zone, const Zone *fallback)
{
        walk->n_keys = walk->at = 0;
        for (size_t i = 0; i < walk->n; i++) {
                usec_t instant = when_instant(walk->names[i].when, zone);
                usec_t first = series_first_instant(event, event_zone(event, fallback), instant);
                walk->keys[walk->n_keys++] = (NameKey){ instant, i };
                if (first != instant)
                        walk->keys[walk->n_keys++] = (NameKey){ first, i };
        }
        qsort(walk->keys, walk->n_keys, sizeof(*walk->keys), compare_keys);
        return series_each_start(event, fallback, on_start, walk);
}

int series_lost_date(const Event *older, const Event *newer, const Zone *fallback, When *ret)
{
        const Zone *zone = event_zone(newer, fallback);
        size_t max = newer->exdates.n + newer->n_components;
        CLEANUP(cleanup_free) NamedDate *names = calloc(max + 1, sizeof(*names));
        CLEANUP(cleanup_free) NameKey *keys = calloc(2 * max + 1, sizeof(*keys));
        NameWalk walk = { .names = names, .keys = keys };
        const NamedDate *lost = NULL;
        *ret = (When){ .form = WHEN_NONE };
        if (!names || !keys)
                return -ENOMEM;
        collect_names(&walk, newer);
        int r = mark_names(&walk, older, zone, fallback);
        walk.is_newer = true;
        if (r >= 0)
                r = mark_names(&walk, newer, zone, fallback);
        for (size_t i = 0; r >= 0 && i < walk.n; i++)
                if (names[i].is_of_older && !names[i].is_of_newer &&
                                (!lost || when_instant(names[i].when, zone) <
                                                                when_instant(lost->when, zone)))
                        lost = &names[i];
        if (lost)
                *ret = *lost->when;
        return r < 0 ? r : 0;
}
