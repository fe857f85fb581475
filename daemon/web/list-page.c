#include "web/list-page.h"

#include "catalog/timeline.h"
#include "web/entry.h"
#include "web/list-filter.h"
#include "web/site.h"

enum { KEY_BYTES = 2048 };

/* One rendering of the page. */
typedef struct List {
        const PageJob *job;
        const PageView *view;
        const Filter *filter;
        FilterMatch match;
        int64_t today;
        Timeline *timeline;      /* owns the titles of `listed` */
        CatalogInstances listed; /* in the order of the page */
        size_t n_before;         /* on the pages before it */
        bool has_next;           /* there is an instance after the page */
        int year, month;         /* of the current section */
        int64_t day;
        bool in_day;
        bool shows_today; /* today gets a heading even without events; false once the list has passed it */
} List;

static void list_done(List *list)
{
        filter_match_done(&list->match);
        timeline_freep(&list->timeline);
        catalog_instances_done(&list->listed);
}

static const Zone *today_zone(const PageView *view)
{
        return view->zone ? view->zone : view->config->time_zone;
}

/*
 * Whether the last day of an instance is before today. The days depend on the instance's zone, but are slow
 * to compute; an instance that begins TIMELINE_MARGIN_DAYS after today or later is ahead in every zone.
 */
static bool is_past(const List *list, const CatalogInstance *instance)
{
        if (instance->start_usec >= (list->today + TIMELINE_MARGIN_DAYS) * USEC_PER_DAY)
                return false;
        Span span = span_of(list->view->zone, instance);
        return span_last_day(&span) < list->today;
}

static int begin_timeline(List *list, bool past)
{
        TimelineOptions options = {
                .side = past ? TIMELINE_PAST : TIMELINE_AHEAD,
                .day = list->view->now / USEC_PER_DAY,
                .kind = list->filter->kind,
                .found = filter_match_found(&list->match),
        };
        list->timeline = timeline_free(list->timeline);
        catalog_instances_done(&list->listed);
        list->n_before = 0;
        list->has_next = false;
        return timeline_new(list->job->catalog, &options, &list->timeline);
}

/* Collects the instances of the page, and finds out whether there is another page. */
static int collect(List *list, bool past, int page)
{
        CatalogInstance instance;
        size_t skipped = (size_t)(page - 1) * LIST_PAGE_EVENTS;
        int r = begin_timeline(list, past);
        while (r == 0 && (r = timeline_next(list->timeline, &instance)) == 0) {
                if (is_past(list, &instance) != past)
                        continue;
                if (list->n_before < skipped) {
                        list->n_before++;
                        continue;
                }
                list->has_next = list->listed.n == LIST_PAGE_EVENTS;
                if (list->has_next)
                        return 0;
                r = catalog_instances_add(&list->listed, &instance);
        }
        return r == TIMELINE_END ? 0 : r;
}

static void end_day(List *list, Buffer *out)
{
        if (list->in_day)
                buffer_puts(out, "</ul>\n</section>\n");
        list->in_day = false;
}

static void begin_group(List *list, Buffer *out, const char *title)
{
        end_day(list, out);
        buffer_printf(out, "<h2>%s</h2>\n<section class=\"day\">\n<ul class=\"events\">\n", title);
        list->in_day = true;
}

static void begin_month(List *list, Buffer *out, const CivilTime *date)
{
        if (date->year == list->year && date->month == list->month)
                return;
        end_day(list, out);
        list->year = date->year;
        list->month = date->month;
        list->day = INT64_MIN;
        buffer_printf(out, "<h2 class=\"month\"><a href=\"/month/%04d-%02d\">", date->year, date->month);
        text_dates_write(list->view->dates, out, TEXT_DATE_MONTH, date);
        buffer_puts(out, "</a></h2>\n");
}

static void begin_day(List *list, Buffer *out, const CivilTime *date)
{
        int64_t day = civil_days(date->year, date->month, date->day);
        bool is_today = day == list->today;
        if (list->in_day && day == list->day)
                return;
        end_day(list, out);
        list->day = day;
        list->in_day = true;
        buffer_printf(out,
                        "<section class=\"day%s\">\n<h3><time datetime=\"%04d-%02d-%02d\">"
                        "<span class=\"number\">%d</span> ",
                        is_today ? " today" : "", date->year, date->month, date->day, date->day);
        text_dates_write(list->view->dates, out, TEXT_DATE_WEEKDAY_SHORT, date);
        buffer_puts(out, "</time>");
        if (is_today)
                buffer_printf(out, " <span class=\"now\">%s</span>", list->view->strings->today);
        buffer_puts(out, "</h3>\n<ul class=\"events\">\n");
}

/* Writes a heading for today if it has no events, so that a reader sees how far away the next event is. */
static void write_empty_today(List *list, Buffer *out)
{
        CivilTime today = civil_from_days(list->today);
        begin_month(list, out, &today);
        begin_day(list, out, &today);
        buffer_printf(out, "<li class=\"none\">%s</li>\n", list->view->strings->nothing_today);
}

/*
 * Writes an instance. Events that began before today and are not over are listed first, in their own group.
 */
static void write_instance(List *list, Buffer *out, const CatalogInstance *instance, bool *under_way)
{
        Span span = span_of(list->view->zone, instance);
        bool is_under_way = span_first_day(&span) < list->today && span_last_day(&span) >= list->today;
        if (is_under_way && !*under_way)
                begin_group(list, out, list->view->strings->going_on);
        *under_way = is_under_way;
        if (!is_under_way) {
                if (list->shows_today && span_first_day(&span) > list->today)
                        write_empty_today(list, out);
                list->shows_today = false;
                begin_month(list, out, &span.first);
                begin_day(list, out, &span.first);
        }
        entry_write(out, list->view, list->job->catalog, instance,
                        is_under_way ? ENTRY_DATES_ALWAYS : ENTRY_DATES_OF_SPANS);
}

static void write_list(List *list, Buffer *out, size_t n)
{
        bool under_way = false;
        list->year = list->month = 0;
        for (size_t i = 0; i < list->listed.n && i < n; i++)
                write_instance(list, out, &list->listed.list[i], &under_way);
        end_day(list, out);
}

static void write_drafts(List *list, Buffer *out)
{
        const CatalogEvent *event;
        size_t n = 0;
        for (size_t i = 0; (event = catalog_draft(list->job->catalog, i)); i++) {
                if (!filter_matches(&list->match, event))
                        continue;
                if (n++ == 0)
                        begin_group(list, out, list->view->strings->date_unknown);
                CatalogInstance instance = catalog_instance(event);
                entry_write(out, list->view, list->job->catalog, &instance, ENTRY_DATES_OF_SPANS);
        }
        end_day(list, out);
}

static void write_turn(Buffer *out, const Filter *filter, int step, const char *relation, const char *title)
{
        Filter other = *filter;
        other.page += step;
        buffer_printf(out, "<a class=\"button quiet\" rel=\"%s\" href=\"", relation);
        filter_write_link(&other, out);
        buffer_printf(out, "\">%s</a>\n", title);
}

static void write_turns(const List *list, Buffer *out)
{
        const Filter *filter = list->filter;
        if (!list->has_next && filter->page == 1)
                return;
        buffer_printf(out, "<nav class=\"turns\" aria-label=\"%s\">\n", list->view->strings->pages);
        if (filter->page > 1)
                write_turn(out, filter, -1, "prev", list->view->strings->page_back);
        if (list->has_next)
                write_turn(out, filter, 1, "next", list->view->strings->page_further);
        buffer_puts(out, "</nav>\n");
}

static void write_nothing(const List *list, Buffer *out)
{
        const char *text = !filter_is_empty(list->filter) ? list->view->strings->nothing_found
                           : list->filter->past           ? list->view->strings->nothing_past
                                                          : list->view->strings->nothing_ahead;
        buffer_printf(out, "<p class=\"nothing\">%s</p>\n", text);
}

/* Writes the latest past events if there are no upcoming ones, so that the page is not empty. */
static int write_recent(List *list, Buffer *out)
{
        int r = collect(list, true, 1);
        if (r < 0 || list->listed.n == 0)
                return r;
        buffer_printf(out, "<p class=\"divider\">%s</p>\n", list->view->strings->recently);
        write_list(list, out, LIST_PAGE_RECENT);
        return 0;
}

static int write_content(List *list, Buffer *out)
{
        const Filter *filter = list->filter;
        int r = collect(list, filter->past, filter->page);
        if (r < 0)
                return r;
        size_t n_dated = list->listed.n;
        if (filter->page > 1 && n_dated == 0)
                return PAGE_E_NOT_FOUND;
        list->shows_today = !filter->past && filter->page == 1 && filter_is_empty(filter);
        write_list(list, out, LIST_PAGE_EVENTS);
        write_turns(list, out);
        bool shows_drafts = !filter->past && filter->page == 1;
        if (n_dated == 0)
                write_nothing(list, out);
        if (shows_drafts)
                write_drafts(list, out);
        return n_dated == 0 && shows_drafts ? write_recent(list, out) : 0;
}

static void write_frame(List *list, const Buffer *content, Buffer *out)
{
        const PageView *view = list->view;
        const Filter *filter = list->filter;
        char page[12];
        PageField fields[FILTER_FIELDS_MAX + 1];
        bool is_front = filter_is_empty(filter) && !filter->past && filter->page == 1;
        filter_fields(filter, page, fields);
        PageHead head = {
                .title = filter->past ? view->strings->past_events : page_title(view),
                .heading = filter->past ? NULL : view->strings->upcoming_events,
                .description = config_text(&view->config->feed.description, view->tag),
                .path = is_front ? "/" : NULL,
                .fields = fields,
                .section = PAGE_LIST,
                .noindex = !filter_is_empty(filter),
        };
        page_begin(out, view, &head);
        buffer_puts(out, "<div class=\"agenda\">\n");
        list_filter_write(out, list->job, filter);
        buffer_puts(out, "<div class=\"list\">\n");
        buffer_append(out, content->data, content->len);
        buffer_puts(out, "</div>\n</div>\n");
        page_end(out, view, &head);
}

int list_page_write(const PageJob *job, const void *filter, Buffer *out)
{
        CivilTime today = zone_to_civil(today_zone(job->view), job->view->now / USEC_PER_SEC);
        CLEANUP(buffer_done) Buffer content = BUFFER_INIT(PAGE_MAX_BYTES);
        CLEANUP(list_done)
        List list = {
                .job = job,
                .view = job->view,
                .filter = filter,
                .today = civil_days(today.year, today.month, today.day),
        };
        int r = filter_match_init(&list.match, filter, job->catalog);
        if (r == 0)
                r = write_content(&list, &content);
        if (r == 0)
                r = buffer_error(&content);
        if (r == 0)
                write_frame(&list, &content, out);
        return r;
}

int list_page_on_page(HttpRequest *request, const char *rest, void *userdata)
{
        Filter filter;
        CLEANUP(buffer_done) Buffer key = BUFFER_INIT(KEY_BYTES);
        (void)rest;
        filter_read(&filter, request);
        buffer_puts(&key, "/|");
        filter_key(&filter, &key);
        PageAsked asked = {
                .key = buffer_text(&key),
                .write = list_page_write,
                .userdata = &filter,
                .needs_words = *filter.words,
        };
        return site_reply_page(userdata, request, &asked);
}
