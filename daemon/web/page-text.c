/* Writes parts of pages: titles, paragraphs, links, names of zones. */

#include "web/page.h"

#include <string.h>

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

static void escape_line(Buffer *out, const char *text, size_t len)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(len + 1);
        buffer_append(&line, text, len);
        html_escape(out, buffer_text(&line));
}

void page_escape_lines(Buffer *out, const char *text)
{
        while (*text) {
                size_t len = strcspn(text, "\n");
                if (strspn(text, " \t\r") < len) {
                        buffer_puts(out, "<p>");
                        escape_line(out, text, len);
                        buffer_puts(out, "</p>\n");
                }
                text += len + (text[len] == '\n');
        }
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
