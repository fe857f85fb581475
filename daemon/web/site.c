#include "web/site.h"

#include "base/log.h"
#include "store/history.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

struct Site {
        ZoneTable *zones;
        const Clock *clock;
        char *store_url;
        StorePool *stores; /* to read, for feeds and pages */
        FeedCache *feeds;
        FeedDeltas *deltas;
        PageCache *pages;
        ChangeLimit *changes;
        _Atomic(Health *) health;
        _Atomic uint64_t feeds_sent, feeds_not_modified, conflicts;
        pthread_mutex_t lock; /* guards `config` and `style` */
        Config *config;
        Style *style;
};

int site_new(Config *config, ZoneTable *zones, const Clock *clock, Site **ret)
{
        *ret = NULL;
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
        int r = store_pool_new(config->store, zones, STORE_READ_ONLY, &site->stores);
        if (r == 0)
                r = feed_cache_new(config, site->stores, clock, &site->feeds);
        if (r == 0)
                r = feed_deltas_new(config, site->stores, clock, &site->deltas);
        if (r == 0)
                r = style_new(config, &site->style);
        if (r == 0)
                r = page_cache_new(config, site->stores, &site->pages);
        if (r == 0)
                r = change_limit_new(&site->changes);
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
        feed_deltas_free(site->deltas);
        page_cache_free(site->pages);
        store_pool_free(site->stores);
        change_limit_free(site->changes);
        style_unref(site->style);
        config_unref(site->config);
        pthread_mutex_destroy(&site->lock);
        free(site->store_url);
        free(site);
        return NULL;
}

void site_on_damage(Site *site, void (*on_damage)(void *userdata), void *userdata)
{
        store_pool_on_damage(site->stores, on_damage, userdata);
}

void site_invalidate(Site *site)
{
        feed_cache_invalidate(site->feeds);
        feed_deltas_invalidate(site->deltas);
        page_cache_invalidate(site->pages);
}

struct SitePlan {
        Config *config;
        Style *style;
};

int site_prepare(Config *config, SitePlan **ret)
{
        *ret = NULL;
        CLEANUP(site_plan_freep) SitePlan *plan = calloc(1, sizeof(*plan));
        if (!plan)
                return -ENOMEM;
        plan->config = config_ref(config);
        int r = style_new(config, &plan->style);
        if (r == 0)
                *ret = TAKE_PTR(plan);
        return r;
}

SitePlan *site_plan_free(SitePlan *plan)
{
        if (!plan)
                return NULL;
        style_unref(plan->style);
        config_unref(plan->config);
        free(plan);
        return NULL;
}

void site_commit(Site *site, SitePlan *plan)
{
        pthread_mutex_lock(&site->lock);
        SitePlan old = { site->config, site->style };
        site->config = plan->config;
        site->style = plan->style;
        pthread_mutex_unlock(&site->lock);
        feed_cache_reset(site->feeds, site->config);
        feed_deltas_reset(site->deltas, site->config);
        page_cache_reset(site->pages, site->config);
        *plan = old;
        site_plan_free(plan);
}

Config *site_config(Site *site)
{
        pthread_mutex_lock(&site->lock);
        Config *config = config_ref(site->config);
        pthread_mutex_unlock(&site->lock);
        return config;
}

void site_base(Site *site, PageBase *ret)
{
        pthread_mutex_lock(&site->lock);
        ret->config = config_ref(site->config);
        ret->style = style_ref(site->style);
        pthread_mutex_unlock(&site->lock);
        ret->zones = site->zones;
        ret->now = clock_now(site->clock);
}

int site_page_view(Site *site, HttpRequest *request, PageView *ret)
{
        CLEANUP(page_base_done) PageBase base;
        site_base(site, &base);
        return page_view_init(ret, &base, request);
}

int site_reply_page(Site *site, HttpRequest *request, const PageAsked *asked)
{
        CLEANUP(page_base_done) PageBase base;
        site_base(site, &base);
        return page_cache_reply(site->pages, &base, request, asked);
}

int site_reply_error(Site *site, HttpRequest *request, int status, const char *text)
{
        CLEANUP(page_base_done) PageBase base;
        site_base(site, &base);
        return page_reply_error(request, &base, status, text);
}

int site_reply_failure(Site *site, HttpRequest *request, Store *store, int r)
{
        if (r < 0)
                return r;
        if (store)
                log_kind(JOURNAL_STORE_FAILS, NULL, "web: the store fails: %s", store_explain(store, r));
        return site_reply_error(site, request, 503, NULL);
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

void site_count_conflict(Site *site)
{
        atomic_fetch_add_explicit(&site->conflicts, 1, memory_order_relaxed);
}

uint64_t site_conflicts(Site *site)
{
        return atomic_load_explicit(&site->conflicts, memory_order_relaxed);
}

usec_t site_now(const Site *site)
{
        return clock_now(site->clock);
}

StorePool *site_stores(Site *site)
{
        return site->stores;
}

FeedCache *site_feeds(Site *site)
{
        return site->feeds;
}

FeedDeltas *site_deltas(Site *site)
{
        return site->deltas;
}

void site_note_tokens(Site *site, SyncMark *mark)
{
        feed_cache_note_tokens(site->feeds, mark);
        feed_deltas_note_tokens(site->deltas, mark);
}

ChangeLimit *site_changes(Site *site)
{
        return site->changes;
}

int site_open_store(Site *site, StoreMode mode, Store **ret)
{
        InputError error = { 0 };
        int r = store_open(site->store_url, mode, site->zones, ret, &error);
        if (r == 0)
                history_set_author(*ret, HISTORY_READER, "");
        else
                log_kind(JOURNAL_STORE_FAILS, NULL, "web: the store cannot be opened: %s",
                                r > 0 ? error.message : strerror(-r));
        return r;
}
