#include "web/site-page.h"

#include "web/entry.h"
#include "web/event-links.h"
#include "web/site.h"
#include "web/sites-page.h"

#include <string.h>

enum { KEY_BYTES = 2048, PATH_BYTES = 4096 };

static const CatalogSite *find_site(const Catalog *catalog, const char *uid)
{
        const CatalogSite *site;
        for (size_t i = 0; (site = catalog_site(catalog, i)); i++)
                if (strcmp(site->uid, uid) == 0)
                        return site;
        return NULL;
}

/* Finds the next instance of an event, or, if all are over, its first one. */
static int find_instance(
                const PageJob *job, const CatalogEvent *event, CatalogInstance *ret, bool *ret_is_over)
{
        bool has_next = false;
        usec_t now = job->view->now, from = event->start_usec > now ? event->start_usec : now;
        int r = catalog_instance_from(job->catalog, event, from, ret, &has_next);
        *ret_is_over = event->is_series ? !has_next : !event->is_draft && event->end_usec <= now;
        return r;
}

/*
 * Writes the events that are over, the latest first, or those that are not over, the earliest first. @n:
 * grows by their number.
 */
static int write_events(Buffer *out, const PageJob *job, const CatalogSite *site, bool is_over, size_t *n)
{
        const WebStrings *strings = job->view->strings;
        size_t written = 0;
        for (size_t i = 0; i < site->n_events; i++) {
                CatalogInstance instance;
                bool is_event_over;
                int r = find_instance(job, site->events[is_over ? site->n_events - 1 - i : i], &instance,
                                &is_event_over);
                if (r < 0)
                        return r;
                if (is_event_over != is_over)
                        continue;
                if (written++ == 0)
                        buffer_printf(out, "<h2>%s</h2>\n<ul class=\"events\">\n",
                                        is_over ? strings->site_past : strings->upcoming_events);
                entry_write_part(out, job->view, &instance);
        }
        if (written > 0)
                buffer_puts(out, "</ul>\n");
        *n += written;
        return 0;
}

static int write_content(Buffer *out, const PageJob *job, const CatalogSite *site)
{
        const PageView *view = job->view;
        size_t n = 0;
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
        int r = write_events(out, job, site, false, &n);
        if (r == 0)
                r = write_events(out, job, site, true, &n);
        if (n == 0)
                buffer_printf(out, "<p class=\"nothing\">%s</p>\n", view->strings->site_nothing);
        buffer_printf(out, "<p class=\"noprint\"><a href=\"/sites\">%s</a></p>\n", view->strings->site_all);
        return r;
}

static int write_page(const PageJob *job, const void *uid, Buffer *out)
{
        const CatalogSite *site = find_site(job->catalog, uid);
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        if (!site)
                return PAGE_E_NOT_FOUND;
        page_write_site_path(&path, uid);
        PageHead head = {
                .title = entry_title(job->view, site->name),
                .heading = "",
                .path = buffer_text(&path),
                .section = PAGE_SITES,
        };
        page_begin(out, job->view, &head);
        int r = write_content(out, job, site);
        page_end(out, job->view, &head);
        return r;
}

int site_page_on_site(HttpRequest *request, const char *uid, void *userdata)
{
        CLEANUP(buffer_done) Buffer key = BUFFER_INIT(KEY_BYTES);
        buffer_printf(&key, "/site/|%s", uid);
        PageAsked asked = { .key = buffer_text(&key), .write = write_page, .userdata = uid };
        return site_reply_page(userdata, request, &asked);
}
