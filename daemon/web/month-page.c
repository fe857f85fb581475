#include "web/month-page.h"

#include "base/text.h"
#include "web/entry.h"
#include "web/site.h"
#include "web/views.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { WEEK = VIEW_WEEK_DAYS, KEY_BYTES = 64 };

/* A bar within one week. */
typedef struct Bar {
        const CatalogInstance *instance;
        int first, last; /* columns, from 0, inclusive */
        int lane;
        bool begins, ends; /* whether the event begins and ends in this week */
} Bar;

typedef struct Month {
        const PageJob *job;
        const PageView *view;
        int year, month;
        int page;            /* of the list, from 1 */
        int64_t first, last; /* days of the month, inclusive */
        int64_t today;
        CatalogInstances instances;
        SpanDays *days;               /* of each instance */
        size_t n_listed;              /* instances on a day of the month */
        Bar bars[MONTH_LANES * WEEK]; /* of the current week, with a lane */
        size_t n_bars;
        int64_t n_rest; /* events of the current week without a lane */
} Month;

static void month_done(Month *month)
{
        catalog_instances_done(&month->instances);
        free(month->days);
}

/* Whether the instance at @index is in the list below the grid. */
static bool is_listed(const Month *month, size_t index)
{
        return span_days_touch(&month->days[index], month->first, month->last);
}

/* Loads the weeks of the month and some days around them: an event's own zone may move it to another day. */
static int load(Month *month)
{
        usec_t from = (views_monday(month->first) - 2) * USEC_PER_DAY;
        usec_t to = (month->last + WEEK + 2) * USEC_PER_DAY;
        int r = catalog_instances(month->job->catalog, from, to, &month->instances);
        if (r < 0)
                return r;
        r = span_days(month->view->zone, &month->instances, &month->days);
        for (size_t i = 0; r == 0 && i < month->instances.n; i++)
                month->n_listed += is_listed(month, i);
        return r;
}

/*
 * Takes the first lane that is free from the bar's first day on. @free_from: the first free column of each
 * lane; updated. Return: the lane; MONTH_LANES if none is free.
 */
static int take_lane(int free_from[static MONTH_LANES], const Bar *bar)
{
        for (int lane = 0; lane < MONTH_LANES; lane++)
                if (free_from[lane] <= bar->first) {
                        free_from[lane] = bar->last + 1;
                        return lane;
                }
        return MONTH_LANES;
}

/* Makes the bars of a week. Return: the number of lanes that have bars. */
static int collect_week(Month *month, int64_t monday)
{
        int free_from[MONTH_LANES] = { 0 }, n_lanes = 0;
        month->n_bars = month->n_rest = 0;
        for (size_t i = 0; i < month->instances.n; i++) {
                if (!span_days_touch(&month->days[i], monday, monday + WEEK - 1))
                        continue;
                int64_t first = month->days[i].first - monday, last = month->days[i].last - monday;
                Bar bar = {
                        .instance = &month->instances.list[i],
                        .first = first < 0 ? 0 : (int)first,
                        .last = last >= WEEK ? WEEK - 1 : (int)last,
                        .begins = first >= 0,
                        .ends = last < WEEK,
                };
                bar.lane = take_lane(free_from, &bar);
                if (bar.lane == MONTH_LANES) {
                        month->n_rest++;
                        continue;
                }
                n_lanes = bar.lane >= n_lanes ? bar.lane + 1 : n_lanes;
                month->bars[month->n_bars++] = bar;
        }
        return n_lanes;
}

static void write_days(Buffer *out, const Month *month, int64_t monday)
{
        buffer_puts(out, "<tr class=\"days\">\n");
        for (int64_t day = monday; day < monday + WEEK; day++) {
                CivilTime date = civil_from_days(day);
                bool is_other = day < month->first || day > month->last;
                bool is_today = day == month->today;
                buffer_printf(out, "<td%s><time datetime=\"%04d-%02d-%02d\">%d</time>",
                                is_today   ? " class=\"today\" aria-current=\"date\""
                                : is_other ? " class=\"other\""
                                           : "",
                                date.year, date.month, date.day, date.day);
                buffer_puts(out, "</td>\n");
        }
        buffer_puts(out, "</tr>\n");
}

/*
 * Writes a time with its offset from UTC: a month may have times in several zones and on both sides of a
 * DST change. A floating time has none.
 */
static void write_bar_time(Buffer *out, const PageView *view, const Span *span)
{
        text_dates_write(view->dates, out, TEXT_TIME, &span->first);
        buffer_putc(out, ' ');
        if (!span->zone)
                return;
        text_dates_zone_at(view->dates, out, "UTC",
                        zone_offset_at(span->zone, span->at / USEC_PER_SEC).seconds);
        buffer_putc(out, ' ');
}

static void write_bar(Buffer *out, const Month *month, const Bar *bar)
{
        const PageView *view = month->view;
        const CatalogInstance *instance = bar->instance;
        const ConfigKind *kind = instance->is_busy ? NULL : entry_kind(view, instance->event);
        Span span = span_of(view->zone, instance);
        buffer_puts(out, "<td class=\"bar");
        if (kind)
                buffer_printf(out, " kind-%s", kind->name);
        buffer_printf(out, "%s%s%s\"", bar->begins ? "" : " from-before", bar->ends ? "" : " to-after",
                        instance->status == EVENT_CANCELLED ? " off" : "");
        if (bar->last > bar->first)
                buffer_printf(out, " colspan=\"%d\"", bar->last - bar->first + 1);
        buffer_puts(out, "><a href=\"");
        page_write_event_path(out, instance->event->uid);
        buffer_puts(out, "\"><span>");
        if (!span.all_day && bar->begins)
                write_bar_time(out, view, &span);
        if (instance->is_busy)
                buffer_puts(out, view->strings->busy);
        else
                entry_write_title(out, view, instance->title);
        buffer_puts(out, "</span></a></td>\n");
}

static const Bar *find_bar(const Month *month, int lane, int column)
{
        for (size_t i = 0; i < month->n_bars; i++)
                if (month->bars[i].lane == lane && month->bars[i].first == column)
                        return &month->bars[i];
        return NULL;
}

static void write_lane(Buffer *out, const Month *month, int lane)
{
        buffer_puts(out, "<tr>\n");
        for (int column = 0; column < WEEK; column++) {
                const Bar *bar = find_bar(month, lane, column);
                if (bar) {
                        write_bar(out, month, bar);
                        column = bar->last;
                } else {
                        buffer_puts(out, "<td></td>\n");
                }
        }
        buffer_puts(out, "</tr>\n");
}

static void write_rest(Buffer *out, const Month *month)
{
        if (month->n_rest == 0)
                return;
        TextArgument arguments[] = { { "n", NULL, month->n_rest }, { NULL, NULL, 0 } };
        buffer_puts(out, "<tr><td class=\"rest\" colspan=\"7\"><a href=\"#events\">");
        text_message(out, month->view->tag, month->view->strings->month_more, arguments);
        buffer_puts(out, "</a></td></tr>\n");
}

static void write_week(Buffer *out, Month *month, int64_t monday)
{
        int n_lanes = collect_week(month, monday);
        buffer_puts(out, "<tbody>\n");
        write_days(out, month, monday);
        for (int lane = 0; lane < n_lanes; lane++)
                write_lane(out, month, lane);
        write_rest(out, month);
        buffer_puts(out, "<tr class=\"foot\">");
        for (int column = 0; column < WEEK; column++)
                buffer_puts(out, "<td></td>");
        buffer_puts(out, "</tr>\n</tbody>\n");
}

static void write_grid(Buffer *out, Month *month)
{
        int64_t monday = views_monday(month->first);
        buffer_puts(out, "<table class=\"grid\">\n<thead><tr>\n");
        for (int64_t day = monday; day < monday + WEEK; day++) {
                CivilTime date = civil_from_days(day);
                buffer_puts(out, "<th scope=\"col\">");
                text_dates_write(month->view->dates, out, TEXT_DATE_WEEKDAY_SHORT, &date);
                buffer_puts(out, "</th>\n");
        }
        buffer_puts(out, "</tr></thead>\n");
        for (; monday <= month->last; monday += WEEK)
                write_week(out, month, monday);
        buffer_puts(out, "</table>\n");
}

static void write_list(Buffer *out, const Month *month)
{
        size_t n = 0, first = (size_t)(month->page - 1) * MONTH_PAGE_EVENTS;
        if (month->n_listed == 0) {
                buffer_printf(out, "<p class=\"nothing\">%s</p>\n", month->view->strings->month_nothing);
                return;
        }
        buffer_printf(out, "<h2 id=\"events\">%s</h2>\n<ul class=\"events\">\n",
                        month->view->strings->month_events);
        for (size_t i = 0; i < month->instances.n && n < first + MONTH_PAGE_EVENTS; i++) {
                if (!is_listed(month, i))
                        continue;
                if (n++ >= first)
                        entry_write(out, month->view, month->job->catalog, &month->instances.list[i],
                                        ENTRY_DATES_ALWAYS);
        }
        buffer_puts(out, "</ul>\n");
        views_write_turns(out, month->view, month->page, month->n_listed > first + MONTH_PAGE_EVENTS);
}

static void write_turn(Buffer *out, const Month *month, int step, const char *relation)
{
        CivilTime other = civil_from_days(civil_days(month->year, month->month + step, 1));
        if (!views_has(&other))
                return;
        buffer_printf(out, "<a class=\"button quiet\" rel=\"%s nofollow\" href=\"/month/%04d-%02d\">%s",
                        relation, other.year, other.month, step < 0 ? "← " : "");
        text_dates_write(month->view->dates, out,
                        other.year == month->year ? TEXT_DATE_MONTH_NAME : TEXT_DATE_MONTH, &other);
        buffer_printf(out, "%s</a>\n", step > 0 ? " →" : "");
}

static void write_turns(Buffer *out, const Month *month)
{
        buffer_printf(out, "<nav class=\"turns\" aria-label=\"%s\">\n", month->view->strings->month_others);
        write_turn(out, month, -1, "prev");
        if (month->today < month->first || month->today > month->last)
                buffer_printf(out, "<a class=\"button quiet\" href=\"/month\">%s</a>\n",
                                month->view->strings->month_today);
        write_turn(out, month, 1, "next");
        buffer_puts(out, "</nav>\n");
}

static void write_zone_note(Buffer *out, const Month *month)
{
        const PageView *view = month->view;
        buffer_printf(out, "<p class=\"note\">%s ", view->strings->month_times);
        if (view->zone)
                page_write_zone(out, view, view->zone, month->first * USEC_PER_DAY);
        else
                buffer_puts(out, view->strings->zone_of_event);
        buffer_puts(out, "</p>\n");
}

static int write_page(Buffer *out, Month *month)
{
        CLEANUP(buffer_done) Buffer title = BUFFER_INIT(1024);
        char path[32];
        CivilTime first = civil_from_days(month->first);
        int r = load(month);
        if (r == 0 && month->page > 1 && month->n_listed <= (size_t)(month->page - 1) * MONTH_PAGE_EVENTS)
                return PAGE_E_NOT_FOUND;
        if (r == 0)
                r = text_dates_write(month->view->dates, &title, TEXT_DATE_MONTH, &first);
        if (r < 0)
                return r;
        snprintf(path, sizeof(path), "/month/%04d-%02d", month->year, month->month);
        PageHead head = {
                .title = buffer_text(&title),
                .heading = "",
                .path = path,
                .section = PAGE_MONTH,
                .noindex = month->n_listed == 0 || month->page > 1,
        };
        page_begin(out, month->view, &head);
        buffer_printf(out, "<div class=\"month-head\">\n<h1 class=\"month\">%s</h1>\n", buffer_text(&title));
        write_turns(out, month);
        buffer_puts(out, "</div>\n");
        views_write(out, month->view, VIEW_MONTH, &first);
        write_grid(out, month);
        write_zone_note(out, month);
        write_list(out, month);
        page_end(out, month->view, &head);
        return 0;
}

int month_page_write(const PageJob *job, const void *asked, Buffer *out)
{
        const MonthAsked *wanted = asked;
        const CivilTime *date = &wanted->date;
        const PageView *view = job->view;
        const Zone *zone = view->zone ? view->zone : view->config->time_zone;
        CivilTime today = zone_to_civil(zone, view->now / USEC_PER_SEC);
        CLEANUP(month_done)
        Month month = {
                .job = job,
                .view = view,
                .year = date->year,
                .month = date->month,
                .page = wanted->page,
                .first = civil_days(date->year, date->month, 1),
                .last = civil_days(date->year, date->month + 1, 1) - 1,
                .today = civil_days(today.year, today.month, today.day),
        };
        return write_page(out, &month);
}

static int reply_month(HttpRequest *request, Site *site, const CivilTime *date)
{
        char key[KEY_BYTES];
        const MonthAsked month = { *date, views_page(request) };
        snprintf(key, sizeof(key), "/month/%04d-%02d|%d", date->year, date->month, month.page);
        PageAsked asked = { .key = key, .write = month_page_write, .userdata = &month };
        return site_reply_page(site, request, &asked);
}

/* Reads a month. Only the form "2025-07" is accepted. */
static bool read_month(const char *text, CivilTime *ret)
{
        int year, month, n = 0;
        if (strlen(text) != 7 || strspn(text, "0123456789") != 4 || strspn(text + 5, "0123456789") != 2 ||
                        sscanf(text, "%4d-%2d%n", &year, &month, &n) != 2 || n != 7)
                return false;
        CivilTime date = { .year = year, .month = month, .day = 1 };
        if (!views_has(&date) || month < 1 || month > 12)
                return false;
        *ret = date;
        return true;
}

int month_page_on_month(HttpRequest *request, const char *rest, void *userdata)
{
        CivilTime date;
        if (!read_month(rest, &date))
                return site_reply_error(userdata, request, 404, NULL);
        return reply_month(request, userdata, &date);
}

int month_page_on_current(HttpRequest *request, const char *rest, void *userdata)
{
        CLEANUP(config_unrefp) Config *config = site_config(userdata);
        CivilTime today = zone_to_civil(config->time_zone, site_now(userdata) / USEC_PER_SEC);
        (void)rest;
        return reply_month(request, userdata, &today);
}
