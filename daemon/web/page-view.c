/* How a reader wants pages: by the address, by a cookie, by what the browser says. */

#include "web/page.h"
#include "web/site-internal.h"

#include <string.h>

static const char *known_language(const char *name)
{
        if (!name)
                return NULL;
        return strcmp(name, "ru") == 0 ? "ru" : strcmp(name, "en") == 0 ? "en" : NULL;
}

static int choose_language(PageView *view, HttpRequest *request)
{
        const char *asked = known_language(http_request_query(request, "lang"));
        view->language = asked ? asked : known_language(http_request_cookie(request, "lang"));
        view->language_chosen = view->language;
        if (asked)
                return http_request_set_cookie(request, "lang", asked);
        if (!view->language)
                view->language = http_request_language(request, view->config->language);
        return 0;
}

/* An empty choice takes the choice back. */
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

int page_view_init(PageView *view, Site *site, HttpRequest *request)
{
        site_style(site, &view->config, &view->style);
        view->zones = site_zones(site);
        view->now = site_now(site);
        int r = choose_language(view, request);
        if (r == 0)
                r = choose_zone(view, request);
        return r == 0 ? text_dates_new(view->language, &view->dates) : r;
}

int page_view_suggest_language(PageView *view, const char *language)
{
        TextDates *dates = NULL;
        const char *known = known_language(language);
        if (view->language_chosen || !known)
                return 0;
        int r = text_dates_new(known, &dates);
        if (r < 0)
                return r;
        text_dates_free(view->dates);
        view->dates = dates;
        view->language = known;
        return 0;
}

void page_view_done(PageView *view)
{
        text_dates_free(view->dates);
        style_unref(view->style);
        config_unref(view->config);
}
