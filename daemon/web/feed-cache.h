#pragma once

/*
 * A cache of feeds, ready to be sent. A kept feed is sent without reading the store until it is
 * invalidated. Then one thread updates it while the other threads send the older bytes. While the store
 * fails, all threads send the older bytes. Any thread may call.
 *
 *      r = feed_cache_find(feeds, &asked, &entity);
 *      if (r == FEED_CACHE_E_OUTDATED)  // on a thread that may wait:
 *              r = feed_cache_get(feeds, &asked, &entity);
 */

#include "base/clock.h"
#include "base/conditions.h"
#include "config/config.h"
#include "store/pool.h"
#include "store/sync-mark.h"
#include "web/feed-entity.h"

typedef struct FeedCache FeedCache;

enum {
        /*
         * The maximum number of kept feeds. Beyond it the least recently used feed is removed, but never the
         * feed of a kind or of everything.
         */
        FEED_CACHE_SLOTS = 256,
        FEED_CACHE_BYTES = 64 * 1024 * 1024, /* of the removable feeds, uncompressed */
        /* the store fails, and there are no older bytes to send */
        FEED_CACHE_E_UNAVAILABLE = CONDITIONS_WEB + 1,
        FEED_CACHE_E_OUTDATED = CONDITIONS_WEB + 6, /* there is nothing to send before feed_cache_get() */
};

/**
 * feed_cache_new() - make an empty cache
 * @config: referenced
 * @stores: connections to the store; a new configuration keeps them. Borrowed like @clock: both must
 *          outlive the cache
 *
 * Return: 0 or -ENOMEM.
 */
int feed_cache_new(Config *config, StorePool *stores, const Clock *clock, FeedCache **ret);
FeedCache *feed_cache_free(FeedCache *cache);
DEFINE_CLEANUP(FeedCache, feed_cache_freep, feed_cache_free)

/**
 * feed_cache_note_tokens() - set where the newest change is noted that a sync token of a feed may have; call
 * it before other threads use the cache
 * @mark: borrowed, must outlive the cache; NULL for nowhere
 */
void feed_cache_note_tokens(FeedCache *cache, SyncMark *mark);

/** feed_cache_invalidate() - have each feed compared with the store before it is sent again */
void feed_cache_invalidate(FeedCache *cache);

/**
 * feed_cache_reset() - remove all feeds, so that they are built again with another configuration. The store
 * remains that of feed_cache_new(). @config: referenced.
 */
void feed_cache_reset(FeedCache *cache, Config *config);

/** feed_cache_key() - a hash of a feed's scope, target and form. Two feeds may have the same hash. */
uint64_t feed_cache_key(const FeedAsked *asked);

/**
 * feed_cache_find() - get a kept feed, without waiting
 * @ret: http_entity_unref() it; older bytes while another thread updates them or the store fails
 *
 * Return: 0, FEED_CACHE_E_OUTDATED.
 */
int feed_cache_find(FeedCache *cache, const FeedAsked *asked, HttpEntity **ret);

/**
 * feed_cache_get() - get a feed, which is built or updated if necessary
 * @ret: http_entity_unref() it
 *
 * Return: 0, FEED_E_NOT_FOUND, FEED_CACHE_E_UNAVAILABLE, or negative errno.
 */
int feed_cache_get(FeedCache *cache, const FeedAsked *asked, HttpEntity **ret);
