#include "catalog/search.h"

#include "base/text.h"
#include "catalog/data.h"
#include "catalog/word-index.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

enum { FOLDED_BYTES = 512 * 1024, NAMES_BYTES = 64 * 1024 };

static void write_site(Buffer *out, const CatalogSite *site)
{
        buffer_printf(out, "\n%s", site->town.text);
        for (Language i = 0; i < LANGUAGES_N; i++)
                buffer_printf(out, "\n%s", site->name[i].text);
}

/* Folds a text. A text that cannot be folded becomes empty, so that no search finds it. */
static const char *fold(Catalog *catalog, const char *text, Buffer *folded)
{
        buffer_reset(folded);
        if (text_fold(folded, text) < 0)
                buffer_reset(folded);
        return arena_copy(&catalog->folded_arena, buffer_text(folded), folded->len);
}

static int index_event(Catalog *catalog, const CatalogEvent *event, Buffer *names, Buffer *folded)
{
        buffer_reset(names);
        buffer_puts(names, event->place.text);
        for (size_t i = 0; i < event->n_sites; i++)
                write_site(names, event->sites[i]);
        const char *places = fold(catalog, buffer_error(names) < 0 ? "" : buffer_text(names), folded);
        if (!places)
                return -ENOMEM;
        catalog->places_of[event->index] = places;
        buffer_reset(folded);
        return text_fold(folded, event->words) < 0
                               ? 0
                               : word_index_add(catalog->words, buffer_text(folded), (uint32_t)event->index);
}

/*
 * Indexes the texts of all events. This is not done when the catalog is made, because it costs more than the
 * rest and few readers search. A text that cannot be folded is found by no search.
 */
static int index_all(Catalog *catalog)
{
        CLEANUP(buffer_done) Buffer names = BUFFER_INIT(NAMES_BYTES), folded = BUFFER_INIT(FOLDED_BYTES);
        catalog->words = word_index_free(catalog->words);
        if (!catalog->places_of)
                catalog->places_of = calloc(catalog->n_events + 1, sizeof(*catalog->places_of));
        int r = catalog->places_of ? word_index_new(&catalog->words) : -ENOMEM;
        for (size_t i = 0; r == 0 && i < catalog->n_events; i++)
                r = index_event(catalog, catalog->events[i], &names, &folded);
        return r;
}

/* Indexes the catalog at the first search. */
static int be_ready(Catalog *catalog)
{
        int r = 0;
        if (atomic_load_explicit(&catalog->is_indexed, memory_order_acquire))
                return 0;
        pthread_mutex_lock(&catalog->lock);
        r = catalog->is_indexed ? 0 : index_all(catalog);
        if (r == 0)
                atomic_store_explicit(&catalog->is_indexed, true, memory_order_release);
        pthread_mutex_unlock(&catalog->lock);
        return r;
}

int catalog_search(Catalog *catalog, const char *words, const char *place, unsigned char **ret)
{
        *ret = NULL;
        CLEANUP(buffer_done) Buffer query = BUFFER_INIT(FOLDED_BYTES), where = BUFFER_INIT(FOLDED_BYTES);
        CLEANUP(cleanup_free) unsigned char *found = calloc(catalog->n_events + 1, 1);
        int r = found ? be_ready(catalog) : -ENOMEM;
        if (r == 0)
                r = text_fold(&query, words);
        if (r == 0)
                r = text_fold(&where, place);
        if (r == 0)
                r = word_index_search(catalog->words, buffer_text(&query), found, catalog->n_events);
        for (size_t i = 0; r == 0 && i < catalog->n_events; i++)
                found[i] = found[i] && strstr(catalog->places_of[i], buffer_text(&where));
        if (r == 0)
                *ret = TAKE_PTR(found);
        return r;
}

static void add_place(Catalog *catalog, const CatalogText *place)
{
        if (!*place->text || catalog->n_places == CATALOG_PLACES_MAX)
                return;
        for (size_t i = 0; i < catalog->n_places; i++)
                if (strcmp(catalog->places[i].text, place->text) == 0)
                        return;
        catalog->places[catalog->n_places++] = *place;
}

static int compare_places(const void *a, const void *b)
{
        return strcmp(((const CatalogText *)a)->text, ((const CatalogText *)b)->text);
}

static void collect_places(Catalog *catalog)
{
        for (size_t i = 0; i < catalog->n_sites; i++)
                if (catalog->sites[i]->n_events > 0)
                        add_place(catalog, &catalog->sites[i]->town);
        for (size_t i = 0; i < catalog->n_events; i++)
                if (catalog->events[i]->n_sites == 0)
                        add_place(catalog, &catalog->events[i]->place);
        qsort(catalog->places, catalog->n_places, sizeof(*catalog->places), compare_places);
        catalog->has_places = true;
}

const CatalogText *catalog_places(Catalog *catalog, size_t *ret_n)
{
        pthread_mutex_lock(&catalog->lock);
        if (!catalog->has_places)
                collect_places(catalog);
        pthread_mutex_unlock(&catalog->lock);
        *ret_n = catalog->n_places;
        return catalog->places;
}
