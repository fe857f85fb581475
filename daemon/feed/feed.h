#pragma once

/*
 * The bytes of a calendar as subscribers get them, built once per change. They depend on the store, the
 * configuration and the day alone, so the same store gives the same bytes after every restart. After a
 * change only the changed objects are rendered again; the others are copied.
 */

#include "base/blob.h"
#include "base/cleanup.h"
#include "config/config.h"
#include "feed/name.h"
#include "store/store.h"

typedef struct Feed Feed;

/**
 * feed_new() - make a feed, which has no bytes until feed_update()
 * @config: referenced
 */
int feed_new(const FeedName *name, Config *config, Feed **ret);
Feed *feed_free(Feed *feed);
DEFINE_CLEANUP(Feed, feed_freep, feed_free)

/**
 * feed_update() - bring a feed up to date: in full at first and on a new day, else by the changes since
 * @now:         the window is placed around this time
 * @ret_changed: whether the bytes differ from those before
 *
 * Return: 0, FEED_E_NOT_FOUND, a condition of the store, negative errno; on failure the bytes are
 * unchanged.
 */
int feed_update(Feed *feed, Store *store, usec_t now, bool *ret_changed);

/**
 * feed_bytes() - return the current bytes, borrowed until the next feed_update(); NULL before the first
 * one
 */
const char *feed_bytes(const Feed *feed, size_t *ret_len);

/**
 * feed_blob() - return the same bytes, borrowed; blob_ref() them to keep them beyond the next
 * feed_update()
 */
Blob *feed_blob(const Feed *feed);

/** feed_modified() - return when any object that the feed could contain last changed */
usec_t feed_modified(const Feed *feed);
