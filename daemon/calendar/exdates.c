#include "calendar/exdates.h"

#include "calendar/exclusion.h"

#include <errno.h>
#include <stdlib.h>

typedef struct Returning {
        const Event *series;
        const Zone *zone;
        int64_t *instants, *days; /* of the instances that take place again; in order */
        size_t n;
        int64_t *opened; /* days that no date excludes any more, in order */
        size_t n_opened;
        Arena *arena;
        WhenList *rest;
} Returning;

static int compare_numbers(const void *a, const void *b)
{
        int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
        return (left > right) - (left < right);
}

static bool has_number(const int64_t *sorted, size_t n, int64_t number)
{
        return n > 0 && bsearch(&number, sorted, n, sizeof(number), compare_numbers);
}

static int64_t first_instant(const Returning *returning, const When *when)
{
        usec_t instant = when_instant(when, returning->zone);
        return series_first_instant(returning->series, returning->zone, instant);
}

/* Keeps what the date of an opened day has excluded, unless it is an instance that takes place again. */
static int keep_excluded(Returning *returning, const When *start)
{
        int64_t day = civil_days(start->civil.year, start->civil.month, start->civil.day);
        if (!has_number(returning->opened, returning->n_opened, day) ||
                        has_number(returning->instants, returning->n, first_instant(returning, start)))
                return 0;
        return when_list_add(returning->rest, returning->arena, start);
}

static int on_start(const When *start, usec_t instant, bool is_excluded, void *userdata)
{
        (void)instant;
        (void)is_excluded;
        return keep_excluded(userdata, start);
}

/* Splits the dates that exclude a whole day of a series with times. */
static int split_days(Returning *returning)
{
        const Event *series = returning->series;
        qsort(returning->opened, returning->n_opened, sizeof(int64_t), compare_numbers);
        int r = series_each_start(series, returning->zone, on_start, returning);
        for (size_t i = 0; r == 0 && i < series->n_components; i++)
                if (series->components[i].is_override)
                        r = keep_excluded(returning, &series->components[i].recurrence_id);
        return r;
}

static int take(Returning *returning, const When *date)
{
        bool has_times = event_start(returning->series).form != WHEN_DATE;
        bool is_day = !has_times || date->form == WHEN_DATE;
        int64_t day = is_day ? exclusion_day(returning->zone, date) : 0;
        bool matches = is_day ? has_number(returning->days, returning->n, day)
                              : has_number(returning->instants, returning->n,
                                                first_instant(returning, date));
        if (!matches)
                return when_list_add(returning->rest, returning->arena, date);
        if (has_times && is_day)
                returning->opened[returning->n_opened++] = day;
        return 0;
}

int exdates_without(const Event *series, const Zone *zone, const When *places, size_t n, Arena *arena,
                WhenList *ret)
{
        CLEANUP(cleanup_free) int64_t *instants = calloc(n + 1, sizeof(int64_t));
        CLEANUP(cleanup_free) int64_t *days = calloc(n + 1, sizeof(int64_t));
        CLEANUP(cleanup_free) int64_t *opened = calloc(series->exdates.n + 1, sizeof(int64_t));
        Returning returning = { series, zone, instants, days, n, opened, 0, arena, ret };
        int r = instants && days && opened ? 0 : -ENOMEM;
        for (size_t i = 0; r == 0 && i < n; i++) {
                const CivilTime *civil = &places[i].civil;
                instants[i] = first_instant(&returning, &places[i]);
                days[i] = civil_days(civil->year, civil->month, civil->day);
        }
        if (r == 0) {
                qsort(instants, n, sizeof(int64_t), compare_numbers);
                qsort(days, n, sizeof(int64_t), compare_numbers);
        }
        for (size_t i = 0; r == 0 && i < series->exdates.n; i++)
                r = take(&returning, &series->exdates.items[i]);
        return r == 0 && returning.n_opened > 0 ? split_days(&returning) : r;
}
