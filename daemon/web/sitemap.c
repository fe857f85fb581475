#include "web/sitemap.h"

#include "http/reply.h"
#include "web/page-cache.h"
#include "web/site.h"

enum { ROBOTS_BYTES = 4096 };

/* The pages that exist whatever the store contains. */
static const char *const PATHS[] = { "/", "/sites", "/subscribe" };

static void write_event(Buffer *out, const PageView *view, const CatalogEvent *event)
{
        char changed[21];
        time_format_rfc3339(event->changed, changed);
        buffer_puts(out, "<url><loc>");
        html_escape(out, view->config->http.base_url);
        page_write_event_path(out, event->uid);
        buffer_printf(out, "</loc><lastmod>%s</lastmod></url>\n", changed);
}

/* Writes the sitemap, without busy events, whose pages are also noindex. */
static int write_sitemap(const PageJob *job, const void *userdata, Buffer *out)
{
        const CatalogEvent *event;
        const CatalogSite *site;
        (void)userdata;
        buffer_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                         "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
        for (size_t i = 0; i < sizeof(PATHS) / sizeof(*PATHS); i++) {
                buffer_puts(out, "<url><loc>");
                html_escape(out, job->view->config->http.base_url);
                buffer_printf(out, "%s</loc></url>\n", PATHS[i]);
        }
        for (size_t i = 0; i < SITEMAP_EVENTS && (event = catalog_newest(job->catalog, i)); i++)
                write_event(out, job->view, event);
        for (size_t i = 0; (site = catalog_site(job->catalog, i)); i++) {
                buffer_puts(out, "<url><loc>");
                html_escape(out, job->view->config->http.base_url);
                page_write_site_path(out, site->uid);
                buffer_puts(out, "</loc></url>\n");
        }
        buffer_puts(out, "</urlset>\n");
        return 0;
}

int sitemap_on_sitemap(HttpRequest *request, const char *rest, void *userdata)
{
        PageAsked asked = {
                .key = "/sitemap.xml",
                .write = write_sitemap,
                .content_type = "application/xml; charset=utf-8",
                .one_for_all = true,
        };
        (void)rest;
        return site_reply_page(userdata, request, &asked);
}

/*
 * Replies with robots.txt. It allows all feeds, even private ones, because calendar services that fetch
 * feeds obey it.
 */
int sitemap_on_robots(HttpRequest *request, const char *rest, void *userdata)
{
        CLEANUP(config_unrefp) Config *config = site_config(userdata);
        CLEANUP(http_entity_unrefp) HttpEntity *entity = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ROBOTS_BYTES);
        (void)rest;
        buffer_printf(&text,
                        "User-agent: *\nDisallow: /mail/\nDisallow: /subscribe/confirm/\nDisallow: /meeting/\nAllow: /\nSitemap: %s/sitemap.xml\n",
                        config->http.base_url);
        HttpEntityOptions options = {
                .content_type = "text/plain; charset=utf-8",
                .bytes = buffer_text(&text),
                .len = text.len,
                .cache_control = "public, max-age=86400",
        };
        int r = buffer_error(&text);
        if (r == 0)
                r = http_entity_new(&options, &entity);
        return r < 0 ? r : http_reply_entity(request, entity);
}
