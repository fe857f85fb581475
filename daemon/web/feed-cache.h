#pragma once

/*
 * Feeds as they are served. A built feed is kept and sent without a look at the store until it is
 * invalidated; then one thread brings it up to date while the others send the bytes that are there, as all
 * do while the store fails. Any thread may call.
 */

#include "base/clock.h"
#include "base/conditions.h"
#include "config/config.h"
#include "feed/feed.h"
#include "http/entity.h"

typedef struct FeedCache FeedCache;

enum {
        /* Kept feeds: the least recently used one makes room; those of kinds and of everything never do. */
        FEED_CACHE_SLOTS = 256,
        FEED_CACHE_BYTES = 64 * 1024 * 1024, /* of all others than those, uncompressed */
        /* The store fails and there are no older bytes; FEED_E_NOT_FOUND is the other condition. */
        FEED_CACHE_E_UNAVAILABLE = CONDITIONS_WEB + 1,
};

/** feed_cache_new() - @config is referenced; @zones and @clock are borrowed and must outlive the cache */
int feed_cache_new(Config *config, ZoneTable *zones, const Clock *clock, FeedCache **ret);
FeedCache *feed_cache_free(FeedCache *cache);
DEFINE_CLEANUP(FeedCache, feed_cache_freep, feed_cache_free)

/** feed_cache_invalidate() - every feed is compared with the store before it is sent again. */
void feed_cache_invalidate(FeedCache *cache);

/**
 * feed_cache_reset() - everything is built anew, by another configuration; the store stays the one that it
 * was made with.
 */
void feed_cache_reset(FeedCache *cache, Config *config);

/**
 * feed_cache_get() - a feed that is ready to be sent
 * @target: kind, collection, UID; FEED_PRIVATE: the token; FEED_ALL: ""
 * @ret:    http_entity_unref() it
 *
 * Return: 0, FEED_E_NOT_FOUND, FEED_CACHE_E_UNAVAILABLE, negative errno.
 */
int feed_cache_get(FeedCache *cache, FeedScope scope, const char *target, HttpEntity **ret);

/** feed_cache_get_jcal() - the feed of everything as jCal (RFC 7265), kept in the same way. */
int feed_cache_get_jcal(FeedCache *cache, HttpEntity **ret);
