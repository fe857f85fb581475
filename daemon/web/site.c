#include "web/site.h"

#include "base/log.h"
#include "web/assets.h"
#include "web/atom.h"
#include "web/feeds.h"
#include "web/list-page.h"
#include "web/month-page.h"
#include "web/page-cache.h"
#include "web/preference-optout.h"
#include "web/signup.h"
#include "web/site-internal.h"
#include "web/sitemap.h"
#include "web/sites-page.h"
#include "web/status-page.h"
#include "web/subscribe-page.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

struct Site {
        ZoneTable *zones;
        const Clock *clock;
        char *store_url;
        FeedCache *feeds;
        PageCache *pages;
        _Atomic(Health *) health;
        _Atomic uint64_t feeds_sent, feeds_not_modified;
        pthread_mutex_t lock; /* of the configuration */
        Config *config;
        Style *style;
};

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

int site_new(Config *config, ZoneTable *zones, const Clock *clock, Site **ret)
{
        CLEANUP(site_freep) Site *site = calloc(1, sizeof(*site));
        if (!site)
                return -ENOMEM;
        pthread_mutex_init(&site->lock, NULL);
        site->zones = zones;
        site->clock = clock;
        site->config = config_ref(config);
        site->store_url = strdup(config->store);
        if (!site->store_url)
                return -ENOMEM;
        int r = feed_cache_new(config, zones, clock, &site->feeds);
        if (r == 0)
                r = style_new(config, &site->style);
        if (r == 0)
                r = page_cache_new(site, &site->pages);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(site);
        return 0;
}

Site *site_free(Site *site)
{
        if (!site)
                return NULL;
        feed_cache_free(site->feeds);
        page_cache_free(site->pages);
        style_unref(site->style);
        config_unref(site->config);
        pthread_mutex_destroy(&site->lock);
        free(site->store_url);
        free(site);
        return NULL;
}

void site_invalidate(Site *site)
{
        feed_cache_invalidate(site->feeds);
        page_cache_invalidate(site->pages);
}

int site_configure(Site *site, Config *config)
{
        Style *style = NULL;
        int r = style_new(config, &style);
        if (r < 0)
                return r;
        pthread_mutex_lock(&site->lock);
        Config *old = site->config;
        Style *old_style = site->style;
        site->config = config_ref(config);
        site->style = style;
        pthread_mutex_unlock(&site->lock);
        feed_cache_reset(site->feeds, config);
        page_cache_reset(site->pages);
        style_unref(old_style);
        config_unref(old);
        return 0;
}

Config *site_config(Site *site)
{
        pthread_mutex_lock(&site->lock);
        Config *config = config_ref(site->config);
        pthread_mutex_unlock(&site->lock);
        return config;
}

void site_style(Site *site, Config **ret_config, Style **ret_style)
{
        pthread_mutex_lock(&site->lock);
        *ret_config = config_ref(site->config);
        *ret_style = style_ref(site->style);
        pthread_mutex_unlock(&site->lock);
}

void site_watch(Site *site, Health *health)
{
        atomic_store(&site->health, health);
}

Health *site_health(Site *site)
{
        return atomic_load(&site->health);
}

void site_count_feed(Site *site, bool not_modified)
{
        atomic_fetch_add_explicit(not_modified ? &site->feeds_not_modified : &site->feeds_sent, 1,
                        memory_order_relaxed);
}

uint64_t site_feeds_served(Site *site, bool not_modified)
{
        return atomic_load_explicit(
                        not_modified ? &site->feeds_not_modified : &site->feeds_sent, memory_order_relaxed);
}

ZoneTable *site_zones(const Site *site)
{
        return site->zones;
}

usec_t site_now(const Site *site)
{
        return clock_now(site->clock);
}

FeedCache *site_feeds(Site *site)
{
        return site->feeds;
}

PageCache *site_page_cache(Site *site)
{
        return site->pages;
}

int site_open_store(Site *site, StoreMode mode, Store **ret)
{
        InputError error = { 0 };
        int r = store_open(site->store_url, mode, site->zones, ret, &error);
        if (r != 0)
                log_kind(JOURNAL_STORE_FAILS, NULL, "web: the store cannot be opened: %s",
                                r > 0 ? error.message : strerror(-r));
        return r;
}
