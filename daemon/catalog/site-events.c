/*
 * The events are in runs that have no event in common: one for each name of the site, which is a part of
 * the index of places, and one for the events that the site's card names in RELATED. The next event is the
 * first one of all runs.
 */

#include "catalog/site-events.h"

#include "catalog/data.h"
#include "catalog/instances.h"

#include <errno.h>
#include <string.h>

enum { RELATED_RUN = LANGUAGES_N, RUNS };

typedef struct Run {
        SortedCursor cursor;       /* of the index of places */
        const CatalogEvent **list; /* of the related events: instead of the cursor, by start */
        size_t begin, end;
        size_t next; /* the first one that may not be over and was not listed */
        size_t left; /* those from this one on are not over, or were listed */
} Run;

struct SiteEvents {
        const Catalog *catalog;
        usec_t now;
        Run runs[RUNS];
};

SiteEvents *site_events_free(SiteEvents *events)
{
        if (events)
                free(events->runs[RELATED_RUN].list);
        free(events);
        return NULL;
}

static const CatalogEvent *run_at(Run *run, size_t index)
{
        return run->list ? run->list[index] : sorted_set_at(&run->cursor, index);
}

/* An event that begins later is not over, even if all instances of a series are hidden. */
static int check_over(const SiteEvents *events, const CatalogEvent *event, bool *ret)
{
        CatalogInstance instance;
        *ret = false;
        if (event->is_draft || event->start_usec > events->now)
                return 0;
        if (event->is_series)
                return catalog_instance_from(event, events->now, &instance, ret);
        *ret = event->end_usec <= events->now;
        return 0;
}

/* ---- The runs ---- */

static bool has_name(const CatalogSite *site, Language languages, const char *text)
{
        for (Language i = 0; i < languages; i++)
                if (*text && strcmp(site->name[i].text, text) == 0)
                        return true;
        return false;
}

static void begin_name(SiteEvents *events, const CatalogSite *site, Language language)
{
        Run *run = &events->runs[language];
        const char *name = site->name[language].text;
        if (!*name || has_name(site, language, name))
                return;
        run->cursor.set = &events->catalog->sets[INDEX_PLACE];
        run->begin = run->next = catalog_first_at(events->catalog, name, INT64_MIN);
        run->end = catalog_first_at(events->catalog, name, USEC_INFINITY);
        run->left = catalog_first_at(events->catalog, name, events->now + 1);
}

static int compare_events(const void *a, const void *b)
{
        return index_order(*(const CatalogEvent *const *)a, *(const CatalogEvent *const *)b);
}

/* Sorts the related events, and leaves out those that are there twice, and those of the other runs. */
static int begin_related(SiteEvents *events, const CatalogSite *site)
{
        Run *run = &events->runs[RELATED_RUN];
        CatalogEvents related = { 0 };
        int r = catalog_events_related(events->catalog, site, &related);
        run->list = related.list;
        if (r < 0)
                return r;
        if (related.n > 1)
                qsort(related.list, related.n, sizeof(*related.list), compare_events);
        for (size_t i = 0; i < related.n; i++)
                if (!has_name(site, LANGUAGES_N, related.list[i]->place.text) &&
                                (run->end == 0 || run->list[run->end - 1] != related.list[i]))
                        run->list[run->end++] = related.list[i];
        run->left = run->end;
        return 0;
}

int site_events_new(const Catalog *catalog, const CatalogSite *site, usec_t now, SiteEvents **ret)
{
        CLEANUP(site_events_freep) SiteEvents *events = calloc(1, sizeof(*events));
        *ret = NULL;
        if (!events)
                return -ENOMEM;
        events->catalog = catalog;
        events->now = now;
        for (Language i = 0; i < LANGUAGES_N; i++)
                begin_name(events, site, i);
        int r = begin_related(events, site);
        if (r == 0)
                *ret = TAKE_PTR(events);
        return r;
}

size_t site_events_count(const SiteEvents *events)
{
        size_t n = 0;
        for (size_t i = 0; i < RUNS; i++)
                n += events->runs[i].end - events->runs[i].begin;
        return n;
}

/* ---- The lists ---- */

/* Finds the next event of a run that is not over. @ret: NULL if there is none */
static int find_ahead(const SiteEvents *events, Run *run, const CatalogEvent **ret)
{
        bool is_over = true;
        int r = 0;
        for (*ret = NULL; r == 0 && is_over; run->next += is_over) {
                if (!run->list && run->begin < run->end)
                        run->next = sorted_set_next_above(
                                        run->cursor.set, index_type(INDEX_PLACE), run->next, events->now);
                if (run->next >= run->end)
                        return 0;
                r = check_over(events, run_at(run, run->next), &is_over);
        }
        if (r == 0)
                *ret = run_at(run, run->next);
        return r;
}

/* Finds the last event of a run that is over and was not listed. @ret: NULL if there is none */
static int find_over(const SiteEvents *events, Run *run, const CatalogEvent **ret)
{
        bool is_over = false;
        int r = 0;
        for (*ret = NULL; r == 0 && !is_over; run->left -= !is_over) {
                if (run->left == run->begin)
                        return 0;
                r = check_over(events, run_at(run, run->left - 1), &is_over);
        }
        if (r == 0)
                *ret = run_at(run, run->left - 1);
        return r;
}

int site_events_next(SiteEvents *events, bool is_over, const CatalogEvent **ret)
{
        const CatalogEvent *best = NULL, *event;
        Run *from = NULL;
        for (size_t i = 0; i < RUNS; i++) {
                Run *run = &events->runs[i];
                int r = is_over ? find_over(events, run, &event) : find_ahead(events, run, &event);
                if (r < 0)
                        return r;
                int order = best && event ? index_order(event, best) : 0;
                if (event && (!best || (is_over ? order > 0 : order < 0))) {
                        best = event;
                        from = run;
                }
        }
        if (!best)
                return SITE_EVENTS_END;
        from->next += !is_over;
        from->left -= is_over;
        *ret = best;
        return 0;
}

int site_events_around(SiteEvents *events, size_t max, CatalogEvents *ret)
{
        const CatalogEvent **list = calloc(max + 1, sizeof(*list));
        size_t n = 0;
        int r = list ? 0 : -ENOMEM;
        for (int is_over = 0; r >= 0 && is_over < 2; is_over++)
                for (r = 0; r == 0 && n < max; n += r == 0)
                        r = site_events_next(events, is_over, &list[n]);
        if (r < 0) {
                free(list);
                return r;
        }
        if (n > 1)
                qsort(list, n, sizeof(*list), compare_events);
        *ret = (CatalogEvents){ list, n };
        return 0;
}
