#include "web/page-view.h"

#include <errno.h>
#include <string.h>

int page_view_set_language(PageView *view, Language language)
{
        TextDates *dates = NULL;
        int r = text_dates_new(language_tag(language), &dates);
        if (r < 0)
                return r;
        text_dates_free(view->dates);
        view->dates = dates;
        view->language = language;
        view->tag = language_tag(language);
        view->strings = web_strings(language);
        return 0;
}

int page_view_find_language(const char *tag, Language *ret)
{
        Language language;
        if (language_find(tag, &language) < 0 || strcmp(tag, language_tag(language)) != 0)
                return -ENOENT;
        *ret = language;
        return 0;
}

static int choose_language(PageView *view, HttpRequest *request)
{
        Language language;
        bool is_asked = page_view_find_language(http_request_query(request, "lang"), &language) == 0;
        view->language_chosen = is_asked || page_view_find_language(http_request_cookie(request, "lang"),
                                                            &language) == 0;
        if (!view->language_chosen)
                language = language_of(http_request_language(request, view->config->language));
        int r = page_view_set_language(view, language);
        return r == 0 && is_asked ? http_request_set_cookie(request, "lang", view->tag) : r;
}

/* Takes the zone from the query, otherwise from the cookie. An empty value removes an earlier choice. */
static int choose_zone(PageView *view, HttpRequest *request)
{
        const char *asked = http_request_query(request, "zone");
        const char *kept = http_request_cookie(request, "zone");
        if (asked && !*asked)
                return http_request_set_cookie(request, "zone", "");
        if (asked && zone_table_get(view->zones, asked, &view->zone) == 0)
                return http_request_set_cookie(request, "zone", zone_name(view->zone));
        if (kept && *kept && zone_table_get(view->zones, kept, &view->zone) != 0)
                view->zone = NULL;
        return 0;
}

int page_view_init(PageView *view, const PageBase *base, HttpRequest *request)
{
        view->config = config_ref(base->config);
        view->style = style_ref(base->style);
        view->zones = base->zones;
        view->now = base->now;
        int r = choose_language(view, request);
        if (r == 0)
                r = choose_zone(view, request);
        return r;
}

int page_view_suggest_language(PageView *view, const char *language)
{
        Language known;
        if (view->language_chosen || language_find(language, &known) < 0)
                return 0;
        return page_view_set_language(view, known);
}

Language page_view_language(const PageView *view, int index)
{
        Language own = language_of(view->config->language);
        if (index == 0)
                return own;
        return (Language)(index <= (int)own ? index - 1 : index);
}

void page_base_done(PageBase *base)
{
        style_unref(base->style);
        config_unref(base->config);
}

void page_view_done(PageView *view)
{
        text_dates_free(view->dates);
        style_unref(view->style);
        config_unref(view->config);
}
