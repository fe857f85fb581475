#include "web/meet-list.h"

#include "meet/offers.h"
#include "web/meet-host.h"
#include "web/meet-times.h"
#include "web/site.h"

#include <string.h>

enum {
        LIST_PAGE_BYTES = 4 * 1024 * 1024,
        TIMES_SHOWN = 3,
        OFFERS_WITH_TIMES = 20, /* each reads all events of the next months to find its busy times */
};

typedef struct MeetList {
        PageView view;
        Store *store;
        size_t n_offers;
} MeetList;

static void meet_list_done(MeetList *list)
{
        store_close(list->store);
        page_view_done(&list->view);
}

static void write_link(Buffer *out, const MeetHost *host, const MeetOffer *offer, const char *text)
{
        buffer_puts(out, "<a href=\"");
        meet_host_write_path(out, host->uid);
        buffer_puts(out, "?offer=");
        url_escape(out, offer->uid);
        buffer_puts(out, "\">");
        html_escape(out, text);
        buffer_puts(out, "</a>");
}

static void write_times(Buffer *out, const MeetTimes *times)
{
        const Zone *host = times->offer.offer.zone;
        if (times->list.n == 0) {
                buffer_printf(out, "<p class=\"note\">%s</p>\n", times->view->strings->meet_none);
                return;
        }
        buffer_printf(out, "<p class=\"note\">%s</p>\n<ul class=\"next\">\n",
                        times->view->strings->meet_next);
        usec_t last = 0;
        for (size_t i = 0, n = 0; i < times->list.n && n < TIMES_SHOWN; i++) {
                const Slot *slot = &times->list.items[i];
                const BookingTime time = { .start = slot->start, .end = slot->end };
                if (slot->start == last)
                        continue;
                last = slot->start;
                n++;
                buffer_puts(out, "<li>");
                meet_times_write_span(out, times->view, times->zone, host, &time);
                buffer_puts(out, "</li>\n");
        }
        buffer_puts(out, "</ul>\n");
}

static int write_next(Buffer *out, const MeetList *list, const MeetOffer *offer)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(meet_times_done) MeetTimes times = { 0 };
        const MeetWish wish = { .view = &list->view, .zone = list->view.zone };
        int r = object_find(list->store, offer->uid, &record);
        if (r == 0)
                r = meet_times_load(list->store, record, &wish, &times);
        if (r == 0)
                write_times(out, &times);
        return r == STORE_E_NOT_FOUND || r == OFFER_E_NONE || r == EVENT_E_INVALID ? 0 : r;
}

typedef struct ListWriter {
        Buffer *out;
        MeetList *list;
        size_t n_hosts;
} ListWriter;

static int on_host(const MeetHost *host, void *userdata)
{
        ListWriter *writer = userdata;
        const WebStrings *strings = writer->list->view.strings;
        Buffer *out = writer->out;
        int r = 0;
        writer->n_hosts++;
        buffer_puts(out, "<li class=\"card\">\n<h2>");
        html_escape(out, host->name);
        buffer_puts(out, "</h2>\n");
        for (size_t i = 0; r == 0 && i < host->n_offers; i++) {
                const MeetOffer *offer = &host->offers[i];
                buffer_puts(out, "<p>");
                write_link(out, host, offer, *offer->title ? offer->title : strings->meet_untitled);
                buffer_puts(out, "</p>\n");
                if (writer->list->n_offers++ < OFFERS_WITH_TIMES)
                        r = write_next(out, writer->list, offer);
        }
        buffer_puts(out, "</li>\n");
        return r;
}

static int write_page(Buffer *out, MeetList *list, const char *event)
{
        const PageView *view = &list->view;
        ListWriter writer = { out, list, 0 };
        const PageField fields[] = { { "event", event }, { NULL, NULL } };
        PageHead head = {
                .title = view->strings->meet_title,
                .path = event ? NULL : "/meet",
                .noindex = event,
                .fields = event ? fields : NULL,
        };
        page_begin(out, view, &head);
        size_t before = out->len;
        buffer_puts(out, "<ul class=\"cards hosts\">\n");
        int r = meet_hosts_each(list->store, view->config, event, on_host, &writer);
        buffer_puts(out, "</ul>\n");
        if (writer.n_hosts == 0) {
                buffer_remove(out, before, out->len - before);
                buffer_printf(out, "<p class=\"nothing\">%s</p>\n", view->strings->meet_nobody);
        }
        page_end(out, view, &head);
        return r;
}

int meet_list_on_page(HttpRequest *request, const char *rest, void *userdata)
{
        CLEANUP(meet_list_done) MeetList list = { 0 };
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(LIST_PAGE_BYTES);
        (void)rest;
        int r = http_request_defer(request, HTTP_WORK_LONG, 0);
        if (r == 0)
                r = site_page_view(userdata, request, &list.view);
        if (r != 0)
                return r;
        if (!meet_is_open(list.view.config))
                return site_reply_error(userdata, request, 404, NULL);
        r = site_open_store(userdata, STORE_READ_ONLY, &list.store);
        if (r != 0)
                return site_reply_failure(userdata, request, NULL, r);
        r = write_page(&page, &list, http_request_query(request, "event"));
        return r != 0 ? site_reply_failure(userdata, request, list.store, r)
                      : page_reply(request, 200, &page);
}

/* ---- On the page of an event ---- */

typedef struct EventWriter {
        Buffer *out;
        const PageView *view;
        size_t n;
} EventWriter;

static int on_event_host(const MeetHost *host, void *userdata)
{
        EventWriter *writer = userdata;
        if (writer->n++ == 0)
                buffer_printf(writer->out, "<div class=\"noprint\">\n<h2>%s</h2>\n<ul class=\"links\">\n",
                                writer->view->strings->meet_title);
        buffer_puts(writer->out, "<li>");
        write_link(writer->out, host, &host->offers[0], host->name);
        buffer_puts(writer->out, "</li>\n");
        return 0;
}

int meet_list_write_event(Buffer *out, const PageJob *job, const char *event)
{
        EventWriter writer = { out, job->view, 0 };
        if (!meet_is_open(job->view->config))
                return 0;
        int r = meet_hosts_each(job->store, job->view->config, event, on_event_host, &writer);
        if (writer.n == 0)
                return r;
        buffer_puts(out, "</ul>\n<p><a href=\"/meet?event=");
        url_escape(out, event);
        buffer_printf(out, "\">%s</a></p>\n</div>\n", job->view->strings->meet_all_times);
        return r;
}
