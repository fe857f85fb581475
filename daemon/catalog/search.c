#include "catalog/search.h"

#include "base/text.h"
#include "catalog/data.h"

#include <errno.h>
#include <string.h>

enum { FOLDED_BYTES = 512 * 1024 };

void catalog_found_done(CatalogFound *found)
{
        free(found->has);
        *found = (CatalogFound){ 0 };
}

static bool is_live(uint32_t number, void *userdata)
{
        const Catalog *catalog = userdata;
        const EventRecord key = { .event = { .number = number } };
        return sorted_set_find(&catalog->sets[INDEX_NUMBER], index_type(INDEX_NUMBER), &key);
}

static int find_words(const Catalog *catalog, const char *words, unsigned char *found)
{
        CLEANUP(buffer_done) Buffer query = BUFFER_INIT(FOLDED_BYTES);
        int r = text_fold(&query, words);
        return r < 0 ? r
                     : word_index_search(catalog->words, catalog->n_words, buffer_text(&query), is_live,
                                       (void *)catalog, found, catalog->next_number);
}

/* Marks the events with a location. */
static void mark_place(const Catalog *catalog, const char *text, unsigned char *marked)
{
        SortedCursor cursor = { .set = &catalog->sets[INDEX_PLACE] };
        const CatalogEvent *event;
        size_t i = catalog_first_at(catalog, text, INT64_MIN);
        for (; (event = sorted_set_at(&cursor, i)) && strcmp(event->place.text, text) == 0; i++)
                marked[event->number] = 1;
}

static int mark_sites(const Catalog *catalog, const char *where, unsigned char *marked)
{
        const SiteRecord *site;
        int r = 0;
        for (size_t i = 0; r == 0 && (site = site_set_at(catalog->sites, i)); i++) {
                CLEANUP(catalog_events_done) CatalogEvents events = { 0 };
                if (!strstr(site->folded, where))
                        continue;
                r = catalog_events_at(catalog, &site->site, &events);
                for (size_t k = 0; k < events.n; k++)
                        marked[events.list[k]->number] = 1;
        }
        return r;
}

/* Marks the events whose location contains a text, or the names or the town of a site of theirs. */
static int mark_places(const Catalog *catalog, const char *place, unsigned char *marked)
{
        CLEANUP(buffer_done) Buffer where = BUFFER_INIT(FOLDED_BYTES);
        SortedCursor cursor = { .set = &catalog->places.by_text };
        const Place *known;
        int r = text_fold(&where, place);
        for (size_t i = 0; r == 0 && (known = sorted_set_at(&cursor, i)); i++)
                if (strstr(known->folded, buffer_text(&where)))
                        mark_place(catalog, known->text, marked);
        return r == 0 ? mark_sites(catalog, buffer_text(&where), marked) : r;
}

static int find_places(const Catalog *catalog, const char *place, unsigned char *found)
{
        CLEANUP(cleanup_free) unsigned char *marked = calloc((size_t)catalog->next_number + 1, 1);
        int r = marked ? mark_places(catalog, place, marked) : -ENOMEM;
        for (size_t i = 0; r == 0 && i < catalog->next_number; i++)
                found[i] &= marked[i];
        return r;
}

int catalog_search(const Catalog *catalog, const char *words, const char *place, CatalogFound *ret)
{
        ret->n = catalog->next_number;
        ret->has = malloc(ret->n + 1);
        if (!ret->has)
                return -ENOMEM;
        memset(ret->has, 1, ret->n + 1);
        int r = *words ? find_words(catalog, words, ret->has) : 0;
        return r == 0 && *place ? find_places(catalog, place, ret->has) : r;
}

/* Chooses a place unless it is empty or chosen. Return: whether there is room for another. */
static bool choose_place(Catalog *catalog, const CatalogText *place)
{
        bool is_known = !*place->text;
        for (size_t i = 0; !is_known && i < catalog->n_chosen; i++)
                is_known = strcmp(catalog->chosen[i].text, place->text) == 0;
        if (!is_known)
                catalog->chosen[catalog->n_chosen++] = *place;
        return catalog->n_chosen < CATALOG_PLACES_MAX;
}

static int compare_places(const void *a, const void *b)
{
        return strcmp(((const CatalogText *)a)->text, ((const CatalogText *)b)->text);
}

/* Returns a location with the language of its first event. */
static CatalogText place_text(const Catalog *catalog, const Place *place)
{
        SortedCursor cursor = { .set = &catalog->sets[INDEX_PLACE] };
        const CatalogEvent *event =
                        sorted_set_at(&cursor, catalog_first_at(catalog, place->text, INT64_MIN));
        return event ? event->place : (CatalogText){ place->text, "" };
}

static void choose_places(Catalog *catalog)
{
        const SiteRecord *site;
        const Place *place;
        SortedCursor cursor = { .set = &catalog->places.by_count };
        bool has_room = true;
        for (size_t i = 0; has_room && (site = site_set_at(catalog->sites, i)); i++)
                if (catalog_has_events_at(catalog, &site->site))
                        has_room = choose_place(catalog, &site->site.town);
        for (size_t i = 0; has_room && (place = sorted_set_at(&cursor, i)); i++) {
                CatalogText text = place_text(catalog, place);
                if (!site_set_has_name(catalog->sites, place->text))
                        has_room = choose_place(catalog, &text);
        }
        qsort(catalog->chosen, catalog->n_chosen, sizeof(*catalog->chosen), compare_places);
        catalog->has_chosen = true;
}

const CatalogText *catalog_places(Catalog *catalog, size_t *ret_n)
{
        pthread_mutex_lock(&catalog->lock);
        if (!catalog->has_chosen)
                choose_places(catalog);
        pthread_mutex_unlock(&catalog->lock);
        *ret_n = catalog->n_chosen;
        return catalog->chosen;
}
