#pragma once

/*
 * A calendar as the bytes that subscribers get, built once per change. The bytes depend only on the store,
 * the configuration and the day, so the same store gives the same bytes after every restart. They are kept
 * in chunks: after a change only the changed objects are rendered again, and only their chunks are made
 * anew.
 */

#include "base/cleanup.h"
#include "config/config.h"
#include "content/content.h"
#include "feed/delta-token.h"
#include "feed/name.h"
#include "store/store.h"

typedef struct Feed Feed;

/**
 * feed_new() - make a feed. It has no bytes before the first feed_update().
 * @config: referenced
 */
int feed_new(const FeedName *name, Config *config, Feed **ret);
Feed *feed_free(Feed *feed);
DEFINE_CLEANUP(Feed, feed_freep, feed_free)

/**
 * feed_update() - bring a feed up to date. At first and on a new day it is built in full, otherwise from the
 * changes since the last update.
 * @now:         the feed's window is around this time
 * @ret_changed: whether the bytes have changed, or older sync tokens are not valid any more
 *
 * Return: 0, FEED_E_NOT_FOUND, a condition of the store, or negative errno; on failure the bytes are
 * unchanged.
 */
int feed_update(Feed *feed, Store *store, usec_t now, bool *ret_changed);

/**
 * feed_content() - return the current bytes, borrowed until the next feed_update(); NULL before the first
 * feed_update(). To keep them longer, take a reference with content_ref().
 */
Content *feed_content(const Feed *feed);

/**
 * feed_title() - the name of the feed of one event, borrowed until the next feed_update(); NULL for other
 * feeds
 */
const char *feed_title(const Feed *feed);

/**
 * feed_sync_token() - the sync token of the current bytes, and the number of the change in it; after the
 * first feed_update()
 */
int64_t feed_sync_token(const Feed *feed, char ret[static FEED_TOKEN_SIZE]);

/** feed_modified() - return when an object that the feed could contain was last changed */
usec_t feed_modified(const Feed *feed);
