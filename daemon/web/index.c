#include "web/index.h"

#include "web/page.h"
#include "web/site-internal.h"

#include <string.h>

enum { PAGE_BYTES = 256 * 1024 };

/* Feeds are open to all, private ones too: the fetchers of calendar services obey this file, and they have the address from their user. */
static const char ROBOTS[] = "User-agent: *\nDisallow: /mail/\nAllow: /\n";

static const struct IndexText {
        const char *title, *intro, *all, *subscribe, *file;
} TEXT_RU = { "Календари", "Добавьте календарь в свою программу: новое и перенесённое появится в ней само.",
        "Все события", "Подписаться", "файл" },
  TEXT_EN = { "Calendars",
          "Add a calendar to your program: what is new or moved will show up there by itself.", "All events",
          "Subscribe", "file" };

/* `webcal:` opens the calendar program; it is the same address under another name. */
static void write_feed(Buffer *out, const struct IndexText *text, const char *base_url, const char *title,
                const char *name)
{
        const char *host = strstr(base_url, "://");
        buffer_puts(out, "<li><strong>");
        html_escape(out, title);
        buffer_puts(out, "</strong><br><a href=\"webcal");
        html_escape(out, host ? host : base_url);
        buffer_printf(out, "/%s.ics\">%s</a> · <a href=\"/%s.ics\">%s</a><br><code>", name, text->subscribe,
                        name, text->file);
        html_escape(out, base_url);
        buffer_printf(out, "/%s.ics</code></li>\n", name);
}

/* A leaf of a calendar. */
static const char ICON[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">"
                           "<rect x=\"3\" y=\"5\" width=\"26\" height=\"24\" rx=\"5\" fill=\"#1f5fbf\"/>"
                           "<rect x=\"6\" y=\"12\" width=\"20\" height=\"14\" rx=\"2\" fill=\"#fff\"/>"
                           "<rect x=\"9\" y=\"2\" width=\"3\" height=\"6\" rx=\"1.5\" fill=\"#123a75\"/>"
                           "<rect x=\"20\" y=\"2\" width=\"3\" height=\"6\" rx=\"1.5\" fill=\"#123a75\"/>"
                           "<circle cx=\"20.5\" cy=\"20.5\" r=\"3\" fill=\"#e0662b\"/></svg>\n";

static const char *or_default(const char *text, const char *fallback)
{
        return *text ? text : fallback;
}

static void write_feeds(Buffer *out, const PageView *view, const struct IndexText *text)
{
        const Config *config = view->config;
        buffer_puts(out, "<p>");
        html_escape(out, or_default(config_text(&config->feed.description, view->language), text->intro));
        buffer_puts(out, "</p>\n<ul>\n");
        write_feed(out, text, config->http.base_url, text->all, "all");
        for (size_t i = 0; i < config->n_kinds; i++)
                write_feed(out, text, config->http.base_url, page_kind_title(view, config->kinds[i].name),
                                config->kinds[i].name);
        buffer_puts(out, "</ul>\n");
}

int index_on_page(HttpRequest *request, const char *rest, void *userdata)
{
        CLEANUP(page_view_done) PageView view = { 0 };
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_BYTES);
        (void)rest;
        int r = page_view_init(&view, userdata, request);
        if (r < 0)
                return r;
        const struct IndexText *text = strcmp(view.language, "ru") == 0 ? &TEXT_RU : &TEXT_EN;
        PageHead head = { .title = text->title, .path = "/subscribe", .section = PAGE_SUBSCRIBE };
        page_begin(&page, &view, &head);
        write_feeds(&page, &view, text);
        page_end(&page, &view, &head);
        return page_reply(request, 200, &page);
}

static int reply_fixed(HttpRequest *request, const char *content_type, const char *text)
{
        CLEANUP(http_entity_unrefp) HttpEntity *entity = NULL;
        HttpEntityOptions options = {
                .content_type = content_type,
                .bytes = text,
                .len = strlen(text),
                .cache_control = "public, max-age=86400",
        };
        int r = http_entity_new(&options, &entity);
        return r < 0 ? r : http_reply_entity(request, entity);
}

int index_on_robots(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest, (void)userdata;
        return reply_fixed(request, "text/plain; charset=utf-8", ROBOTS);
}

int index_on_icon(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest, (void)userdata;
        return reply_fixed(request, "image/svg+xml", ICON);
}

/* A page that is older than the style finds no style at the old address: better the new one than none. */
int index_on_style(HttpRequest *request, const char *rest, void *userdata)
{
        CLEANUP(config_unrefp) Config *config = NULL;
        CLEANUP(style_unrefp) Style *style = NULL;
        site_style(userdata, &config, &style);
        if (strcmp(rest, style_path(style) + strlen(STYLE_PREFIX)) != 0)
                return http_reply_redirect(request, 302, style_path(style));
        return http_reply_entity(request, style_entity(style));
}
