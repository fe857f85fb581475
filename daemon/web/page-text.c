/* Writes parts of pages: titles, paragraphs, links, names of zones. */

#include "web/page.h"

#include "base/text.h"
#include "base/typeset.h"
#include "catalog/text.h"
#include "web/rich-text.h"

#include <string.h>

enum { TITLE_BYTES = 4096 };

const char *page_title(const PageView *view)
{
        const char *title = config_text(&view->config->feed.title, view->tag);
        return *title ? title : view->strings->calendar_title;
}

const char *page_kind_title(const PageView *view, const char *kind)
{
        const ConfigKind *known = config_kind(view->config, kind);
        const char *title = known ? config_text(&known->title, view->tag) : "";
        return *title ? title : kind;
}

const char *page_kind_one(const PageView *view, const char *kind)
{
        const ConfigKind *known = config_kind(view->config, kind);
        const char *title = known ? config_kind_one(known, view->tag) : "";
        return *title ? title : kind;
}

void page_write_about_kind(Buffer *out, const PageView *view, const char *kind)
{
        const ConfigKind *known = config_kind(view->config, kind);
        const char *about = known ? config_kind_about(known, view->tag) : NULL;
        CLEANUP(buffer_done) Buffer title = BUFFER_INIT(TITLE_BYTES);
        if (about) {
                buffer_puts(out, about);
                return;
        }
        typeset(&title, view->tag, page_kind_title(view, kind), 1);
        text_message(out, view->tag, view->strings->about_kind,
                        TEXT_ARGUMENTS({ "kind", buffer_text(&title), 0 }));
}

void page_write_lang(Buffer *out, const PageView *view, const char *language)
{
        if (*language && strcmp(language, view->tag) != 0)
                buffer_printf(out, " lang=\"%s\"", language);
}

void page_write_text(Buffer *out, const PageView *view, const char *text)
{
        const char *language = catalog_text_script(text);
        bool is_foreign = *language && strcmp(language, view->tag) != 0;
        if (is_foreign)
                buffer_printf(out, "<span lang=\"%s\">", language);
        rich_text_plain(out, language, text);
        if (is_foreign)
                buffer_puts(out, "</span>");
}

void page_write_option(Buffer *out, const PageView *view, const char *value, bool is_chosen,
                const char *language, const char *label)
{
        const char *known = language ? language : catalog_text_script(label);
        buffer_puts(out, "<option value=\"");
        html_escape(out, value);
        buffer_putc(out, '"');
        page_write_lang(out, view, known);
        buffer_puts(out, is_chosen ? " selected>" : ">");
        rich_text_plain(out, known, label);
        buffer_puts(out, "</option>\n");
}

void page_write_notice(Buffer *out, const char *notice)
{
        if (!notice)
                return;
        buffer_puts(out, "<p class=\"notice\" role=\"status\"><strong>");
        html_escape(out, notice);
        buffer_puts(out, "</strong></p>\n");
}

void page_write_anchor(Buffer *out, const char *uid)
{
        static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
        buffer_puts(out, "at-");
        while (*uid) {
                size_t len = strspn(uid, plain);
                buffer_append(out, uid, len);
                uid += len;
                if (*uid)
                        buffer_printf(out, "_%02X", (unsigned char)*uid++);
        }
}

void page_write_event_path(Buffer *out, const char *uid)
{
        buffer_puts(out, "/event/");
        url_escape(out, uid);
}

void page_write_site_path(Buffer *out, const char *uid)
{
        buffer_puts(out, "/site/");
        url_escape(out, uid);
}

bool page_link_is_safe(const char *url)
{
        bool is_web = strncasecmp(url, "https://", 8) == 0 || strncasecmp(url, "http://", 7) == 0;
        for (const char *c = url; *c; c++)
                if ((unsigned char)*c <= ' ' || *c == 0x7f || strchr("\"<>\\^`{|}", *c))
                        return false;
        return is_web;
}

void page_write_zone(Buffer *out, const PageView *view, const Zone *zone, usec_t at)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(1024);
        int seconds = zone_offset_at(zone, at / USEC_PER_SEC).seconds;
        text_dates_zone_at(view->dates, &name, zone_name(zone), seconds);
        html_escape(out, buffer_text(&name));
}
