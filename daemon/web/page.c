#include "web/page.h"

#include "http/reply.h"
#include "web/rich-text.h"

#include <string.h>

enum { ERROR_PAGE_BYTES = 128 * 1024 };

static const struct Section {
        PageSection section;
        const char *path;
        WebWord title;
} SECTIONS[] = {
        { PAGE_LIST, "/", WEB_WORD(section_list) },
        { PAGE_MONTH, "/month", WEB_WORD(section_month) },
        { PAGE_SITES, "/sites", WEB_WORD(section_sites) },
        { PAGE_SUBSCRIBE, "/subscribe", WEB_WORD(section_subscribe) },
};

const char *const page_zones[] = {
        "Europe/Kaliningrad",
        "Europe/Moscow",
        "Europe/Samara",
        "Asia/Yekaterinburg",
        "Asia/Omsk",
        "Asia/Krasnoyarsk",
        "Asia/Irkutsk",
        "Asia/Yakutsk",
        "Asia/Vladivostok",
        "Asia/Magadan",
        "Asia/Kamchatka",
        "Europe/Minsk",
        "Asia/Almaty",
        "Asia/Tashkent",
        "Asia/Shanghai",
        "Asia/Dubai",
        "Europe/Istanbul",
        "Europe/Berlin",
        "Europe/London",
        "America/New_York",
        "UTC",
};

const size_t page_n_zones = sizeof(page_zones) / sizeof(*page_zones);

static void write_attribute(Buffer *out, const char *name, const char *value)
{
        buffer_printf(out, " %s=\"", name);
        html_escape(out, value);
        buffer_putc(out, '"');
}

/* Writes a relative link to the page itself, with another value in its query. */
static void write_choice(Buffer *out, const PageHead *head, const char *name, const char *value)
{
        buffer_puts(out, "?");
        for (const PageField *field = head->fields; field && field->name; field++) {
                buffer_printf(out, "%s=", field->name);
                url_escape(out, field->value);
                buffer_puts(out, "&amp;");
        }
        buffer_printf(out, "%s=%s", name, value);
}

static void write_canonical(Buffer *out, const PageView *view, const PageHead *head)
{
        const char *base = view->config->http.base_url;
        if (!head->path)
                return;
        buffer_puts(out, "<link rel=\"canonical\" href=\"");
        html_escape(out, base);
        buffer_printf(out, "%s\">\n", head->path);
        for (Language i = 0; i < LANGUAGES_N; i++) {
                buffer_printf(out, "<link rel=\"alternate\" hreflang=\"%s\" href=\"", language_tag(i));
                html_escape(out, base);
                buffer_printf(out, "%s?lang=%s\">\n", head->path, language_tag(i));
        }
}

static void write_head(Buffer *out, const PageView *view, const PageHead *head)
{
        bool is_front = strcmp(head->title, page_title(view)) == 0;
        buffer_printf(out,
                        "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
                        view->tag);
        rich_text_plain(out, view->tag, head->title);
        if (!is_front) {
                buffer_puts(out, " · ");
                html_escape(out, page_title(view));
        }
        buffer_puts(out, "</title>\n");
        if (head->description) {
                buffer_puts(out, "<meta name=\"description\"");
                write_attribute(out, "content", head->description);
                buffer_puts(out, ">\n");
        }
        if (head->noindex)
                buffer_puts(out, "<meta name=\"robots\" content=\"noindex\">\n");
        buffer_printf(out, "<link rel=\"stylesheet\" href=\"%s\">\n", style_path(view->style));
        buffer_puts(out, "<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n");
        buffer_puts(out, "<link rel=\"alternate\" href=\"/events.atom\" type=\"application/atom+xml\">\n");
        write_canonical(out, view, head);
        buffer_puts(out, head->markup ? head->markup : "");
        if (head->is_embedded)
                buffer_puts(out, "<base target=\"_blank\">\n");
        buffer_puts(out, "</head>\n");
}

static void write_navigation(Buffer *out, const PageView *view, const PageHead *head)
{
        buffer_printf(out, "<nav class=\"sections\" aria-label=\"%s\"><ul>\n", view->strings->sections);
        for (size_t i = 0; i < sizeof(SECTIONS) / sizeof(*SECTIONS); i++) {
                const struct Section *section = &SECTIONS[i];
                bool is_current = section->section == head->section;
                buffer_printf(out, "<li><a href=\"%s\"%s>%s</a></li>\n", section->path,
                                is_current ? " aria-current=\"page\"" : "",
                                web_word(view->strings, section->title));
        }
        buffer_puts(out, "</ul></nav>\n");
}

static void write_language_switch(Buffer *out, const PageView *view, const PageHead *head)
{
        buffer_printf(out, "<nav class=\"language\" aria-label=\"%s\"><ul>\n", view->strings->language);
        for (int i = 0; i < LANGUAGES_N; i++) {
                Language language = page_view_language(view, i);
                const char *tag = language_tag(language);
                buffer_puts(out, "<li><a href=\"");
                write_choice(out, head, "lang", tag);
                buffer_printf(out, "\" lang=\"%s\" hreflang=\"%s\" title=\"%s\"%s>%s</a></li>\n", tag, tag,
                                web_strings(language)->name,
                                language == view->language ? " aria-current=\"true\"" : "",
                                web_strings(language)->short_name);
        }
        buffer_puts(out, "</ul></nav>\n");
}

static void write_zone_option(Buffer *out, const PageView *view, const Zone *zone)
{
        buffer_puts(out, "<option");
        write_attribute(out, "value", zone_name(zone));
        buffer_puts(out, zone == view->zone ? " selected>" : ">");
        page_write_zone(out, view, zone, view->now);
        buffer_puts(out, "</option>\n");
}

static void write_zone_options(Buffer *out, const PageView *view)
{
        const Zone *configured = view->config->time_zone;
        bool has_chosen = !view->zone, has_configured = false;
        buffer_printf(out, "<option value=\"\">%s</option>\n", view->strings->zone_of_event);
        for (size_t i = 0; i < page_n_zones; i++) {
                const Zone *zone;
                if (zone_table_get(view->zones, page_zones[i], &zone) != 0)
                        continue;
                has_chosen |= zone == view->zone;
                has_configured |= zone == configured;
                write_zone_option(out, view, zone);
        }
        if (!has_configured)
                write_zone_option(out, view, configured);
        if (!has_chosen && view->zone != configured)
                write_zone_option(out, view, view->zone);
}

static void write_zone_choice(Buffer *out, const PageView *view, const PageHead *head)
{
        buffer_printf(out,
                        "<form class=\"zone\" method=\"get\">\n<label for=\"zone\">%s</label>\n"
                        "<select id=\"zone\" name=\"zone\">\n",
                        view->strings->show_times);
        write_zone_options(out, view);
        buffer_puts(out, "</select>\n");
        for (const PageField *field = head->fields; field && field->name; field++) {
                buffer_printf(out, "<input type=\"hidden\" name=\"%s\"", field->name);
                write_attribute(out, "value", field->value);
                buffer_puts(out, ">\n");
        }
        buffer_printf(out, "<button>%s</button>\n</form>\n", view->strings->choose);
}

static void write_top(Buffer *out, const PageView *view, const PageHead *head)
{
        buffer_printf(out,
                        "<a class=\"skip\" href=\"#main\">%s</a>\n<header class=\"top\">\n"
                        "<div class=\"wrap\">\n<a class=\"brand\" href=\"/\">",
                        view->strings->skip);
        page_write_text(out, view, page_title(view));
        buffer_puts(out, "</a>\n");
        write_navigation(out, view, head);
        write_language_switch(out, view, head);
        buffer_puts(out, "</div>\n</header>\n");
}

void page_begin(Buffer *out, const PageView *view, const PageHead *head)
{
        const char *heading = head->heading ? head->heading : head->title;
        write_head(out, view, head);
        buffer_puts(out, head->is_embedded ? "<body class=\"embedded\">\n" : "<body>\n");
        if (!head->is_embedded)
                write_top(out, view, head);
        buffer_puts(out, "<main id=\"main\" class=\"wrap\">\n");
        if (*heading) {
                buffer_puts(out, "<h1>");
                html_escape(out, heading);
                buffer_puts(out, "</h1>\n");
        }
}

/* Writes one text about the publisher as a paragraph. */
static void write_line(Buffer *out, const PageView *view, const char *text)
{
        if (!*text)
                return;
        buffer_puts(out, "<p>");
        page_write_text(out, view, text);
        buffer_puts(out, "</p>\n");
}

static void write_link(Buffer *out, const char *scheme, const char *target, const char *text)
{
        if (!*target)
                return;
        buffer_printf(out, "<p><a href=\"%s", scheme);
        html_escape(out, target);
        buffer_puts(out, "\">");
        html_escape(out, text);
        buffer_puts(out, "</a></p>\n");
}

/* Writes who publishes the calendar, if the configuration says so. */
static void write_publisher(Buffer *out, const PageView *view)
{
        const Config *config = view->config;
        size_t before = out->len;
        buffer_puts(out, "<address class=\"publisher\">\n");
        size_t begin = out->len;
        write_line(out, view, config_text(&config->site.publisher, view->tag));
        write_line(out, view, config_text(&config->site.address, view->tag));
        write_link(out, "mailto:", config->site.mail, config->site.mail);
        write_link(out, "", config->site.privacy, view->strings->privacy);
        if (out->len == begin)
                buffer_remove(out, before, out->len - before);
        else
                buffer_puts(out, "</address>\n");
}

void page_end(Buffer *out, const PageView *view, const PageHead *head)
{
        buffer_puts(out, "</main>\n");
        if (!head->is_embedded) {
                buffer_puts(out, "<footer class=\"bottom\">\n<div class=\"wrap\">\n");
                write_zone_choice(out, view, head);
                buffer_printf(out, "<p><a href=\"/subscribe\">%s</a></p>\n", view->strings->add_events);
                write_publisher(out, view);
                buffer_puts(out, "</div>\n</footer>\n");
        }
        buffer_puts(out, "</body>\n</html>\n");
}

int page_reply(HttpRequest *request, int status, const Buffer *page)
{
        int r = buffer_error(page);
        return r < 0 ? r
                     : http_reply_page(request, status, "text/html; charset=utf-8", page->data, page->len);
}

static const char *error_title(const PageView *view, int status)
{
        if (status == 404)
                return view->strings->error_not_found;
        return view->strings->error_other;
}

int page_reply_error(HttpRequest *request, const PageBase *base, int status, const char *text)
{
        CLEANUP(page_view_done) PageView view = { 0 };
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(ERROR_PAGE_BYTES);
        const char *accept = http_request_header(request, "Accept");
        if (!accept || !strstr(accept, "text/html"))
                return http_reply_error(request, status, text);
        int r = page_view_init(&view, base, request);
        if (r < 0)
                return r;
        PageHead head = { .title = error_title(&view, status), .noindex = true };
        page_begin(&page, &view, &head);
        if (text) {
                buffer_puts(&page, "<p>");
                html_escape(&page, text);
                buffer_puts(&page, "</p>\n");
        }
        buffer_printf(&page, "<p><a class=\"button\" href=\"/\">%s</a></p>\n", view.strings->error_back);
        page_end(&page, &view, &head);
        return page_reply(request, status, &page);
}
