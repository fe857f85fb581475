#pragma once

/*
 * Feeds as they are served: what was built is kept and handed out without a look at the store until it is invalidated; then one
 * thread brings it up to date while the others hand out the bytes that are there, which is also what happens while the store fails. Any
 * thread may call.
 */

#include "base/clock.h"
#include "config/config.h"
#include "feed/feed.h"
#include "http/entity.h"

typedef struct FeedCache FeedCache;

enum {
        FEED_CACHE_SLOTS =
                        256, /* kept feeds; the one unused for the longest time makes room, those of kinds and of everything never do */
        FEED_CACHE_E_UNAVAILABLE =
                        2, /* the store fails and there is nothing older; FEED_E_NOT_FOUND is the other condition */
};

/** feed_cache_new() - @config is referenced; @zones and @clock are borrowed and must outlive the cache */
int feed_cache_new(Config *config, ZoneTable *zones, const Clock *clock, FeedCache **ret);
FeedCache *feed_cache_free(FeedCache *cache);
DEFINE_CLEANUP(FeedCache, feed_cache_freep, feed_cache_free)

/** feed_cache_invalidate() - everything is looked at again before it is served. */
void feed_cache_invalidate(FeedCache *cache);

/** feed_cache_reset() - everything is built anew, by another configuration; the store stays the one that it was made with. */
void feed_cache_reset(FeedCache *cache, Config *config);

/**
 * feed_cache_get() - a feed that is ready to be sent
 * @target: kind, collection, UID; of FEED_PRIVATE the token; "" for FEED_ALL
 * @ret:    http_entity_unref() it
 *
 * Return: 0, FEED_E_NOT_FOUND, FEED_CACHE_E_UNAVAILABLE, negative errno.
 */
int feed_cache_get(FeedCache *cache, FeedScope scope, const char *target, HttpEntity **ret);

/** feed_cache_get_jcal() - the feed of everything as jCal (RFC 7265), kept in the same way; for whoever asks first it is made. */
int feed_cache_get_jcal(FeedCache *cache, HttpEntity **ret);
