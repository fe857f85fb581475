#include "web/site-routes.h"

#include "web/assets.h"
#include "web/atom.h"
#include "web/feeds.h"
#include "web/list-page.h"
#include "web/month-page.h"
#include "web/preference-optout.h"
#include "web/signup.h"
#include "web/sitemap.h"
#include "web/sites-page.h"
#include "web/status-page.h"
#include "web/style.h"
#include "web/subscribe-page.h"

const HttpRoute site_routes[] = {
        { "/", true, HTTP_GET, list_page_on_page },
        { "/month", true, HTTP_GET, month_page_on_current },
        { "/month/", false, HTTP_GET, month_page_on_month },
        { "/sites", true, HTTP_GET, sites_page_on_page },
        { "/subscribe", true, HTTP_GET, subscribe_page_on_page },
        { "/subscribe/mail", true, HTTP_GET | HTTP_POST, signup_on_form },
        { "/subscribe/confirm/", false, HTTP_GET | HTTP_POST, signup_on_confirm },
        { "/health", true, HTTP_GET, status_page_on_health },
        { "/metrics", true, HTTP_GET, status_page_on_metrics },
        { "/events.json", true, HTTP_GET, feeds_on_jcal },
        { "/events.atom", true, HTTP_GET, atom_on_feed },
        { "/sitemap.xml", true, HTTP_GET, sitemap_on_sitemap },
        { "/robots.txt", true, HTTP_GET, sitemap_on_robots },
        { "/favicon.svg", true, HTTP_GET, assets_on_icon },
        { "/favicon.ico", true, HTTP_GET, assets_on_old_icon },
        { STYLE_PREFIX, false, HTTP_GET, assets_on_style },
        { "/", false, HTTP_GET, feeds_on_named },
        { "/calendar/", false, HTTP_GET, feeds_on_calendar },
        { "/event/", false, HTTP_GET, feeds_on_event },
        { "/private/", false, HTTP_GET, feeds_on_private },
        { "/mail/", false, HTTP_GET | HTTP_POST, preference_optout_on_mail },
        { NULL, false, 0, NULL },
};
