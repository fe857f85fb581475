#pragma once

/*
 * The state that all handlers share: the current configuration and its style sheet, the caches of feeds
 * and pages, and access to the store. Handlers run on any number of threads; site-routes.h has the table
 * of them.
 */

#include "base/clock.h"
#include "base/health.h"
#include "store/store.h"
#include "web/change-limit.h"
#include "web/feed-cache.h"
#include "web/page-cache.h"

typedef struct Site Site;

/**
 * site_new() - make the shared state; it opens no store, and builds each feed at its first request
 * @config: referenced
 * @zones:  borrowed, must outlive the site
 * @clock:  borrowed, must outlive the site
 *
 * Return: 0 or negative errno.
 */
int site_new(Config *config, ZoneTable *zones, const Clock *clock, Site **ret);
Site *site_free(Site *site);
DEFINE_CLEANUP(Site, site_freep, site_free)

/**
 * site_watch() - give /health its data
 * @health: borrowed, must outlive the server
 */
void site_watch(Site *site, Health *health);

/**
 * site_invalidate() - note that the store has changed or a new day has begun: kept feeds and pages are
 * checked before they are sent again. Call it from any thread.
 */
void site_invalidate(Site *site);

/**
 * site_prepare() - make what the pages need with another configuration
 * @config: referenced
 * @ret:    for site_commit(), or for site_plan_free() if the configuration is rejected; NULL on failure
 *
 * Return: 0 or negative errno.
 */
typedef struct SitePlan SitePlan;
int site_prepare(Config *config, SitePlan **ret);
SitePlan *site_plan_free(SitePlan *plan);
DEFINE_CLEANUP(SitePlan, site_plan_freep, site_plan_free)

/** site_commit() - use a plan from now on, with the same store; @plan is taken over. */
void site_commit(Site *site, SitePlan *plan);

/** site_config() - get the current configuration; config_unref() it. */
Config *site_config(Site *site);

/** site_base() - get the current base of pages; page_base_done() it. */
void site_base(Site *site, PageBase *ret);

/**
 * site_page_view() - make the view of a request, for a page that is not kept; page_view_done() it in any
 * case.
 *
 * Return: 0 or negative errno.
 */
int site_page_view(Site *site, HttpRequest *request, PageView *ret);

/** site_reply_page() - call page_cache_reply() with the site's cache. */
int site_reply_page(Site *site, HttpRequest *request, const PageAsked *asked);

/** site_reply_error() - call page_reply_error() with the site's current base. */
int site_reply_error(Site *site, HttpRequest *request, int status, const char *text);

/**
 * site_reply_failure() - reply 503, and log the failure if @store is open
 * @store: the store that failed; NULL: it could not be opened, which has been logged
 * @r:     a condition of the store, or a negative errno, for which there is no reply
 *
 * Return: 0, or negative errno: also @r if it is one.
 */
int site_reply_failure(Site *site, HttpRequest *request, Store *store, int r);

usec_t site_now(const Site *site);
Health *site_health(Site *site); /* NULL before site_watch() */
FeedCache *site_feeds(Site *site);
ChangeLimit *site_changes(Site *site);

/** site_count_feed() - count a reply with a feed: sent, or not modified. */
void site_count_feed(Site *site, bool not_modified);

/** site_feeds_served() - the number of such replies. */
uint64_t site_feeds_served(Site *site, bool not_modified);

/**
 * site_open_store() - open a new connection for the caller.
 *
 * Return: as store_open(); a failure has been logged.
 */
int site_open_store(Site *site, StoreMode mode, Store **ret);
