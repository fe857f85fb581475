#include "catalog/place-set.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "catalog/record.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

enum { FOLDED_BYTES = 512 * 1024 };

static int by_text(const void *left, const void *right)
{
        return strcmp(((const Place *)left)->text, ((const Place *)right)->text);
}

static int by_count(const void *left, const void *right)
{
        const Place *a = left, *b = right;
        return a->n_events != b->n_events ? (a->n_events < b->n_events) - (a->n_events > b->n_events)
                                          : strcmp(a->text, b->text);
}

static void ref(void *item)
{
        Place *place = item;
        atomic_fetch_add_explicit(&place->refs, 1, memory_order_relaxed);
}

static void unref(void *item)
{
        Place *place = item;
        if (place && atomic_fetch_sub_explicit(&place->refs, 1, memory_order_acq_rel) == 1)
                free(place);
}

static const SortedType text_type = { by_text, NULL, ref, unref },
                        count_type = { by_count, NULL, NULL, NULL };

static Place *place_new(const char *text, const char *folded, size_t n_events)
{
        size_t len = strlen(text);
        Place *place = malloc(sizeof(*place) + len + 1 + strlen(folded) + 1);
        if (!place)
                return NULL;
        place->refs = 1;
        place->n_events = n_events;
        memcpy(place->text, text, len + 1);
        place->folded = strcpy(place->text + len + 1, folded);
        return place;
}

static Place *place_fold(const char *text, size_t n_events)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(FOLDED_BYTES);
        if (text_fold(&folded, text) < 0)
                buffer_reset(&folded);
        return place_new(text, buffer_text(&folded), n_events);
}

/* Finds the place with a text. The key needs memory, because its text is a part of it. */
static int find(const PlaceSet *set, const char *text, Place **ret)
{
        Place *key = place_new(text, "", 0);
        if (!key)
                return -ENOMEM;
        *ret = sorted_set_find(&set->by_text, &text_type, key);
        free(key);
        return 0;
}

PlaceSet place_set_share(const PlaceSet *set)
{
        return (PlaceSet){ sorted_set_share(&set->by_text), sorted_set_share(&set->by_count) };
}

void place_set_done(PlaceSet *set)
{
        sorted_set_done(&set->by_count, &count_type);
        sorted_set_done(&set->by_text, &text_type);
}

static int remove_place(PlaceSet *set, const Place *place)
{
        int r = sorted_set_remove(&set->by_count, &count_type, place);
        return r == 0 ? sorted_set_remove(&set->by_text, &text_type, place) : r;
}

static int add_place(PlaceSet *set, Place *place)
{
        int r = sorted_set_put(&set->by_text, &text_type, place);
        return r == 0 ? sorted_set_put(&set->by_count, &count_type, place) : r;
}

int place_set_count(PlaceSet *set, const char *text, int by)
{
        Place *old = NULL, *new = NULL;
        int r = find(set, text, &old);
        if (r < 0)
                return r;
        size_t n = (old ? old->n_events : 0) + (size_t)by;
        if (n > 0) {
                new = old ? place_new(text, old->folded, n) : place_fold(text, n);
                if (!new)
                        return -ENOMEM;
        }
        if (old)
                r = remove_place(set, old);
        if (r == 0 && new)
                r = add_place(set, new);
        unref(new);
        return r;
}

static int add_run(PlaceSet *set, const CatalogEvent *event, size_t n)
{
        Place *place = place_fold(event->place.text, n);
        int r = place ? add_place(set, place) : -ENOMEM;
        unref(place);
        return r;
}

int place_set_build(const SortedSet *events, PlaceSet *ret)
{
        SortedCursor cursor = { .set = events };
        const CatalogEvent *first = sorted_set_at(&cursor, 0), *event;
        size_t n = 0;
        int r = 0;
        for (size_t i = 0; r == 0 && (event = sorted_set_at(&cursor, i)); i++) {
                if (strcmp(event->place.text, first->place.text) == 0) {
                        n++;
                        continue;
                }
                r = add_run(ret, first, n);
                first = event;
                n = 1;
        }
        return r == 0 && first ? add_run(ret, first, n) : r;
}
