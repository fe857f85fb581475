#pragma once

/*
 * Feeds: the bytes of a calendar as subscribers get them, made once per change and kept. A Feed's content depends on the store, the configuration
 * and the day alone, so the same store gives the same bytes after every restart. A change among many events costs what changed plus a copy.
 */

#include "base/blob.h"
#include "base/cleanup.h"
#include "config/config.h"
#include "store/store.h"

/** What a feed holds. */
typedef enum FeedScope { FEED_ALL = 1, FEED_KIND, FEED_CALENDAR, FEED_EVENT, FEED_PRIVATE } FeedScope;

typedef struct FeedName {
        FeedScope scope;
        const char *target; /* kind, collection, UID; NULL for FEED_ALL */
        int64_t contact;    /* FEED_PRIVATE: whose */
} FeedName;

typedef struct Feed Feed;

enum {
        FEED_E_NOT_FOUND = 1, /* no such kind, calendar or event, or nothing of it may be seen */
};

/**
 * feed_new() - an empty feed that is to be built
 * @config: referenced
 */
int feed_new(const FeedName *name, Config *config, Feed **ret);
Feed *feed_free(Feed *feed);
DEFINE_CLEANUP(Feed, feed_freep, feed_free)

/**
 * feed_update() - bring it up to date with the store at @now; full at first and on a new day, by the changes otherwise
 * @ret_changed: whether the bytes are other ones than before
 *
 * Return: 0, FEED_E_NOT_FOUND (the feed stays as it was), a store condition (the same), negative errno.
 */
int feed_update(Feed *feed, Store *store, usec_t now, bool *ret_changed);

/** The current bytes and what HTTP needs of them; borrowed until the next feed_update(). */
const char *feed_bytes(const Feed *feed, size_t *ret_len);
Blob *feed_blob(const Feed *feed); /* the same bytes; blob_ref() it to keep them beyond the next update */
usec_t feed_modified(const Feed *feed);
size_t feed_n_events(const Feed *feed);

/** feed_compress() - gzip of some bytes (RFC 1952) by libdeflate, with no time in it, so that the same bytes give the same. */
int feed_compress(const char *bytes, size_t len, Buffer *out);
