#include "web/meet-list.h"

#include "meet/offers.h"
#include "web/meet-host.h"
#include "web/meet-times.h"
#include "web/site.h"

enum {
        LIST_PAGE_BYTES = 4 * 1024 * 1024,
        TIMES_SHOWN = 3,
        OFFERS_WITH_TIMES = 20,      /* the others are links only */
        EVENT_OFFERS_WITH_TIMES = 3, /* on the page of an event */
};

#define TIMES_KEPT (60 * USEC_PER_SEC)

typedef struct MeetList {
        PageView view;
        Store *store;
        MeetHosts hosts;
        ObjectRecord *records[OFFERS_WITH_TIMES]; /* of the first offers, in the order of the page */
        OfferSlots slots[OFFERS_WITH_TIMES];
        size_t n; /* offers with times */
        size_t n_written;
} MeetList;

static void meet_list_done(MeetList *list)
{
        for (size_t i = 0; i < list->n; i++) {
                offer_slots_done(&list->slots[i]);
                object_record_free(list->records[i]);
        }
        meet_hosts_done(&list->hosts);
        store_close(list->store);
        page_view_done(&list->view);
}

static void write_link(Buffer *out, const PageView *view, const MeetHost *host, const MeetOffer *offer,
                const char *text)
{
        buffer_puts(out, "<a href=\"");
        meet_host_write_path(out, host->uid);
        buffer_puts(out, "?offer=");
        url_escape(out, offer->uid);
        buffer_puts(out, "\">");
        page_write_text(out, view, text);
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

/* Writes the free times of the next offer of the page, if it is one of the first OFFERS_WITH_TIMES. */
static int write_next(Buffer *out, MeetList *list)
{
        CLEANUP(meet_times_done) MeetTimes times = { 0 };
        const MeetWish wish = { .view = &list->view, .zone = list->view.zone };
        size_t i = list->n_written++;
        if (i >= list->n || !list->slots[i].event)
                return 0;
        times.offer = list->slots[i];
        list->slots[i] = (OfferSlots){ .n_spans = 0 };
        int r = meet_times_find(&wish, &times);
        if (r == 0)
                write_times(out, &times);
        return r;
}

static int write_host(Buffer *out, MeetList *list, const MeetHost *host)
{
        const WebStrings *strings = list->view.strings;
        int r = 0;
        buffer_puts(out, "<li class=\"card\">\n<h2>");
        page_write_text(out, &list->view, host->name);
        buffer_puts(out, "</h2>\n");
        for (size_t i = 0; r == 0 && i < host->n_offers; i++) {
                const MeetOffer *offer = &host->offers[i];
                buffer_puts(out, "<p>");
                write_link(out, &list->view, host, offer,
                                *offer->title ? offer->title : strings->meet_untitled);
                buffer_puts(out, "</p>\n");
                r = write_next(out, list);
        }
        buffer_puts(out, "</li>\n");
        return r;
}

static int read_offers(MeetList *list, const MeetHost *host)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < host->n_offers && list->n < OFFERS_WITH_TIMES; i++) {
                r = object_find(list->store, host->offers[i].uid, &list->records[list->n]);
                list->n += r == 0;
        }
        return r;
}

static int load_list(MeetList *list, const char *event)
{
        const PageView *view = &list->view;
        int r = store_begin_read(list->store);
        if (r == 0)
                r = meet_hosts_load(list->store, view->config, event, &list->hosts);
        for (size_t i = 0; r == 0 && i < list->hosts.n; i++)
                r = read_offers(list, list->hosts.hosts[i]);
        return r != 0 ? r
                      : offer_slots_load_each(list->store, list->records, list->n, view->config->time_zone,
                                        view->now, list->slots);
}

static int write_page(Buffer *out, MeetList *list, const char *event)
{
        const PageView *view = &list->view;
        const PageField fields[] = { { "event", event }, { NULL, NULL } };
        PageHead head = {
                .title = view->strings->meet_title,
                .path = event ? NULL : "/meet",
                .noindex = event,
                .fields = event ? fields : NULL,
        };
        int r = load_list(list, event);
        if (r != 0)
                return r;
        page_begin(out, view, &head);
        if (list->hosts.n > 0)
                buffer_puts(out, "<ul class=\"cards hosts\">\n");
        for (size_t i = 0; r == 0 && i < list->hosts.n; i++)
                r = write_host(out, list, list->hosts.hosts[i]);
        buffer_puts(out, list->hosts.n > 0 ? "</ul>\n" : "");
        if (list->hosts.n == 0)
                buffer_printf(out, "<p class=\"nothing\">%s</p>\n", view->strings->meet_nobody);
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

/* The offers of an event's page whose next times are shown. */
typedef struct EventTimes {
        ObjectRecord *records[EVENT_OFFERS_WITH_TIMES];
        OfferSlots slots[EVENT_OFFERS_WITH_TIMES];
        size_t n;
} EventTimes;

static void event_times_done(EventTimes *times)
{
        for (size_t i = 0; i < times->n; i++) {
                offer_slots_done(&times->slots[i]);
                object_record_free(times->records[i]);
        }
}

/* Reads the first offer of each of the first hosts. */
static int read_event_times(const PageJob *job, const MeetHosts *hosts, EventTimes *times)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < hosts->n && i < EVENT_OFFERS_WITH_TIMES; i++) {
                r = object_find(job->store, hosts->hosts[i]->offers[0].uid, &times->records[i]);
                times->n += r == 0;
        }
        return r != 0 ? r
                      : offer_slots_load_each(job->store, times->records, times->n,
                                        job->view->config->time_zone, job->view->now, times->slots);
}

static int write_event_times(Buffer *out, const PageJob *job, EventTimes *all, size_t i)
{
        CLEANUP(meet_times_done) MeetTimes times = { 0 };
        const MeetWish wish = { .view = job->view, .zone = job->view->zone };
        if (i >= all->n || !all->slots[i].event)
                return 0;
        times.offer = all->slots[i];
        all->slots[i] = (OfferSlots){ .n_spans = 0 };
        int r = meet_times_find(&wish, &times);
        if (r == 0)
                write_times(out, &times);
        return r;
}

int meet_list_write_event(Buffer *out, const PageJob *job, const char *event)
{
        CLEANUP(meet_hosts_done) MeetHosts hosts = { .n = 0 };
        CLEANUP(event_times_done) EventTimes times = { .n = 0 };
        const WebStrings *strings = job->view->strings;
        if (!meet_is_open(job->view->config))
                return 0;
        int r = meet_hosts_load(job->store, job->view->config, event, &hosts);
        if (r == 0 && hosts.n > 0)
                r = read_event_times(job, &hosts, &times);
        if (r != 0 || hosts.n == 0)
                return r;
        /* A booking does not change the page, so it is made again after a while. */
        if (job->until && job->view->now + TIMES_KEPT < *job->until)
                *job->until = job->view->now + TIMES_KEPT;
        buffer_printf(out, "<div class=\"noprint\">\n<h2>%s</h2>\n<ul class=\"links\">\n",
                        strings->meet_title);
        for (size_t i = 0; r == 0 && i < hosts.n; i++) {
                buffer_puts(out, "<li>");
                write_link(out, job->view, hosts.hosts[i], &hosts.hosts[i]->offers[0], hosts.hosts[i]->name);
                r = write_event_times(out, job, &times, i);
                buffer_puts(out, "</li>\n");
        }
        buffer_puts(out, "</ul>\n<p><a href=\"/meet?event=");
        url_escape(out, event);
        buffer_printf(out, "\">%s</a></p>\n</div>\n", strings->meet_all_times);
        return r;
}
