#include "web/atom.h"

#include "web/entry.h"
#include "web/page-cache.h"
#include "web/site.h"

enum { ATOM_ENTRIES = 100 };

static void write_element(Buffer *out, const char *name, const char *text)
{
        buffer_printf(out, "<%s>", name);
        html_escape(out, text);
        buffer_printf(out, "</%s>\n", name);
}

static void write_time(Buffer *out, usec_t at)
{
        char text[21];
        time_format_rfc3339(at, text);
        write_element(out, "updated", text);
}

static void write_event_address(Buffer *out, const PageView *view, const CatalogEvent *event)
{
        html_escape(out, view->config->http.base_url);
        page_write_event_path(out, event->uid);
}

static void write_category(Buffer *out, const PageView *view, const ConfigKind *kind)
{
        buffer_puts(out, "<category term=\"");
        html_escape(out, kind->name);
        buffer_puts(out, "\" label=\"");
        html_escape(out, page_kind_one(view, kind->name));
        buffer_puts(out, "\"/>\n");
}

/* Writes a line with the dates, "24–25 июня 2021 г.", and lines with the place and the status, if any. */
static void write_summary(Buffer *out, const PageView *view, const CatalogEvent *event)
{
        Span span = span_of_event(view->zone, event);
        buffer_puts(out, "<summary>");
        if (event->is_draft)
                buffer_puts(out, view->strings->date_unknown);
        else
                entry_write_dates(out, view, &span);
        if (event->is_series)
                buffer_printf(out, ", %s", view->strings->repeats);
        if (*event->place.text) {
                buffer_puts(out, "\n");
                html_escape(out, event->place.text);
        }
        if (event->status == EVENT_CANCELLED)
                buffer_printf(out, "\n%s", view->strings->cancelled);
        if (event->status == EVENT_TENTATIVE)
                buffer_printf(out, "\n%s", view->strings->tentative);
        buffer_puts(out, "</summary>\n");
}

static void write_entry(Buffer *out, const PageView *view, const CatalogEvent *event)
{
        const ConfigKind *kind = entry_kind(view, event);
        buffer_puts(out, "<entry>\n<id>");
        write_event_address(out, view, event);
        buffer_puts(out, "</id>\n");
        write_element(out, "title", entry_title(view, event->title));
        buffer_puts(out, "<link rel=\"alternate\" type=\"text/html\" href=\"");
        write_event_address(out, view, event);
        buffer_puts(out, "\"/>\n");
        write_time(out, event->changed);
        if (kind)
                write_category(out, view, kind);
        write_summary(out, view, event);
        buffer_puts(out, "</entry>\n");
}

static void write_link(
                Buffer *out, const PageView *view, const char *rel, const char *type, const char *path)
{
        buffer_printf(out, "<link rel=\"%s\" type=\"%s\" href=\"", rel, type);
        html_escape(out, view->config->http.base_url);
        buffer_printf(out, "%s\"/>\n", path);
}

/* Writes the head of the feed. Atom requires a time of change, even in an empty feed. */
static void write_head(Buffer *out, const PageView *view, usec_t changed)
{
        buffer_printf(out,
                        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%s\">\n<id>",
                        view->tag);
        html_escape(out, view->config->http.base_url);
        buffer_puts(out, "/events.atom</id>\n");
        write_element(out, "title", page_title(view));
        write_link(out, view, "self", "application/atom+xml", "/events.atom");
        write_link(out, view, "alternate", "text/html", "/");
        write_time(out, changed);
        buffer_puts(out, "<author>\n");
        write_element(out, "name", page_title(view));
        buffer_puts(out, "</author>\n<icon>");
        html_escape(out, view->config->http.base_url);
        buffer_puts(out, "/favicon.svg</icon>\n");
}

static int write_feed(const PageJob *job, const void *userdata, Buffer *out)
{
        const CatalogEvent *event = catalog_newest(job->catalog, 0);
        (void)userdata;
        write_head(out, job->view, event ? event->changed : 0);
        for (size_t i = 0; i < ATOM_ENTRIES && (event = catalog_newest(job->catalog, i)); i++)
                write_entry(out, job->view, event);
        buffer_puts(out, "</feed>\n");
        return 0;
}

int atom_on_feed(HttpRequest *request, const char *rest, void *userdata)
{
        PageAsked asked = {
                .key = "/events.atom",
                .write = write_feed,
                .content_type = "application/atom+xml; charset=utf-8",
        };
        (void)rest;
        return site_reply_page(userdata, request, &asked);
}
