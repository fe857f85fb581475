#include "calendar/series-dates.h"

#include "calendar/exclusion.h"

#include <errno.h>
#include <stdlib.h>

typedef struct NamedDate {
        When when;
        usec_t instant;
        bool is_of_older, is_of_newer;
} NamedDate;

/* A walk over the starts of one version. */
typedef struct NameWalk {
        NamedDate *names; /* in order */
        size_t n, at;
        bool is_newer;
} NameWalk;

static int compare_names(const void *a, const void *b)
{
        const NamedDate *left = a, *right = b;
        return (left->instant > right->instant) - (left->instant < right->instant);
}

static int on_start(const When *start, usec_t instant, bool is_excluded, void *userdata)
{
        NameWalk *walk = userdata;
        (void)start;
        (void)is_excluded;
        while (walk->at < walk->n && walk->names[walk->at].instant < instant)
                walk->at++;
        for (; walk->at < walk->n && walk->names[walk->at].instant == instant; walk->at++)
                if (walk->is_newer)
                        walk->names[walk->at].is_of_newer = true;
                else
                        walk->names[walk->at].is_of_older = true;
        return walk->at == walk->n;
}

static void add_name(NameWalk *walk, const When *when, const Zone *zone)
{
        walk->names[walk->n++] = (NamedDate){ .when = *when, .instant = when_instant(when, zone) };
}

int series_lost_date(const Event *older, const Event *newer, const Zone *fallback, When *ret)
{
        const Zone *zone = event_zone(newer, fallback);
        size_t max = newer->exdates.n + newer->n_components;
        CLEANUP(cleanup_free) NamedDate *names = calloc(max + 1, sizeof(*names));
        NameWalk walk = { .names = names };
        *ret = (When){ .form = WHEN_NONE };
        if (!names)
                return -ENOMEM;
        for (size_t i = 0; i < newer->exdates.n; i++)
                add_name(&walk, &newer->exdates.items[i], zone);
        for (size_t i = 0; i < newer->n_components; i++)
                if (newer->components[i].is_override)
                        add_name(&walk, &newer->components[i].recurrence_id, zone);
        qsort(names, walk.n, sizeof(*names), compare_names);
        int r = series_each_start(older, fallback, on_start, &walk);
        walk.at = 0;
        walk.is_newer = true;
        if (r >= 0)
                r = series_each_start(newer, fallback, on_start, &walk);
        for (size_t i = 0; r >= 0 && ret->form == WHEN_NONE && i < walk.n; i++)
                if (names[i].is_of_older && !names[i].is_of_newer)
                        *ret = names[i].when;
        return r < 0 ? r : 0;
}
