#include "web/atom.h"

#include "web/entry.h"
#include "web/page-cache.h"
#include "web/site.h"

#include <errno.h>
#include <string.h>

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

static int compare_by_change(const void *a, const void *b)
{
        const CatalogEvent *left = *(const CatalogEvent *const *)a, *right = *(const CatalogEvent *const *)b;
        if (left->changed != right->changed)
                return left->changed > right->changed ? -1 : 1;
        return strcmp(left->uid, right->uid);
}

/* Lists the events that were changed last. Busy events are left out, because they have no text. */
static int list_newest(const Catalog *catalog, const CatalogEvent ***ret, size_t *ret_n)
{
        size_t n = 0, count = 0;
        const CatalogEvent *event;
        while (catalog_event(catalog, count))
                count++;
        const CatalogEvent **list = calloc(count + 1, sizeof(*list));
        if (!list)
                return -ENOMEM;
        for (size_t i = 0; (event = catalog_event(catalog, i)); i++)
                if (!event->is_busy)
                        list[n++] = event;
        if (n > 1)
                qsort(list, n, sizeof(*list), compare_by_change);
        *ret = list;
        *ret_n = n < ATOM_ENTRIES ? n : ATOM_ENTRIES;
        return 0;
}

static int write_feed(const PageJob *job, const void *userdata, Buffer *out)
{
        CLEANUP(cleanup_free) const CatalogEvent **list = NULL;
        size_t n = 0;
        (void)userdata;
        int r = list_newest(job->catalog, &list, &n);
        if (r < 0)
                return r;
        write_head(out, job->view, n > 0 ? list[0]->changed : 0);
        for (size_t i = 0; i < n; i++)
                write_entry(out, job->view, list[i]);
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
