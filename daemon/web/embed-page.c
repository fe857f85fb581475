#include "web/embed-page.h"

#include "catalog/timeline.h"
#include "web/entry.h"
#include "web/filter.h"
#include "web/site.h"

#include <string.h>

enum { KEY_BYTES = 512, FRAMES_BYTES = 64 * 1024 };

static bool is_ahead(const PageView *view, const CatalogInstance *instance)
{
        const Zone *zone = view->zone ? view->zone : view->config->time_zone;
        CivilTime now = zone_to_civil(zone, view->now / USEC_PER_SEC);
        Span span = span_of(view->zone, instance);
        return span_last_day(&span) >= civil_days(now.year, now.month, now.day);
}

static int write_events(Buffer *out, const PageJob *job, const Filter *filter)
{
        TimelineOptions options = { TIMELINE_AHEAD, job->view->now / USEC_PER_DAY, filter->kind, NULL };
        CLEANUP(timeline_freep) Timeline *timeline = NULL;
        CatalogInstance instance;
        size_t n = 0;
        int r = timeline_new(job->catalog, &options, &timeline);
        while (r == 0 && n < EMBED_EVENTS && (r = timeline_next(timeline, &instance)) == 0) {
                if (!is_ahead(job->view, &instance))
                        continue;
                if (n++ == 0)
                        buffer_puts(out, "<ul class=\"events\">\n");
                entry_write(out, job->view, job->catalog, &instance, ENTRY_DATES_ALWAYS);
        }
        if (n > 0)
                buffer_puts(out, "</ul>\n");
        else
                buffer_printf(out, "<p class=\"nothing\">%s</p>\n", job->view->strings->nothing_ahead);
        return r == TIMELINE_END ? 0 : r;
}

static int write_page(const PageJob *job, const void *asked, Buffer *out)
{
        const Filter *filter = asked;
        const PageView *view = job->view;
        Filter kind = { .page = 1 };
        PageHead head = {
                .title = *filter->kind ? page_kind_title(view, filter->kind)
                                       : view->strings->upcoming_events,
                .noindex = true,
                .is_embedded = true,
        };
        strcpy(kind.kind, filter->kind);
        page_begin(out, view, &head);
        int r = write_events(out, job, filter);
        buffer_puts(out, "<p><a href=\"");
        filter_write_link(&kind, out);
        buffer_printf(out, "\">%s</a></p>\n", view->strings->all_of_list);
        page_end(out, view, &head);
        return r;
}

/* Writes the origins of the configuration as the header's frame-ancestors, with blanks between them. */
static void write_frames(Buffer *out, const Config *config)
{
        for (size_t i = 0; i < config->site.n_embed_from; i++)
                buffer_printf(out, "%s%s", i > 0 ? " " : "", config->site.embed_from[i]);
}

int embed_page_on_page(HttpRequest *request, const char *rest, void *userdata)
{
        CLEANUP(config_unrefp) Config *config = site_config(userdata);
        CLEANUP(buffer_done) Buffer key = BUFFER_INIT(KEY_BYTES), frames = BUFFER_INIT(FRAMES_BYTES);
        Filter filter;
        (void)rest;
        write_frames(&frames, config);
        if (frames.len == 0)
                return site_reply_error(userdata, request, 404, NULL);
        filter_read(&filter, request);
        buffer_printf(&key, "/embed|%s", filter.kind);
        PageAsked asked = {
                .key = buffer_text(&key),
                .write = write_page,
                .userdata = &filter,
                .frames = buffer_text(&frames),
        };
        return buffer_error(&frames) < 0 ? buffer_error(&frames)
                                         : site_reply_page(userdata, request, &asked);
}
