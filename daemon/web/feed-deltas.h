#pragma once

/*
 * Deltas of feeds (feed/delta.h), as they are sent: the enhanced GET of
 * draft-ietf-calext-subscription-upgrade-13, 3. A delta is kept until the store changes, because many
 * clients ask with the same token. Any thread may call.
 *
 * A feed has the same address for both GETs. All its replies have `Vary: Prefer, Sync-Token`; those to an
 * enhanced GET are `private` as well, so that a cache that ignores Vary does not give them to others.
 */

#include "http/request.h"
#include "web/feed-cache.h"

typedef struct FeedDeltas FeedDeltas;

enum { FEED_DELTAS_KEPT = 256 }; /* the least recently used one is removed */

/**
 * feed_deltas_new() - make an empty cache
 * @config: referenced
 * @stores, @clock: borrowed, must outlive the cache
 */
int feed_deltas_new(Config *config, StorePool *stores, const Clock *clock, FeedDeltas **ret);
FeedDeltas *feed_deltas_free(FeedDeltas *deltas);
DEFINE_CLEANUP(FeedDeltas, feed_deltas_freep, feed_deltas_free)

/** feed_deltas_note_tokens() - as feed_cache_note_tokens() */
void feed_deltas_note_tokens(FeedDeltas *deltas, SyncMark *mark);

/** feed_deltas_invalidate() - drop all deltas, because the store has changed or a day has begun */
void feed_deltas_invalidate(FeedDeltas *deltas);

/** feed_deltas_reset() - the same, for another configuration, which is referenced */
void feed_deltas_reset(FeedDeltas *deltas, Config *config);

/** feed_deltas_asked() - whether a request is an enhanced GET */
bool feed_deltas_asked(HttpRequest *request);

/**
 * feed_deltas_reply() - reply with what has changed since the request's Sync-Token: 200, 304, or 409 for a
 * token that cannot be answered
 *
 * Return: 0; FEED_DELTAS_E_WHOLE, without a reply, if the request has no token: it gets the feed;
 * HTTP_E_DEFERRED, FEED_E_NOT_FOUND, a condition of the store that was logged, negative errno.
 */
enum { FEED_DELTAS_E_WHOLE = CONDITIONS_WEB + 9 };
int feed_deltas_reply(FeedDeltas *deltas, HttpRequest *request, const FeedAsked *asked);

/** feed_deltas_reply_whole() - reply to an enhanced GET with the whole feed. Return: 0 or negative errno. */
int feed_deltas_reply_whole(HttpRequest *request, HttpEntity *entity, FeedScope scope);
