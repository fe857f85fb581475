#include "web/sites-page.h"

#include "catalog/site-events.h"
#include "web/entry.h"
#include "web/event-links.h"
#include "web/site.h"

#include <string.h>

enum { SITES_EVENTS = 20 }; /* of one site; a link leads to the others */

/*
 * Whether a note is shown. Notes in the reader's language and notes without a language are shown; if none
 * is in the reader's language, all are.
 */
static bool fits(const PageView *view, const CatalogSite *site, const CatalogText *note)
{
        bool has_fitting = false;
        for (size_t i = 0; i < site->n_notes; i++)
                has_fitting |= strcmp(site->notes[i].language, view->tag) == 0;
        return !has_fitting || !*note->language || strcmp(note->language, view->tag) == 0;
}

void sites_page_write_notes(Buffer *out, const PageView *view, const CatalogSite *site)
{
        for (size_t i = 0; i < site->n_notes; i++) {
                if (!fits(view, site, &site->notes[i]))
                        continue;
                buffer_puts(out, "<p class=\"note\">");
                entry_write_rich_text(out, view, &site->notes[i]);
                buffer_puts(out, "</p>\n");
        }
}

static void write_event(Buffer *out, const PageView *view, const CatalogEvent *event)
{
        const ConfigKind *kind = entry_kind(view, event);
        buffer_printf(out, "<li%s%s%s><a href=\"", kind ? " class=\"kind-" : "", kind ? kind->name : "",
                        kind ? "\"" : "");
        page_write_event_path(out, event->uid);
        buffer_puts(out, "\">");
        entry_write_title(out, view, event->title);
        buffer_puts(out, "</a><br>\n<span class=\"note\">");
        if (event->is_draft) {
                buffer_puts(out, view->strings->date_unknown);
        } else {
                Span span = span_of_event(view->zone, event);
                entry_write_dates(out, view, &span);
        }
        buffer_puts(out, "</span></li>\n");
}

/* Writes the events that are not over, after the last ones of those that are, as far as there is room. */
static int write_events(Buffer *out, const PageView *view, SiteEvents *events)
{
        CLEANUP(catalog_events_done) CatalogEvents shown = { 0 };
        int r = site_events_around(events, SITES_EVENTS, &shown);
        buffer_puts(out, "<ul class=\"here\">\n");
        for (size_t i = 0; i < shown.n; i++)
                write_event(out, view, shown.list[i]);
        buffer_puts(out, "</ul>\n");
        return r;
}

static int write_site(Buffer *out, const PageJob *job, const CatalogSite *site)
{
        const PageView *view = job->view;
        CLEANUP(site_events_freep) SiteEvents *events = NULL;
        int r = site_events_new(job->catalog, site, view->now, &events);
        if (r < 0)
                return r;
        buffer_puts(out, "<li class=\"card site\" id=\"");
        page_write_anchor(out, site->uid);
        buffer_puts(out, "\">\n<h3><a href=\"");
        page_write_site_path(out, site->uid);
        buffer_puts(out, "\">");
        entry_write_title(out, view, site->name);
        buffer_puts(out, "</a></h3>\n");
        if (site->has_point) {
                buffer_puts(out, "<p class=\"noprint\">");
                event_links_point(out, view, site->latitude, site->longitude, site->is_exact);
                buffer_puts(out, "</p>\n");
        }
        if (site_events_count(events) > 0)
                r = write_events(out, view, events);
        if (r < 0)
                return r;
        if (site_events_count(events) > SITES_EVENTS) {
                buffer_puts(out, "<p><a href=\"");
                page_write_site_path(out, site->uid);
                buffer_printf(out, "\">%s</a></p>\n", view->strings->all_of_list);
        }
        sites_page_write_notes(out, view, site);
        buffer_puts(out, "</li>\n");
        return 0;
}

static void begin_town(Buffer *out, const PageView *view, const CatalogSite *site, bool is_first)
{
        buffer_puts(out, is_first ? "<h2>" : "</ul>\n<h2>");
        if (*site->town.text)
                entry_write_text(out, view, &site->town);
        else
                buffer_puts(out, view->strings->town_unknown);
        buffer_puts(out, "</h2>\n<ul class=\"cards\">\n");
}

/* Writes all sites. Sites without a town are first in the catalog but last on the page. */
static int write_sites(Buffer *out, const PageJob *job)
{
        int r = 0;
        const CatalogSite *site, *last = NULL;
        for (int round = 0; round < 2; round++)
                for (size_t i = 0; r == 0 && (site = catalog_site(job->catalog, i)); i++) {
                        if ((*site->town.text == '\0') != (round == 1))
                                continue;
                        if (!last || strcmp(last->town.text, site->town.text) != 0)
                                begin_town(out, job->view, site, !last);
                        r = write_site(out, job, site);
                        last = site;
                }
        if (last)
                buffer_puts(out, "</ul>\n");
        else
                buffer_printf(out, "<p class=\"nothing\">%s</p>\n", job->view->strings->sites_none);
        return r;
}

int sites_page_write(const PageJob *job, const void *userdata, Buffer *out)
{
        (void)userdata;
        PageHead head = {
                .title = job->view->strings->sites,
                .path = "/sites",
                .section = PAGE_SITES,
        };
        page_begin(out, job->view, &head);
        buffer_puts(out, "<div class=\"places\">\n");
        int r = write_sites(out, job);
        buffer_puts(out, "</div>\n");
        page_end(out, job->view, &head);
        return r;
}

int sites_page_on_page(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest;
        PageAsked asked = { .key = "/sites", .write = sites_page_write };
        return site_reply_page(userdata, request, &asked);
}
