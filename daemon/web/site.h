#pragma once

/*
 * The state that all handlers share: the current configuration and its style sheet, the caches of feeds
 * and pages, and access to the store. Handlers run on any number of threads. site-routes.h has the table
 * of handlers.
 */

#include "base/clock.h"
#include "base/health.h"
#include "store/store.h"
#include "store/sync-mark.h"
#include "web/change-limit.h"
#include "web/feed-cache.h"
#include "web/feed-deltas.h"
#include "web/page-cache.h"

typedef struct Site Site;

/**
 * site_new() - make the shared state. It does not open the store; a feed is built when it is first
 * requested.
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
 * site_watch() - set the data for /health
 * @health: borrowed, must outlive the HTTP server
 */
void site_watch(Site *site, Health *health);

/**
 * site_on_damage() - set a function that is called, on any thread, when a feed or page finds that the
 * store is damaged
 */
void site_on_damage(Site *site, void (*on_damage)(void *userdata), void *userdata);

/**
 * site_note_tokens() - set where the newest change is noted that a sync token of a feed may have
 * @mark: borrowed, must outlive the site; NULL for nowhere
 */
void site_note_tokens(Site *site, SyncMark *mark);

/**
 * site_invalidate() - note that the store has changed or a new day has begun: kept feeds and pages are
 * checked before they are sent again. Call it from any thread.
 */
void site_invalidate(Site *site);

/**
 * site_prepare() - do the steps of a change of configuration that can fail
 * @config: referenced
 * @ret:    to be passed to site_commit(), or to site_plan_free() if the change is cancelled; NULL on failure
 *
 * Return: 0 or negative errno.
 */
typedef struct SitePlan SitePlan;
int site_prepare(Config *config, SitePlan **ret);
SitePlan *site_plan_free(SitePlan *plan);
DEFINE_CLEANUP(SitePlan, site_plan_freep, site_plan_free)

/** site_commit() - use the prepared configuration, with the same store; takes ownership of @plan */
void site_commit(Site *site, SitePlan *plan);

/** site_config() - get the current configuration; the caller owns the reference */
Config *site_config(Site *site);

/** site_base() - get the current base of pages; the caller must call page_base_done() */
void site_base(Site *site, PageBase *ret);

/**
 * site_page_view() - make the view of a request, for a page that is not kept. In every case the caller
 * must call page_view_done().
 *
 * Return: 0 or negative errno.
 */
int site_page_view(Site *site, HttpRequest *request, PageView *ret);

/** site_reply_page() - call page_cache_reply() with the site's cache. */
int site_reply_page(Site *site, HttpRequest *request, const PageAsked *asked);

/** site_reply_error() - call page_reply_error() with the site's current base. */
int site_reply_error(Site *site, HttpRequest *request, int status, const char *text);

/**
 * site_reply_failure() - log a failure of the store and reply 503. A negative errno gets no reply.
 * @store: the store that failed; NULL if the failure has been logged already
 * @r:     a condition of the store, or negative errno
 *
 * Return: 0 or negative errno; @r if it is negative.
 */
int site_reply_failure(Site *site, HttpRequest *request, Store *store, int r);

usec_t site_now(const Site *site);  /* microseconds since the epoch */
Health *site_health(Site *site);    /* NULL before site_watch() */
StorePool *site_stores(Site *site); /* connections to read with; borrowed */
FeedCache *site_feeds(Site *site);
FeedDeltas *site_deltas(Site *site);
ChangeLimit *site_changes(Site *site);

/** site_count_feed() - count a reply with a feed: sent, or not modified. */
void site_count_feed(Site *site, bool not_modified);

/** site_feeds_served() - the number of replies that site_count_feed() has counted */
uint64_t site_feeds_served(Site *site, bool not_modified);

/** site_count_conflict() - count a meeting that was refused because its time was taken */
void site_count_conflict(Site *site);

/** site_conflicts() - the number of meetings that site_count_conflict() has counted */
uint64_t site_conflicts(Site *site);

/**
 * site_open_store() - open a new connection for the caller. The history calls its changes those of a
 * reader; a page for accounts calls history_set_author().
 *
 * Return: as store_open(); a failure has been logged.
 */
int site_open_store(Site *site, StoreMode mode, Store **ret);
