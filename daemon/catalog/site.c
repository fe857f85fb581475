#include "catalog/site.h"

#include "catalog/text.h"

#include "contact/card.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { RELATED_MAX = 512 };

/* A site, with the UIDs that its card names in RELATED, for catalog_sites_join(). */
typedef struct SiteDraft {
        CatalogSite site;
        const char **related;
        size_t n_related;
} SiteDraft;

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

static int site_related(Arena *arena, const Card *card, SiteDraft *draft)
{
        const ContentLine *line = NULL;
        size_t n = 0;
        while (n < RELATED_MAX && (line = card_property_next(card, "RELATED", line)))
                n++;
        draft->related = arena_allocate(arena, (n + 1) * sizeof(*draft->related));
        if (!draft->related)
                return -ENOMEM;
        line = NULL;
        for (size_t i = 0; i < n; i++) {
                line = card_property_next(card, "RELATED", line);
                const char *uid = line->value;
                if (strncmp(uid, "urn:uuid:", 9) == 0)
                        uid += 9;
                draft->related[i] = arena_copy(arena, uid, strlen(uid));
                if (!draft->related[i])
                        return -ENOMEM;
        }
        draft->n_related = n;
        return 0;
}

static int site_texts(Arena *arena, const Card *card, CatalogSite *site)
{
        int r = site_names(arena, card, site);
        if (r == 0)
                r = read_text(arena, card_property(card, "X-CONVENED-TOWN", 0), &site->town);
        return r == 0 ? site_notes(arena, card, site) : r;
}

int catalog_site_read(Arena *arena, const char *text, size_t len, CatalogSite **ret)
{
        static const CatalogText nothing = { "", "" };
        CLEANUP(card_freep) Card *card = NULL;
        int r = card_parse(text, len, &card, NULL);
        if (r != 0)
                return r < 0 ? r : 0;
        SiteDraft *draft = arena_allocate(arena, sizeof(*draft));
        if (!draft)
                return -ENOMEM;
        draft->site = (CatalogSite){ .town = nothing };
        for (Language i = 0; i < LANGUAGES_N; i++)
                draft->site.name[i] = nothing;
        draft->site.uid = arena_copy(arena, card_uid(card), strlen(card_uid(card)));
        if (!draft->site.uid)
                return -ENOMEM;
        site_point(card, &draft->site);
        r = site_texts(arena, card, &draft->site);
        if (r == 0)
                r = site_related(arena, card, draft);
        if (r == 0)
                *ret = &draft->site;
        return r;
}

static bool is_at(const CatalogSite *site, const CatalogEvent *event)
{
        const SiteDraft *draft = (const SiteDraft *)site;
        for (size_t i = 0; i < draft->n_related; i++)
                if (strcmp(draft->related[i], event->uid) == 0)
                        return true;
        for (Language i = 0; *event->place.text && i < LANGUAGES_N; i++)
                if (strcmp(event->place.text, site->name[i].text) == 0)
                        return true;
        return false;
}

static int join_event(Arena *arena, CatalogSite **sites, size_t n_sites, CatalogEvent *event)
{
        size_t n = 0;
        for (size_t i = 0; i < n_sites; i++)
                n += is_at(sites[i], event);
        if (n == 0 || event->is_busy)
                return 0;
        event->sites = arena_allocate(arena, n * sizeof(*event->sites));
        if (!event->sites)
                return -ENOMEM;
        for (size_t i = 0; i < n_sites; i++)
                if (is_at(sites[i], event)) {
                        event->sites[event->n_sites++] = sites[i];
                        sites[i]->n_events++;
                }
        return 0;
}

/* Counts the events of each site, then allocates and fills the sites' lists. */
int catalog_sites_join(
                Arena *arena, CatalogSite **sites, size_t n_sites, CatalogEvent **events, size_t n_events)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < n_events; i++)
                r = join_event(arena, sites, n_sites, events[i]);
        for (size_t i = 0; r == 0 && i < n_sites; i++) {
                sites[i]->events =
                                arena_allocate(arena, (sites[i]->n_events + 1) * sizeof(*sites[i]->events));
                sites[i]->n_events = 0;
                r = sites[i]->events ? 0 : -ENOMEM;
        }
        for (size_t i = 0; r == 0 && i < n_events; i++)
                for (size_t k = 0; k < events[i]->n_sites; k++) {
                        CatalogSite *site = (CatalogSite *)events[i]->sites[k];
                        site->events[site->n_events++] = events[i];
                }
        return r;
}
