#include "web/site-page.h"

#include "catalog/site-events.h"
#include "web/entry.h"
#include "web/event-links.h"
#include "web/site.h"
#include "web/sites-page.h"
#include "web/views.h"

enum {
        KEY_BYTES = 2048,
        PATH_BYTES = 4096,
        SITE_PAGE_EVENTS = 200, /* of the list on one page */
};

/* A page of a site. */
typedef struct SitePage {
        const PageJob *job;
        const CatalogSite *site;
        int page; /* of the list of events, from 1 */
        size_t n; /* the events that were listed so far, on the pages before too */
} SitePage;

/*
 * Writes those events of the page that are over, the latest first, or those that are not over, the earliest
 * first.
 */
static int write_events(Buffer *out, SitePage *page, SiteEvents *events, bool is_over)
{
        const PageJob *job = page->job;
        size_t first = (size_t)(page->page - 1) * SITE_PAGE_EVENTS, end = first + SITE_PAGE_EVENTS;
        const WebStrings *strings = job->view->strings;
        const CatalogEvent *event;
        size_t written = 0;
        int r = 0;
        while (r == 0 && page->n < end && (r = site_events_next(events, is_over, &event)) == 0) {
                CatalogInstance instance;
                if (page->n++ < first)
                        continue;
                r = catalog_instance_from(event, job->view->now, &instance, NULL);
                if (r < 0)
                        return r;
                if (written++ == 0)
                        buffer_printf(out, "<h2>%s</h2>\n<ul class=\"events\">\n",
                                        is_over ? strings->site_past : strings->upcoming_events);
                entry_write_part(out, job->view, &instance);
        }
        if (written > 0)
                buffer_puts(out, "</ul>\n");
        return r < 0 ? r : 0;
}

static int write_content(Buffer *out, SitePage *page)
{
        const PageJob *job = page->job;
        const CatalogSite *site = page->site;
        const PageView *view = job->view;
        CLEANUP(site_events_freep) SiteEvents *events = NULL;
        buffer_puts(out, "<h1>");
        entry_write_title(out, view, site->name);
        buffer_puts(out, "</h1>\n<p>");
        if (*site->town.text)
                entry_write_text(out, view, &site->town);
        else
                buffer_puts(out, view->strings->town_unknown);
        buffer_puts(out, "</p>\n");
        if (site->has_point) {
                buffer_puts(out, "<p class=\"noprint\">");
                event_links_point(out, view, site->latitude, site->longitude, site->is_exact);
                buffer_puts(out, "</p>\n");
        }
        sites_page_write_notes(out, view, site);
        int r = site_events_new(job->catalog, site, view->now, &events);
        buffer_puts(out, "<div id=\"events\">\n");
        if (r == 0)
                r = write_events(out, page, events, false);
        if (r == 0)
                r = write_events(out, page, events, true);
        buffer_puts(out, "</div>\n");
        if (r == 0 && page->page > 1 && page->n <= (size_t)(page->page - 1) * SITE_PAGE_EVENTS)
                r = PAGE_E_NOT_FOUND;
        if (r == 0)
                views_write_turns(out, view, page->page, site_events_count(events) > page->n);
        if (page->n == 0)
                buffer_printf(out, "<p class=\"nothing\">%s</p>\n", view->strings->site_nothing);
        buffer_printf(out, "<p class=\"noprint\"><a href=\"/sites\">%s</a></p>\n", view->strings->site_all);
        return r;
}

typedef struct SiteAsked {
        const char *uid;
        int page;
} SiteAsked;

static int write_page(const PageJob *job, const void *userdata, Buffer *out)
{
        const SiteAsked *asked = userdata;
        const CatalogSite *site = catalog_find_site(job->catalog, asked->uid);
        SitePage page = { .job = job, .site = site, .page = asked->page };
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        if (!site)
                return PAGE_E_NOT_FOUND;
        page_write_site_path(&path, asked->uid);
        PageHead head = {
                .title = entry_title(job->view, site->name),
                .heading = "",
                .path = buffer_text(&path),
                .section = PAGE_SITES,
                .noindex = asked->page > 1,
        };
        page_begin(out, job->view, &head);
        int r = write_content(out, &page);
        page_end(out, job->view, &head);
        return r;
}

int site_page_on_site(HttpRequest *request, const char *uid, void *userdata)
{
        CLEANUP(buffer_done) Buffer key = BUFFER_INIT(KEY_BYTES);
        const SiteAsked site = { uid, views_page(request) };
        buffer_printf(&key, "/site/|%d|%s", site.page, uid);
        PageAsked asked = { .key = buffer_text(&key), .write = write_page, .userdata = &site };
        return site_reply_page(userdata, request, &asked);
}
