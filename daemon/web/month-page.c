#include "web/month-page.h"

#include "base/text.h"
#include "web/entry.h"
#include "web/site.h"
#include "web/views.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { WEEK = 7, KEY_BYTES = 64 };

/* A bar within one week. */
typedef struct Bar {
        const CatalogInstance *instance;
        int first, last; /* columns, from 0, inclusive */
        int lane;
        bool begins, ends; /* whether the event begins and ends in this week */
} Bar;

/* The days of an instance, on the clock of the page, inclusive. */
typedef struct MonthDays {
        int64_t first, last;
} MonthDays;

typedef struct Month {
        const PageJob *job;
        const PageView *view;
        int year, month;
        int page;            /* of the list, from 1 */
        int64_t first, last; /* days of the month, inclusive */
        int64_t today;
        CatalogInstances instances;
        MonthDays *days; /* of each instance */
        Bar *bars;       /* of the current week */
        size_t n_bars;
} Month;

static void month_done(Month *month)
{
        catalog_instances_done(&month->instances);
        free(month->days);
        free(month->bars);
}

static int64_t monday_of(int64_t day)
{
        return day - (civil_weekday(day) + 6) % WEEK;
}

/* Loads the weeks of the month and some days around them: an event's own zone may move it to another day. */
static int load(Month *month)
{
        usec_t from = (monday_of(month->first) - 2) * USEC_PER_DAY;
        usec_t to = (month->last + WEEK + 2) * USEC_PER_DAY;
        int r = catalog_instances(month->job->catalog, from, to, &month->instances);
        if (r < 0)
                return r;
        month->bars = calloc(month->instances.n + 1, sizeof(*month->bars));
        month->days = calloc(month->instances.n + 1, sizeof(*month->days));
        if (!month->bars || !month->days)
                return -ENOMEM;
        for (size_t i = 0; i < month->instances.n; i++) {
                Span span = span_of(month->view->zone, &month->instances.list[i]);
                month->days[i] = (MonthDays){ span_first_day(&span), span_last_day(&span) };
        }
        return 0;
}

/* Whether the instance at @index is on one of the days from @first to @last. */
static bool touches(const Month *month, size_t index, int64_t first, int64_t last)
{
        return month->days[index].first <= last && month->days[index].last >= first;
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
        month->n_bars = 0;
        for (size_t i = 0; i < month->instances.n; i++) {
                if (!touches(month, i, monday, monday + WEEK - 1))
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
                if (bar.lane < MONTH_LANES && bar.lane >= n_lanes)
                        n_lanes = bar.lane + 1;
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
        int64_t n = 0;
        for (size_t i = 0; i < month->n_bars; i++)
                n += month->bars[i].lane == MONTH_LANES;
        if (n == 0)
                return;
        TextArgument arguments[] = { { "n", NULL, n }, { NULL, NULL, 0 } };
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
        int64_t monday = monday_of(month->first);
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

/* Returns the number of instances in the list. */
static size_t count_listed(const Month *month)
{
        size_t n = 0;
        for (size_t i = 0; i < month->instances.n; i++)
                n += touches(month, i, month->first, month->last);
        return n;
}

static bool has_events(const Month *month)
{
        return count_listed(month) > 0;
}

static void write_list(Buffer *out, const Month *month)
{
        int64_t n = 0, first = (int64_t)(month->page - 1) * MONTH_PAGE_EVENTS;
        if (!has_events(month)) {
                buffer_printf(out, "<p class=\"nothing\">%s</p>\n", month->view->strings->month_nothing);
                return;
        }
        buffer_printf(out, "<h2 id=\"events\">%s</h2>\n<ul class=\"events\">\n",
                        month->view->strings->month_events);
        for (size_t i = 0; i < month->instances.n && n <= first + MONTH_PAGE_EVENTS; i++) {
                if (!touches(month, i, month->first, month->last))
                        continue;
                if (n >= first && n < first + MONTH_PAGE_EVENTS)
                        entry_write(out, month->view, month->job->catalog, &month->instances.list[i],
                                        ENTRY_DATES_ALWAYS);
                n++;
        }
        buffer_puts(out, "</ul>\n");
        views_write_turns(out, month->view, month->page, n > first + MONTH_PAGE_EVENTS);
}

static void write_turn(Buffer *out, const Month *month, int step, const char *relation)
{
        CivilTime other = civil_from_days(civil_days(month->year, month->month + step, 1));
        if (other.year < MONTH_FIRST_YEAR || other.year > MONTH_LAST_YEAR)
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
        if (r == 0 && month->page > 1 &&
                        count_listed(month) <= (size_t)(month->page - 1) * MONTH_PAGE_EVENTS)
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
                .noindex = !has_events(month) || month->page > 1,
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
        if (year < MONTH_FIRST_YEAR || year > MONTH_LAST_YEAR || month < 1 || month > 12)
                return false;
        *ret = (CivilTime){ .year = year, .month = month, .day = 1 };
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
