#pragma once

/*
 * A cache of feeds that are ready to be sent. Until the cache is invalidated, a kept feed is sent without
 * reading the store. Then one thread updates the feed, while the other threads send the older bytes. While
 * the store fails, all threads send the older bytes. Any thread may call these functions.
 */

#include "base/clock.h"
#include "base/conditions.h"
#include "config/config.h"
#include "feed/feed.h"
#include "http/entity.h"

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
};

/**
 * feed_cache_new() - make an empty cache
 * @config: referenced
 * @zones, @clock: borrowed, must outlive the cache
 * Return: 0 or negative errno.
 */
int feed_cache_new(Config *config, ZoneTable *zones, const Clock *clock, FeedCache **ret);
FeedCache *feed_cache_free(FeedCache *cache);
DEFINE_CLEANUP(FeedCache, feed_cache_freep, feed_cache_free)

/** feed_cache_invalidate() - mark all feeds to be compared with the store before they are sent again */
void feed_cache_invalidate(FeedCache *cache);

/**
 * feed_cache_reset() - build all feeds again, with another configuration. The store remains that of
 * feed_cache_new().
 */
void feed_cache_reset(FeedCache *cache, Config *config);

/**
 * feed_cache_get() - get a feed that is ready to be sent
 * @target: a kind, collection or UID; for FEED_PRIVATE, the token; for FEED_ALL, ""
 * @ret:    the caller owns the reference
 *
 * Return: 0, FEED_E_NOT_FOUND, FEED_CACHE_E_UNAVAILABLE, or negative errno.
 */
int feed_cache_get(FeedCache *cache, FeedScope scope, const char *target, HttpEntity **ret);

/** feed_cache_get_jcal() - get the feed of everything as jCal (RFC 7265) */
int feed_cache_get_jcal(FeedCache *cache, HttpEntity **ret);
