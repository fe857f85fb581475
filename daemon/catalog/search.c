#include "catalog/search.h"

#include "base/text.h"
#include "catalog/data.h"

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

static bool fold_event(Catalog *catalog, const CatalogEvent *event, Buffer *names, Buffer *folded)
{
        CatalogFolded *ret = &catalog->folded[event->index];
        buffer_reset(names);
        buffer_puts(names, event->place.text);
        for (size_t i = 0; i < event->n_sites; i++)
                write_site(names, event->sites[i]);
        ret->words = fold(catalog, event->words, folded);
        ret->places = fold(catalog, buffer_error(names) < 0 ? "" : buffer_text(names), folded);
        return ret->words && ret->places;
}

/*
 * Folds the texts of all events. This is not done when the catalog is made, because it costs more than the
 * rest and few readers search.
 */
static int fold_all(Catalog *catalog)
{
        CLEANUP(buffer_done) Buffer names = BUFFER_INIT(NAMES_BYTES), folded = BUFFER_INIT(FOLDED_BYTES);
        if (!catalog->folded)
                catalog->folded = calloc(catalog->n_events + 1, sizeof(*catalog->folded));
        if (!catalog->folded)
                return -ENOMEM;
        for (size_t i = 0; i < catalog->n_events; i++)
                if (!fold_event(catalog, catalog->events[i], &names, &folded))
                        return -ENOMEM;
        return 0;
}

const CatalogFolded *catalog_folded(Catalog *catalog, const CatalogEvent *event)
{
        if (!atomic_load_explicit(&catalog->has_folded, memory_order_acquire)) {
                pthread_mutex_lock(&catalog->lock);
                int r = catalog->has_folded ? 0 : fold_all(catalog);
                if (r == 0)
                        atomic_store_explicit(&catalog->has_folded, true, memory_order_release);
                pthread_mutex_unlock(&catalog->lock);
                if (r < 0)
                        return NULL;
        }
        return &catalog->folded[event->index];
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

static int order_places(const void *a, const void *b)
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
        qsort(catalog->places, catalog->n_places, sizeof(*catalog->places), order_places);
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
