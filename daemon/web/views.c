#include "web/views.h"

#include <stdlib.h>
#include <string.h>

static const struct {
        View view;
        WebWord name;
} VIEWS[] = {
        { VIEW_WEEK, WEB_WORD(view_week) },
        { VIEW_MONTH, WEB_WORD(section_month) },
        { VIEW_YEAR, WEB_WORD(view_year) },
};

void views_write_path(Buffer *out, View view, const CivilTime *date)
{
        switch (view) {
        case VIEW_WEEK:
                buffer_printf(out, "/week/%04d-%02d-%02d", date->year, date->month, date->day);
                break;
        case VIEW_MONTH:
                buffer_printf(out, "/month/%04d-%02d", date->year, date->month);
                break;
        case VIEW_YEAR:
                buffer_printf(out, "/year/%04d", date->year);
                break;
        }
}

int64_t views_monday(int64_t day)
{
        return day - (civil_weekday(day) + VIEW_WEEK_DAYS - 1) % VIEW_WEEK_DAYS;
}

bool views_has(const CivilTime *date)
{
        return date->year >= VIEW_FIRST_YEAR && date->year <= VIEW_LAST_YEAR;
}

CivilTime views_today(const PageView *view)
{
        const Zone *zone = view->zone ? view->zone : view->config->time_zone;
        CivilTime now = zone_to_civil(zone, view->now / USEC_PER_SEC);
        return civil_from_days(civil_days(now.year, now.month, now.day));
}

void views_write(Buffer *out, const PageView *view, View current, const CivilTime *date)
{
        buffer_printf(out, "<nav class=\"tabs views\" aria-label=\"%s\"><ul>\n", view->strings->views);
        for (size_t i = 0; i < sizeof(VIEWS) / sizeof(*VIEWS); i++) {
                buffer_puts(out, "<li><a rel=\"nofollow\" href=\"");
                views_write_path(out, VIEWS[i].view, date);
                buffer_printf(out, "\"%s>%s</a></li>\n",
                                VIEWS[i].view == current ? " aria-current=\"true\"" : "",
                                web_word(view->strings, VIEWS[i].name));
        }
        buffer_puts(out, "</ul></nav>\n");
}

int views_page(HttpRequest *request)
{
        const char *text = http_request_query(request, "page");
        bool is_number = text && *text && strlen(text) < 6 && strspn(text, "0123456789") == strlen(text);
        long page = is_number ? strtol(text, NULL, 10) : 1;
        return page > 1 && page <= VIEW_PAGES_MAX ? (int)page : 1;
}

static void write_turn(Buffer *out, int page, const char *relation, const char *title)
{
        buffer_printf(out, "<a class=\"button quiet\" rel=\"%s nofollow\" href=\"?page=%d#events\">%s</a>\n",
                        relation, page, title);
}

void views_write_turns(Buffer *out, const PageView *view, int page, bool has_next)
{
        if (!has_next && page == 1)
                return;
        buffer_printf(out, "<nav class=\"turns\" aria-label=\"%s\">\n", view->strings->pages);
        if (page > 1)
                write_turn(out, page - 1, "prev", view->strings->page_back);
        if (has_next)
                write_turn(out, page + 1, "next", view->strings->page_further);
        buffer_puts(out, "</nav>\n");
}
