#pragma once

/*
 * A cache of feeds, ready to be sent. A kept feed is sent without reading the store until it is
 * invalidated. Then one thread updates it while the other threads send the older bytes. While the store
 * fails, all threads send the older bytes. Any thread may call.
 */

#include "base/clock.h"
#include "base/conditions.h"
#include "config/config.h"
#include "feed/feed.h"
#include "http/entity.h"

typedef struct FeedCache FeedCache;

enum {
        /*
         * Maximum of kept feeds: then the least recently used one is removed, but never a feed of a kind
         * or of everything.
         */
        FEED_CACHE_SLOTS = 256,
        FEED_CACHE_BYTES = 64 * 1024 * 1024, /* of the removable feeds, uncompressed */
        /* the store fails, and there are no older bytes to send; the other condition is FEED_E_NOT_FOUND */
        FEED_CACHE_E_UNAVAILABLE = CONDITIONS_WEB + 1,
};

/**
 * feed_cache_new() - make an empty cache. @config is referenced; @zones and @clock are borrowed and must
 * outlive the cache
 */
int feed_cache_new(Config *config, ZoneTable *zones, const Clock *clock, FeedCache **ret);
FeedCache *feed_cache_free(FeedCache *cache);
DEFINE_CLEANUP(FeedCache, feed_cache_freep, feed_cache_free)

/** feed_cache_invalidate() - compare every feed with the store before it is sent again. */
void feed_cache_invalidate(FeedCache *cache);

/**
 * feed_cache_reset() - rebuild everything with another configuration; the store remains the one from
 * feed_cache_new().
 */
void feed_cache_reset(FeedCache *cache, Config *config);

/**
 * feed_cache_get() - get a feed that is ready to be sent
 * @target: kind, collection, UID; FEED_PRIVATE: the token; FEED_ALL: ""
 * @ret:    http_entity_unref() it
 *
 * Return: 0, FEED_E_NOT_FOUND, FEED_CACHE_E_UNAVAILABLE, negative errno.
 */
int feed_cache_get(FeedCache *cache, FeedScope scope, const char *target, HttpEntity **ret);

/** feed_cache_get_jcal() - get the feed of everything as jCal (RFC 7265), from the same cache. */
int feed_cache_get_jcal(FeedCache *cache, HttpEntity **ret);
