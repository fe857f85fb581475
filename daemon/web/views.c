#include "web/views.h"

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
