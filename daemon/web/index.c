#include "web/index.h"

#include "web/html.h"
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

static const char *or_default(const char *text, const char *fallback)
{
        return *text ? text : fallback;
}

static void write_page(Buffer *out, const Config *config, const char *language)
{
        const struct IndexText *text = strcmp(language, "ru") == 0 ? &TEXT_RU : &TEXT_EN;
        html_begin(out, language, or_default(config_text(&config->feed.title, language), text->title),
                        HTML_PUBLIC);
        buffer_puts(out, "<p>");
        html_escape(out, or_default(config_text(&config->feed.description, language), text->intro));
        buffer_puts(out, "</p>\n<ul>\n");
        write_feed(out, text, config->http.base_url, text->all, "all");
        for (size_t i = 0; i < config->n_kinds; i++) {
                const ConfigKind *kind = &config->kinds[i];
                write_feed(out, text, config->http.base_url,
                                or_default(config_text(&kind->title, language), kind->name), kind->name);
        }
        buffer_puts(out, "</ul>\n");
        html_end(out);
}

int index_on_page(HttpRequest *request, const char *rest, void *userdata)
{
        CLEANUP(config_unrefp) Config *config = site_config(userdata);
        (void)rest;
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_BYTES);
        write_page(&page, config, http_request_language(request, config->language));
        int r = buffer_error(&page);
        if (r == 0)
                r = http_reply_page(request, 200, "text/html; charset=utf-8", page.data, page.len);
        buffer_done(&page);
        return r;
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

int index_on_style(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest, (void)userdata;
        return reply_fixed(request, "text/css; charset=utf-8", HTML_STYLE);
}
