#include "catalog/catalog.h"

#include "base/array.h"
#include "catalog/data.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

Catalog *catalog_ref(Catalog *catalog)
{
        atomic_fetch_add_explicit(&catalog->refs, 1, memory_order_relaxed);
        return catalog;
}

Catalog *catalog_unref(Catalog *catalog)
{
        if (!catalog || atomic_fetch_sub_explicit(&catalog->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        for (size_t i = index_count(catalog->config); catalog->sets && i > 0; i--)
                sorted_set_done(&catalog->sets[i - 1], index_type(i - 1));
        free(catalog->sets);
        site_set_unref(catalog->sites);
        place_set_done(&catalog->places);
        for (size_t i = 0; i < catalog->n_words; i++)
                word_index_unref(catalog->words[i]);
        config_unref(catalog->config);
        pthread_mutex_destroy(&catalog->lock);
        free(catalog);
        return NULL;
}

int64_t catalog_sequence(const Catalog *catalog)
{
        return catalog->sequence;
}

bool catalog_has_words(const Catalog *catalog)
{
        return catalog->n_words > 0;
}

/* Returns the event @index after the place of a key. */
static const CatalogEvent *event_after(
                const Catalog *catalog, IndexOf of, const EventRecord *key, size_t index)
{
        SortedCursor cursor = { .set = &catalog->sets[of] };
        return sorted_set_at(&cursor, index + (key ? sorted_set_rank(cursor.set, index_type(of), key) : 0));
}

/* Returns the event @index among those with a UID. */
static const CatalogEvent *find_at(const Catalog *catalog, const char *uid, size_t index)
{
        const EventRecord key = { .event = { .uid = uid, .collection = "", .resource = "" } };
        const CatalogEvent *event = event_after(catalog, INDEX_UID, &key, index);
        return event && strcmp(event->uid, uid) == 0 ? event : NULL;
}

const CatalogEvent *catalog_find(const Catalog *catalog, const char *uid)
{
        return find_at(catalog, uid, 0);
}

const CatalogEvent *catalog_draft(const Catalog *catalog, size_t index)
{
        return event_after(catalog, INDEX_DRAFT, NULL, index);
}

const CatalogEvent *catalog_newest(const Catalog *catalog, size_t index)
{
        return event_after(catalog, INDEX_CHANGE, NULL, index);
}

const CatalogEvent *catalog_part(const Catalog *catalog, const char *parent, size_t index)
{
        const EventRecord key = { .event = { .uid = "", .parent = parent, .start_usec = INT64_MIN } };
        const CatalogEvent *event = event_after(catalog, INDEX_PART, &key, index);
        return event && strcmp(event->parent, parent) == 0 ? event : NULL;
}

const CatalogEvent *catalog_series_at(const Catalog *catalog, size_t *index, usec_t from, usec_t to)
{
        const SortedType *type = index_type(INDEX_SERIES);
        SortedCursor cursor = { .set = &catalog->sets[INDEX_SERIES] };
        *index = sorted_set_next_above(cursor.set, type, *index, from);
        const CatalogEvent *event = sorted_set_at(&cursor, *index);
        return event && event_record(event)->from - INDEX_MARGIN < to ? event : NULL;
}

const CatalogSite *catalog_site(const Catalog *catalog, size_t index)
{
        return (const CatalogSite *)site_set_at(catalog->sites, index);
}

const CatalogSite *catalog_find_site(const Catalog *catalog, const char *uid)
{
        return (const CatalogSite *)site_set_find(catalog->sites, uid);
}

const CatalogSite *catalog_site_of(const Catalog *catalog, const CatalogEvent *event, size_t index)
{
        uint32_t sites[CATALOG_SITES_MAX];
        size_t n = site_set_of(catalog->sites, event, sites, CATALOG_SITES_MAX);
        return index < n ? catalog_site(catalog, sites[index]) : NULL;
}

void catalog_events_done(CatalogEvents *events)
{
        free(events->list);
        *events = (CatalogEvents){ 0 };
}

static int add_to(CatalogEvents *events, const CatalogEvent *event)
{
        const CatalogEvent **list = array_grow(events->list, events->n, sizeof(*list));
        if (!list)
                return -ENOMEM;
        events->list = list;
        events->list[events->n++] = event;
        return 0;
}

size_t catalog_first_at(const Catalog *catalog, const char *place, usec_t from)
{
        const EventRecord key = {
                .event = { .uid = "", .place = { place, "" }, .start_usec = from, .end_usec = USEC_INFINITY }
        };
        return sorted_set_rank(&catalog->sets[INDEX_PLACE], index_type(INDEX_PLACE), &key);
}

/* Calls @on_event for each event that a site names in RELATED. A nonzero result ends it. */
static int each_related(const Catalog *catalog, const SiteRecord *site,
                int (*on_event)(CatalogEvents *events, const CatalogEvent *event), CatalogEvents *events)
{
        int r = 0;
        for (size_t i = 0; i < site->n_related; i++) {
                const CatalogEvent *event;
                for (size_t k = 0; r == 0 && (event = find_at(catalog, site->related[i], k)); k++)
                        r = event->is_busy ? 0 : on_event(events, event);
        }
        return r;
}

int catalog_events_related(const Catalog *catalog, const CatalogSite *site, CatalogEvents *events)
{
        return each_related(catalog, (const SiteRecord *)site, add_to, events);
}

/* Calls @on_event for each event at a site; for some of them twice. A nonzero result ends it. */
static int each_at(const Catalog *catalog, const SiteRecord *site,
                int (*on_event)(CatalogEvents *events, const CatalogEvent *event), CatalogEvents *events)
{
        int r = each_related(catalog, site, on_event, events);
        for (Language i = 0; i < LANGUAGES_N; i++) {
                const char *name = site->site.name[i].text;
                SortedCursor cursor = { .set = &catalog->sets[INDEX_PLACE] };
                const CatalogEvent *event;
                size_t at = *name ? catalog_first_at(catalog, name, INT64_MIN) : SIZE_MAX;
                for (; r == 0 && (event = sorted_set_at(&cursor, at)) &&
                                strcmp(event->place.text, name) == 0;
                                at++)
                        r = on_event(events, event);
        }
        return r;
}

static int compare_events(const void *a, const void *b)
{
        return index_order(*(const CatalogEvent *const *)a, *(const CatalogEvent *const *)b);
}

int catalog_events_at(const Catalog *catalog, const CatalogSite *site, CatalogEvents *ret)
{
        size_t n = 0;
        int r = each_at(catalog, (const SiteRecord *)site, add_to, ret);
        if (ret->n > 1)
                qsort(ret->list, ret->n, sizeof(*ret->list), compare_events);
        for (size_t i = 0; i < ret->n; i++)
                if (n == 0 || ret->list[n - 1] != ret->list[i])
                        ret->list[n++] = ret->list[i];
        ret->n = n;
        return r;
}

static int stop(CatalogEvents *events, const CatalogEvent *event)
{
        (void)events;
        (void)event;
        return 1;
}

bool catalog_has_events_at(const Catalog *catalog, const CatalogSite *site)
{
        return each_at(catalog, (const SiteRecord *)site, stop, NULL) != 0;
}
