#include "web/period-page.h"

#include "base/text.h"
#include "web/entry.h"
#include "web/site.h"
#include "web/views.h"

#include <stdio.h>
#include <string.h>

enum { MONTHS = 12, KEY_BYTES = 64, TITLE_BYTES = 1024 };

typedef struct Period {
        const PageJob *job;
        const PageView *view;
        View kind;
        CivilTime date;      /* the first day */
        int64_t first, last; /* days, inclusive */
        int page;            /* of a week, from 1 */
        CatalogInstances instances;
        SpanDays *days; /* of each instance of a week */
} Period;

static void period_done(Period *period)
{
        catalog_instances_done(&period->instances);
        free(period->days);
}

/* ---- A week ---- */

/* Loads the week and two more days on each side: an event's own zone may move it to another day. */
static int load_week(Period *period)
{
        int r = catalog_instances(period->job->catalog, (period->first - 2) * USEC_PER_DAY,
                        (period->last + 3) * USEC_PER_DAY, &period->instances);
        return r < 0 ? r : span_days(period->view->zone, &period->instances, &period->days);
}

static void begin_day(Buffer *out, const Period *period, int64_t day)
{
        CivilTime date = civil_from_days(day), today = views_today(period->view);
        bool is_today = civil_seconds(&date) == civil_seconds(&today);
        buffer_printf(out,
                        "<section class=\"day%s\">\n<h2><time datetime=\"%04d-%02d-%02d\"><span class=\"number\">%d</span> ",
                        is_today ? " today" : "", date.year, date.month, date.day, date.day);
        text_dates_write(period->view->dates, out, TEXT_DATE_WEEKDAY_SHORT, &date);
        buffer_puts(out, "</time></h2>\n<ul class=\"events\">\n");
}

/*
 * Writes the events of a day that are on the page. An event is listed on each of its days. @n: the number of
 * those listed before, on other pages too
 */
static void write_day(Buffer *out, const Period *period, int64_t day, size_t *n)
{
        size_t first = (size_t)(period->page - 1) * PERIOD_WEEK_EVENTS, written = 0;
        for (size_t i = 0; i < period->instances.n; i++) {
                if (!span_days_touch(&period->days[i], day, day))
                        continue;
                size_t number = (*n)++;
                if (number < first || number >= first + PERIOD_WEEK_EVENTS)
                        continue;
                if (written++ == 0)
                        begin_day(out, period, day);
                entry_write(out, period->view, period->job->catalog, &period->instances.list[i],
                                ENTRY_DATES_OF_SPANS);
        }
        if (written > 0)
                buffer_puts(out, "</ul>\n</section>\n");
}

static int write_week(Buffer *out, Period *period)
{
        size_t n = 0;
        int r = load_week(period);
        if (r < 0)
                return r;
        buffer_puts(out, "<div id=\"events\">\n");
        for (int64_t day = period->first; day <= period->last; day++)
                write_day(out, period, day, &n);
        buffer_puts(out, "</div>\n");
        if (period->page > 1 && n <= (size_t)(period->page - 1) * PERIOD_WEEK_EVENTS)
                return PAGE_E_NOT_FOUND;
        if (n == 0)
                buffer_printf(out, "<p class=\"nothing\">%s</p>\n", period->view->strings->week_nothing);
        views_write_turns(out, period->view, period->page, n > (size_t)period->page * PERIOD_WEEK_EVENTS);
        return 0;
}

/* ---- A year ---- */

/* A month on the page of its year. */
typedef struct YearMonth {
        const Period *period;
        int64_t first, last; /* days, inclusive */
} YearMonth;

/*
 * Whether an instance is listed in a month: it begins on one of its days. An instance that begins before the
 * year counts as one that begins on the first day of the year.
 */
static bool is_listed(const CatalogInstance *instance, const void *userdata)
{
        const YearMonth *month = userdata;
        const Period *period = month->period;
        bool is_first = month->first == period->first;
        /* No zone is a day away from UTC. */
        if (!is_first && instance->start_usec < (month->first - 1) * USEC_PER_DAY)
                return false;
        Span span = span_of(period->view->zone, instance);
        int64_t begin = span_first_day(&span) < period->first ? period->first : span_first_day(&span);
        return begin >= month->first && begin <= month->last && span_last_day(&span) >= period->first;
}

static void write_line(Buffer *out, const Period *period, const CatalogInstance *instance)
{
        const PageView *view = period->view;
        const ConfigKind *kind = instance->is_busy ? NULL : entry_kind(view, instance->event);
        Span span = span_of(view->zone, instance);
        CivilTime last = civil_from_days(span_last_day(&span));
        buffer_printf(out, "<li class=\"%s%s%s\"><span class=\"note\">", kind ? "kind-" : "",
                        kind ? kind->name : "", instance->status == EVENT_CANCELLED ? " off" : "");
        text_dates_range(view->dates, out, &span.first, &last);
        buffer_puts(out, "</span><br>\n");
        entry_write_link(out, view, instance);
        buffer_puts(out, "</li>\n");
}

static void write_month(Buffer *out, const Period *period, const CivilTime *date)
{
        buffer_puts(out, "<li class=\"card\">\n<h2 class=\"month\"><a href=\"");
        views_write_path(out, VIEW_MONTH, date);
        buffer_puts(out, "\">");
        text_dates_write(period->view->dates, out, TEXT_DATE_MONTH_NAME, date);
        buffer_puts(out, "</a></h2>\n<ul class=\"here\">\n");
        for (size_t i = 0; i < period->instances.n && i < PERIOD_MONTH_EVENTS; i++)
                write_line(out, period, &period->instances.list[i]);
        buffer_puts(out, "</ul>\n");
        if (period->instances.n > PERIOD_MONTH_EVENTS) {
                buffer_puts(out, "<p><a href=\"");
                views_write_path(out, VIEW_MONTH, date);
                buffer_printf(out, "\">%s</a></p>\n", period->view->strings->all_of_list);
        }
        buffer_puts(out, "</li>\n");
}

/* Loads a month and two more days on each side, as load_week(): those that are listed, and one more. */
static int load_month(Period *period, int month)
{
        YearMonth asked = {
                .period = period,
                .first = civil_days(period->date.year, month, 1),
                .last = civil_days(period->date.year, month + 1, 1) - 1,
        };
        InstancesWanted wanted = {
                .from = (asked.first - 2) * USEC_PER_DAY,
                .to = (asked.last + 3) * USEC_PER_DAY,
                .has = is_listed,
                .userdata = &asked,
                .max = PERIOD_MONTH_EVENTS + 1,
        };
        catalog_instances_done(&period->instances);
        return catalog_instances_first(period->job->catalog, &wanted, &period->instances);
}

static int write_year(Buffer *out, Period *period)
{
        int n = 0, r = 0;
        for (int month = 1; r == 0 && month <= MONTHS; month++) {
                CivilTime date = { .year = period->date.year, .month = month, .day = 1 };
                r = load_month(period, month);
                if (r < 0 || period->instances.n == 0)
                        continue;
                buffer_puts(out, n++ == 0 ? "<ul class=\"cards\">\n" : "");
                write_month(out, period, &date);
        }
        if (n > 0)
                buffer_puts(out, "</ul>\n");
        else
                buffer_printf(out, "<p class=\"nothing\">%s</p>\n", period->view->strings->year_nothing);
        return r;
}

/* ---- Both ---- */

static void write_name(Buffer *out, const Period *period, const CivilTime *date)
{
        CivilTime last =
                        civil_from_days(civil_days(date->year, date->month, date->day) + VIEW_WEEK_DAYS - 1);
        if (period->kind == VIEW_WEEK)
                text_dates_range(period->view->dates, out, date, &last);
        else
                buffer_printf(out, "%d", date->year);
}

static void write_turn(Buffer *out, const Period *period, int step, const char *relation)
{
        CivilTime other = period->kind == VIEW_WEEK
                                          ? civil_from_days(period->first + (int64_t)step * VIEW_WEEK_DAYS)
                                          : (CivilTime){
                                                    .year = period->date.year + step, .month = 1, .day = 1
                                            };
        if (!views_has(&other))
                return;
        buffer_printf(out, "<a class=\"button quiet\" rel=\"%s nofollow\" href=\"", relation);
        views_write_path(out, period->kind, &other);
        buffer_printf(out, "\">%s", step < 0 ? "← " : "");
        write_name(out, period, &other);
        buffer_printf(out, "%s</a>\n", step > 0 ? " →" : "");
}

static void write_head(Buffer *out, const Period *period, const char *title)
{
        const WebStrings *strings = period->view->strings;
        buffer_printf(out,
                        "<div class=\"month-head\">\n<h1>%s</h1>\n<nav class=\"turns\" aria-label=\"%s\">\n",
                        title, period->kind == VIEW_WEEK ? strings->week_others : strings->year_others);
        write_turn(out, period, -1, "prev");
        write_turn(out, period, 1, "next");
        buffer_puts(out, "</nav>\n</div>\n");
        views_write(out, period->view, period->kind, &period->date);
}

typedef struct PeriodAsked {
        View kind;
        CivilTime date;
        int page;
} PeriodAsked;

static int write_page(const PageJob *job, const void *userdata, Buffer *out)
{
        const PeriodAsked *asked = userdata;
        const CivilTime *date = &asked->date;
        View kind = asked->kind;
        CLEANUP(buffer_done) Buffer title = BUFFER_INIT(TITLE_BYTES), path = BUFFER_INIT(KEY_BYTES);
        int64_t day = civil_days(date->year, date->month, date->day);
        CLEANUP(period_done)
        Period period = {
                .job = job,
                .view = job->view,
                .kind = kind,
                .page = asked->page,
                .first = kind == VIEW_WEEK ? views_monday(day) : civil_days(date->year, 1, 1),
        };
        period.last = kind == VIEW_WEEK ? period.first + VIEW_WEEK_DAYS - 1
                                        : civil_days(date->year + 1, 1, 1) - 1;
        period.date = civil_from_days(period.first);
        buffer_printf(&title, "%s ",
                        kind == VIEW_WEEK ? job->view->strings->view_week : job->view->strings->view_year);
        write_name(&title, &period, &period.date);
        views_write_path(&path, kind, &period.date);
        PageHead head = {
                .title = buffer_text(&title),
                .heading = "",
                .path = buffer_text(&path),
                .section = PAGE_MONTH,
                .noindex = true,
        };
        page_begin(out, job->view, &head);
        write_head(out, &period, buffer_text(&title));
        int r = kind == VIEW_WEEK ? write_week(out, &period) : write_year(out, &period);
        page_end(out, job->view, &head);
        return r;
}

static int reply(HttpRequest *request, Site *site, View kind, const CivilTime *date)
{
        char key[KEY_BYTES];
        PeriodAsked period = { kind, *date, kind == VIEW_WEEK ? views_page(request) : 1 };
        CivilTime *first = &period.date;
        if (kind == VIEW_WEEK)
                *first = civil_from_days(views_monday(civil_days(date->year, date->month, date->day)));
        else
                first->month = first->day = 1;
        snprintf(key, sizeof(key), "/period/%d/%04d-%02d-%02d|%d", (int)kind, first->year, first->month,
                        first->day, period.page);
        PageAsked asked = { .key = key, .write = write_page, .userdata = &period };
        return site_reply_page(site, request, &asked);
}

/* Reads a date. Only the form "2025-07-07" is accepted, and only dates that exist. */
static bool read_date(const char *text, CivilTime *ret)
{
        char again[16];
        int year, month, day, n = 0;
        if (strlen(text) != 10 || sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &n) != 3 || n != 10)
                return false;
        CivilTime date = civil_from_days(civil_days(year, month, day));
        snprintf(again, sizeof(again), "%04d-%02d-%02d", date.year % 10000, date.month % 100,
                        date.day % 100);
        if (strcmp(again, text) != 0 || !views_has(&date))
                return false;
        *ret = date;
        return true;
}

int period_page_on_week(HttpRequest *request, const char *rest, void *userdata)
{
        CivilTime date;
        return read_date(rest, &date) ? reply(request, userdata, VIEW_WEEK, &date)
                                      : site_reply_error(userdata, request, 404, NULL);
}

int period_page_on_year(HttpRequest *request, const char *rest, void *userdata)
{
        CivilTime date = { .month = 1, .day = 1 };
        if (strlen(rest) == 4 && strspn(rest, "0123456789") == 4)
                date.year = (rest[0] - '0') * 1000 + (rest[1] - '0') * 100 + (rest[2] - '0') * 10 + rest[3] -
                            '0';
        return views_has(&date) ? reply(request, userdata, VIEW_YEAR, &date)
                                : site_reply_error(userdata, request, 404, NULL);
}

static int reply_current(HttpRequest *request, Site *site, View kind)
{
        CLEANUP(config_unrefp) Config *config = site_config(site);
        CivilTime today = zone_to_civil(config->time_zone, site_now(site) / USEC_PER_SEC);
        return reply(request, site, kind, &today);
}

int period_page_on_this_week(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest;
        return reply_current(request, userdata, VIEW_WEEK);
}

int period_page_on_this_year(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest;
        return reply_current(request, userdata, VIEW_YEAR);
}
