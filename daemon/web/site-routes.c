#include "web/site-routes.h"

#include "web/assets.h"
#include "web/atom.h"
#include "web/day-page.h"
#include "web/embed-page.h"
#include "web/event-image.h"
#include "web/feeds.h"
#include "web/form-guard.h"
#include "web/list-page.h"
#include "web/meet-list.h"
#include "web/meet-page.h"
#include "web/meeting-page.h"
#include "web/month-page.h"
#include "web/period-page.h"
#include "web/preference-optout.h"
#include "web/signup.h"
#include "web/site-page.h"
#include "web/sitemap.h"
#include "web/sites-page.h"
#include "web/status-page.h"
#include "web/style.h"
#include "web/subscribe-page.h"

const HttpRoute site_routes[] = {
        { "/", true, HTTP_GET, list_page_on_page, NULL },
        { "/month", true, HTTP_GET, month_page_on_current, NULL },
        { "/month/", false, HTTP_GET, month_page_on_month, NULL },
        { "/week", true, HTTP_GET, period_page_on_this_week, NULL },
        { "/week/", false, HTTP_GET, period_page_on_week, NULL },
        { "/year", true, HTTP_GET, period_page_on_this_year, NULL },
        { "/year/", false, HTTP_GET, period_page_on_year, NULL },
        { "/sites", true, HTTP_GET, sites_page_on_page, NULL },
        { "/site/", false, HTTP_GET, site_page_on_site, NULL },
        { "/embed", true, HTTP_GET, embed_page_on_page, NULL },
        { "/subscribe", true, HTTP_GET, subscribe_page_on_page, NULL },
        { "/subscribe/mail", true, HTTP_GET | HTTP_POST, signup_on_form, &form_guard_content },
        { "/subscribe/confirm/", false, HTTP_GET | HTTP_POST, signup_on_confirm, &form_guard_content },
        { "/meet", true, HTTP_GET, meet_list_on_page, NULL },
        { "/meet/", false, HTTP_GET | HTTP_POST, meet_page_on_host, &form_guard_content },
        { "/meeting/", false, HTTP_GET | HTTP_POST, meeting_page_on_token, &form_guard_content },
        { "/health", true, HTTP_GET, status_page_on_health, NULL },
        { "/metrics", true, HTTP_GET, status_page_on_metrics, NULL },
        { "/events.json", true, HTTP_GET, feeds_on_jcal, NULL },
        { "/events.atom", true, HTTP_GET, atom_on_feed, NULL },
        { "/sitemap.xml", true, HTTP_GET, sitemap_on_sitemap, NULL },
        { "/robots.txt", true, HTTP_GET, sitemap_on_robots, NULL },
        { "/favicon.svg", true, HTTP_GET, assets_on_icon, NULL },
        { "/favicon.ico", true, HTTP_GET, assets_on_old_icon, NULL },
        { STYLE_PREFIX, false, HTTP_GET, assets_on_style, NULL },
        { "/", false, HTTP_GET, feeds_on_named, NULL },
        { "/calendar/", false, HTTP_GET, feeds_on_calendar, NULL },
        { "/event/", false, HTTP_GET, feeds_on_event, NULL },
        { "/image/", false, HTTP_GET, event_image_on_image, NULL },
        { "/images/", false, HTTP_GET, event_image_on_file, NULL },
        { "/private/", false, HTTP_GET, day_page_on_private, NULL },
        { "/mail/", false, HTTP_GET | HTTP_POST, preference_optout_on_mail, &form_guard_content },
        { NULL, false, 0, NULL, NULL },
};
