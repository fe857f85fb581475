#include "catalog/site.h"

#include "base/arena.h"
#include "base/text.h"
#include "catalog/text.h"
#include "contact/card.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { RELATED_MAX = 512, FOLDED_BYTES = 64 * 1024 };

static int read_text(Arena *arena, const ContentLine *line, CatalogText *ret)
{
        return line ? catalog_text_read(arena, line, ret) : 0;
}

/* Finds the first line in a language. For "", finds the first line whose language is not known. */
static const ContentLine *find_line(const Card *card, const char *name, const char *language)
{
        const ContentLine *line = NULL;
        while ((line = card_property_next(card, name, line)))
                if (strcmp(catalog_text_language(line), language) == 0)
                        return line;
        return NULL;
}

/*
 * Finds the name for a language: an FN or X-CONVENED-SUMMARY in this language, otherwise the first FN. If
 * that FN is in another known language, an X-CONVENED-SUMMARY whose language is not known is used instead.
 */
static const ContentLine *find_name(const Card *card, Language language)
{
        const char *tag = language_tag(language);
        const ContentLine *own = card_property(card, "FN", 0), *line = find_line(card, "FN", tag);
        if (!line)
                line = find_line(card, "X-CONVENED-SUMMARY", tag);
        if (!line && own && *catalog_text_language(own))
                line = find_line(card, "X-CONVENED-SUMMARY", "");
        return line ? line : own;
}

static int site_names(Arena *arena, const Card *card, CatalogSite *site)
{
        int r = 0;
        for (Language i = 0; r == 0 && i < LANGUAGES_N; i++)
                r = read_text(arena, find_name(card, i), &site->name[i]);
        return r;
}

/* Parses "54.2139,49.6184". */
static bool read_point(const char *text, CatalogSite *site)
{
        double north, east;
        if (!text || sscanf(text, "%lf,%lf", &north, &east) != 2 || !(fabs(north) <= 90) ||
                        !(fabs(east) <= 180))
                return false;
        site->latitude = north;
        site->longitude = east;
        return true;
}

static void site_point(const Card *card, CatalogSite *site)
{
        const ContentLine *geo = card_property(card, "GEO", 0),
                          *town = card_property(card, "X-CONVENED-TOWN", 0);
        const char *near = town ? content_line_param(town, "X-COORDINATES") : NULL;
        site->is_exact = geo && strncmp(geo->value, "geo:", 4) == 0 && read_point(geo->value + 4, site);
        site->has_point = site->is_exact || read_point(near, site);
}

static int site_notes(Arena *arena, const Card *card, CatalogSite *site)
{
        const ContentLine *line = NULL;
        size_t n = 0;
        while ((line = card_property_next(card, "NOTE", line)))
                n++;
        CatalogText *notes = arena_allocate(arena, (n + 1) * sizeof(*notes));
        if (!notes)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                line = card_property_next(card, "NOTE", line);
                int r = catalog_text_read(arena, line, &notes[i]);
                if (r < 0)
                        return r;
        }
        site->notes = notes;
        site->n_notes = n;
        return 0;
}

static int site_related(Arena *arena, const Card *card, SiteRecord *record)
{
        const ContentLine *line = NULL;
        size_t n = 0;
        while (n < RELATED_MAX && (line = card_property_next(card, "RELATED", line)))
                n++;
        record->related = arena_allocate(arena, (n + 1) * sizeof(*record->related));
        if (!record->related)
                return -ENOMEM;
        line = NULL;
        for (size_t i = 0; i < n; i++) {
                line = card_property_next(card, "RELATED", line);
                const char *uid = line->value;
                if (strncmp(uid, "urn:uuid:", 9) == 0)
                        uid += 9;
                record->related[i] = arena_copy(arena, uid, strlen(uid));
                if (!record->related[i])
                        return -ENOMEM;
        }
        record->n_related = n;
        return 0;
}

static int site_texts(Arena *arena, const Card *card, CatalogSite *site)
{
        int r = site_names(arena, card, site);
        if (r == 0)
                r = read_text(arena, card_property(card, "X-CONVENED-TOWN", 0), &site->town);
        return r == 0 ? site_notes(arena, card, site) : r;
}

/* Folds the town and the names, which are searched for the place of an event. */
static int site_fold(SiteRecord *record)
{
        CLEANUP(buffer_done) Buffer names = BUFFER_INIT(FOLDED_BYTES), folded = BUFFER_INIT(FOLDED_BYTES);
        buffer_puts(&names, record->site.town.text);
        for (Language i = 0; i < LANGUAGES_N; i++)
                buffer_printf(&names, "\n%s", record->site.name[i].text);
        if (buffer_error(&names) < 0 || text_fold(&folded, buffer_text(&names)) < 0)
                buffer_reset(&folded);
        record->folded = arena_copy(&record->arena, buffer_text(&folded), folded.len);
        return record->folded ? 0 : -ENOMEM;
}

static int site_fill(SiteRecord *record, const ObjectRecord *object, const Card *card)
{
        static const CatalogText nothing = { "", "" };
        Arena *arena = &record->arena;
        record->site = (CatalogSite){ .town = nothing };
        for (Language i = 0; i < LANGUAGES_N; i++)
                record->site.name[i] = nothing;
        record->site.uid = arena_copy(arena, card_uid(card), strlen(card_uid(card)));
        record->collection = arena_copy(arena, object->collection, strlen(object->collection));
        record->resource = arena_copy(arena, object->resource, strlen(object->resource));
        if (!record->site.uid || !record->collection || !record->resource)
                return -ENOMEM;
        site_point(card, &record->site);
        int r = site_texts(arena, card, &record->site);
        if (r == 0)
                r = site_related(arena, card, record);
        return r == 0 ? site_fold(record) : r;
}

int site_record_read(const ObjectRecord *object, SiteRecord **ret)
{
        *ret = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(site_record_unrefp) SiteRecord *record = NULL;
        int r = card_parse(object->text, object->len, &card, NULL);
        if (r != 0)
                return r < 0 ? r : 0;
        record = calloc(1, sizeof(*record));
        if (!record)
                return -ENOMEM;
        record->refs = 1;
        r = site_fill(record, object, card);
        if (r == 0)
                *ret = TAKE_PTR(record);
        return r;
}

SiteRecord *site_record_ref(SiteRecord *record)
{
        atomic_fetch_add_explicit(&record->refs, 1, memory_order_relaxed);
        return record;
}

SiteRecord *site_record_unref(SiteRecord *record)
{
        if (!record || atomic_fetch_sub_explicit(&record->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        arena_done(&record->arena);
        free(record);
        return NULL;
}
