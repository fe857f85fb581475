#include "web/agenda.h"

#include "web/agenda-filter.h"
#include "web/entry.h"

#include <errno.h>
#include <string.h>

enum { KEY_BYTES = 2048 };

/* What one rendering works with. */
typedef struct Agenda {
        const PageJob *job;
        const PageView *view;
        const Filter *filter;
        FilterMatch match;
        int64_t today;
        CatalogInstances instances;
        const CatalogInstance **listed; /* in the order of the page */
        size_t n_listed;
        int year, month; /* of the section under way */
        int64_t day;
        bool in_day;
        bool shows_today; /* even if nothing is on it; until that is settled */
} Agenda;

static void agenda_done(Agenda *agenda)
{
        filter_match_done(&agenda->match);
        catalog_instances_done(&agenda->instances);
        free(agenda->listed);
}

static const Zone *today_zone(const PageView *view)
{
        return view->zone ? view->zone : view->config->time_zone;
}

static bool is_listed(Agenda *agenda, const CatalogInstance *instance, bool past)
{
        Span span = span_of(agenda->view, instance);
        bool is_past = span_last_day(&span) < agenda->today;
        return is_past == past && filter_matches(&agenda->match, agenda->job->catalog, instance->event);
}

/* What begins together stays in its order, which is that of their places in one array. */
static int order_latest_first(const void *a, const void *b)
{
        const CatalogInstance *left = *(const CatalogInstance *const *)a,
                              *right = *(const CatalogInstance *const *)b;
        if (left->start_usec != right->start_usec)
                return left->start_usec > right->start_usec ? -1 : 1;
        return left < right ? -1 : left > right;
}

/* A day more on each side: events have clocks of their own. */
static int collect(Agenda *agenda, bool past)
{
        CivilTime today = civil_from_days(agenda->today);
        usec_t midnight = zone_to_instant(today_zone(agenda->view), &today) * USEC_PER_SEC;
        usec_t from = past ? INT64_MIN : midnight - 2 * USEC_PER_DAY;
        usec_t to = past ? midnight + 2 * USEC_PER_DAY : USEC_INFINITY;
        catalog_instances_done(&agenda->instances);
        free(agenda->listed);
        agenda->listed = NULL;
        agenda->n_listed = 0;
        int r = catalog_instances(agenda->job->catalog, from, to, &agenda->instances);
        if (r < 0)
                return r;
        size_t n = agenda->instances.n;
        agenda->listed = calloc(n + 1, sizeof(*agenda->listed));
        if (!agenda->listed)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                if (is_listed(agenda, &agenda->instances.list[i], past))
                        agenda->listed[agenda->n_listed++] = &agenda->instances.list[i];
        if (past && agenda->n_listed > 1)
                qsort(agenda->listed, agenda->n_listed, sizeof(*agenda->listed), order_latest_first);
        return 0;
}

static void end_day(Agenda *agenda, Buffer *out)
{
        if (agenda->in_day)
                buffer_puts(out, "</ul>\n</section>\n");
        agenda->in_day = false;
}

static void begin_group(Agenda *agenda, Buffer *out, const char *title)
{
        end_day(agenda, out);
        buffer_printf(out, "<h2>%s</h2>\n<section class=\"day\">\n<ul class=\"events\">\n", title);
        agenda->in_day = true;
}

static void begin_month(Agenda *agenda, Buffer *out, const CivilTime *date)
{
        if (date->year == agenda->year && date->month == agenda->month)
                return;
        end_day(agenda, out);
        agenda->year = date->year;
        agenda->month = date->month;
        agenda->day = INT64_MIN;
        buffer_printf(out, "<h2 class=\"month\"><a href=\"/month/%04d-%02d\">", date->year, date->month);
        text_dates_write(agenda->view->dates, out, TEXT_DATE_MONTH, date);
        buffer_puts(out, "</a></h2>\n");
}

static void begin_day(Agenda *agenda, Buffer *out, const CivilTime *date)
{
        int64_t day = civil_days(date->year, date->month, date->day);
        bool is_today = day == agenda->today;
        if (agenda->in_day && day == agenda->day)
                return;
        end_day(agenda, out);
        agenda->day = day;
        agenda->in_day = true;
        buffer_printf(out,
                        "<section class=\"day%s\">\n<h3><time datetime=\"%04d-%02d-%02d\">"
                        "<span class=\"number\">%d</span> ",
                        is_today ? " today" : "", date->year, date->month, date->day, date->day);
        text_dates_write(agenda->view->dates, out, TEXT_DATE_WEEKDAY_SHORT, date);
        buffer_puts(out, "</time>");
        if (is_today)
                buffer_printf(out, " <span class=\"now\">%s</span>",
                                page_text(agenda->view, "сегодня", "today"));
        buffer_puts(out, "</h3>\n<ul class=\"events\">\n");
}

/* Where nothing is today, that is said in its place, so that a reader sees how far off the rest is. */
static void write_empty_today(Agenda *agenda, Buffer *out)
{
        CivilTime today = civil_from_days(agenda->today);
        begin_month(agenda, out, &today);
        begin_day(agenda, out, &today);
        buffer_printf(out, "<li class=\"none\">%s</li>\n",
                        page_text(agenda->view, "Сегодня событий нет.", "Nothing today."));
}

/* What began before today and goes on stands first, in a group of its own. */
static void write_instance(Agenda *agenda, Buffer *out, const CatalogInstance *instance, bool *under_way)
{
        Span span = span_of(agenda->view, instance);
        bool is_under_way = span_first_day(&span) < agenda->today && span_last_day(&span) >= agenda->today;
        if (is_under_way && !*under_way)
                begin_group(agenda, out, page_text(agenda->view, "Сейчас идёт", "Going on now"));
        *under_way = is_under_way;
        if (!is_under_way) {
                if (agenda->shows_today && span_first_day(&span) > agenda->today)
                        write_empty_today(agenda, out);
                agenda->shows_today = false;
                begin_month(agenda, out, &span.first);
                begin_day(agenda, out, &span.first);
        }
        entry_write(out, agenda->view, agenda->job->catalog, instance,
                        is_under_way ? ENTRY_DATES_ALWAYS : ENTRY_DATES_OF_SPANS);
}

static void write_list(Agenda *agenda, Buffer *out, size_t first, size_t n)
{
        bool under_way = false;
        agenda->year = agenda->month = 0;
        for (size_t i = first; i < agenda->n_listed && i < first + n; i++)
                write_instance(agenda, out, agenda->listed[i], &under_way);
        end_day(agenda, out);
}

static size_t write_drafts(Agenda *agenda, Buffer *out)
{
        const CatalogEvent *event;
        size_t n = 0;
        for (size_t i = 0; (event = catalog_event(agenda->job->catalog, i)); i++) {
                if (!event->is_draft || !filter_matches(&agenda->match, agenda->job->catalog, event))
                        continue;
                if (n++ == 0)
                        begin_group(agenda, out,
                                        page_text(agenda->view, "Дата уточняется", "Date to be announced"));
                CatalogInstance instance = catalog_instance(event);
                entry_write(out, agenda->view, agenda->job->catalog, &instance, ENTRY_DATES_OF_SPANS);
        }
        end_day(agenda, out);
        return n;
}

static void write_turn(Buffer *out, const Filter *filter, int step, const char *relation, const char *title)
{
        Filter other = *filter;
        other.page += step;
        buffer_printf(out, "<a class=\"button quiet\" rel=\"%s\" href=\"", relation);
        filter_write_link(&other, out);
        buffer_printf(out, "\">%s</a>\n", title);
}

static void write_turns(const Agenda *agenda, Buffer *out)
{
        const Filter *filter = agenda->filter;
        bool has_next = agenda->n_listed > (size_t)filter->page * AGENDA_EVENTS;
        if (!has_next && filter->page == 1)
                return;
        buffer_printf(out, "<nav class=\"turns\" aria-label=\"%s\">\n",
                        page_text(agenda->view, "Страницы списка", "Pages of the list"));
        if (filter->page > 1)
                write_turn(out, filter, -1, "prev", page_text(agenda->view, "← Назад", "← Back"));
        if (has_next)
                write_turn(out, filter, 1, "next", page_text(agenda->view, "Дальше →", "Further →"));
        buffer_puts(out, "</nav>\n");
}

static void write_nothing(const Agenda *agenda, Buffer *out)
{
        const char *text = !filter_is_empty(agenda->filter) ? page_text(agenda->view, "Ничего не нашлось.",
                                                                              "Nothing was found.")
                           : agenda->filter->past
                                           ? page_text(agenda->view, "Прошедших событий нет.",
                                                             "There are no past events.")
                                           : page_text(agenda->view, "Ближайших событий с датой пока нет.",
                                                             "No event with a date is ahead yet.");
        buffer_printf(out, "<p class=\"nothing\">%s</p>\n", text);
}

/* An agenda with nothing ahead would be an empty page: what was last says what to expect here. */
static int write_recent(Agenda *agenda, Buffer *out)
{
        int r = collect(agenda, true);
        if (r < 0 || agenda->n_listed == 0)
                return r;
        buffer_printf(out, "<p class=\"divider\">%s</p>\n",
                        page_text(agenda->view, "Недавно прошли", "Recently"));
        write_list(agenda, out, 0, AGENDA_RECENT);
        return 0;
}

static int write_content(Agenda *agenda, Buffer *out)
{
        const Filter *filter = agenda->filter;
        int r = collect(agenda, filter->past);
        if (r < 0)
                return r;
        size_t first = (size_t)(filter->page - 1) * AGENDA_EVENTS;
        if (first > 0 && first >= agenda->n_listed)
                return PAGE_E_NOT_FOUND;
        size_t n_dated = agenda->n_listed;
        agenda->shows_today = !filter->past && filter->page == 1 && filter_is_empty(filter);
        write_list(agenda, out, first, AGENDA_EVENTS);
        write_turns(agenda, out);
        bool shows_drafts = !filter->past && filter->page == 1;
        if (n_dated == 0)
                write_nothing(agenda, out);
        if (shows_drafts)
                write_drafts(agenda, out);
        return n_dated == 0 && shows_drafts ? write_recent(agenda, out) : 0;
}

static void write_frame(Agenda *agenda, const Buffer *content, Buffer *out)
{
        const PageView *view = agenda->view;
        const Filter *filter = agenda->filter;
        char page[12];
        PageField fields[FILTER_FIELDS_MAX + 1];
        bool is_front = filter_is_empty(filter) && !filter->past && filter->page == 1;
        filter_fields(filter, page, fields);
        PageHead head = {
                .title = filter->past ? page_text(view, "Прошедшие события", "Past events")
                                      : page_title(view),
                .heading = filter->past ? NULL : page_text(view, "Предстоящие события", "Upcoming events"),
                .description = config_text(&view->config->feed.description, view->language),
                .path = is_front ? "/" : NULL,
                .fields = fields,
                .section = PAGE_AGENDA,
                .noindex = !filter_is_empty(filter),
        };
        page_begin(out, view, &head);
        buffer_puts(out, "<div class=\"agenda\">\n");
        agenda_write_filter(out, agenda->job, filter);
        buffer_puts(out, "<div class=\"list\">\n");
        buffer_append(out, content->data, content->len);
        buffer_puts(out, "</div>\n</div>\n");
        page_end(out, view, &head);
}

int agenda_write(const PageJob *job, const void *filter, Buffer *out)
{
        CivilTime today = zone_to_civil(today_zone(job->view), job->view->now / USEC_PER_SEC);
        CLEANUP(buffer_done) Buffer content = BUFFER_INIT(PAGE_MAX_BYTES);
        CLEANUP(agenda_done)
        Agenda agenda = {
                .job = job,
                .view = job->view,
                .filter = filter,
                .today = civil_days(today.year, today.month, today.day),
        };
        int r = filter_match_init(&agenda.match, filter);
        if (r == 0)
                r = write_content(&agenda, &content);
        if (r == 0)
                r = buffer_error(&content);
        if (r == 0)
                write_frame(&agenda, &content, out);
        return r;
}

int agenda_on_page(HttpRequest *request, const char *rest, void *userdata)
{
        Filter filter;
        CLEANUP(buffer_done) Buffer key = BUFFER_INIT(KEY_BYTES);
        (void)rest;
        filter_read(&filter, request);
        buffer_puts(&key, "/|");
        filter_key(&filter, &key);
        PageAsked asked = { .key = buffer_text(&key), .write = agenda_write, .userdata = &filter };
        return pages_reply(userdata, request, &asked);
}
