#pragma once

/* For the tests of the cache: feeds that are made without a store. */

#include "feed/jcal.h"
#include "store/private-feed.h"
#include "store/subscription.h"
#include "web/feed-cache.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_store.h"

struct Feed {
        Content *content;
        int version;
        int64_t contact;
        bool missing;
        const Config *config;
};

/* State of the fakes, and counts of the cache's calls. */
static struct World {
        _Atomic int version;         /* version number in every feed's bytes */
        _Atomic int fails;           /* what feed_update() returns when not 0 */
        _Atomic int64_t contact;     /* contact of every token; 0: none */
        _Atomic int width;           /* width of the number in the bytes */
        void (*while_updated)(void); /* called once, while a feed is updated */
        void (*before_build)(void); /* called once, when a thread is about to update a feed that has bytes */
        const Config *_Atomic config; /* of the feed that was updated last */
        _Atomic int n_updates, n_feeds, n_references;
} world;

int private_feed_contact(Store *store, const char *token, int64_t *ret_contact)
{
        (void)store, (void)token;
        if (!world.contact)
                return STORE_E_NOT_FOUND;
        *ret_contact = world.contact;
        return 0;
}

Config *config_ref(Config *config)
{
        world.n_references++;
        return config;
}

Config *config_unref(Config *config)
{
        if (config)
                world.n_references--;
        return NULL;
}

/* Replaces the function of the C library. */
int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
        void (*then)(void) = world.before_build;
        if (then) {
                world.before_build = NULL;
                then();
        }
        return pthread_mutex_timedlock(mutex, &(struct timespec){ 0 }) == 0 ? 0 : EBUSY;
}

int feed_new(const FeedName *name, Config *config, Feed **ret)
{
        Feed *feed = calloc(1, sizeof(*feed));
        feed->config = config;
        feed->contact = name->contact;
        feed->missing = name->target && strncmp(name->target, "missing", 7) == 0;
        world.n_feeds++;
        *ret = feed;
        return 0;
}

Feed *feed_free(Feed *feed)
{
        if (!feed)
                return NULL;
        world.n_feeds--;
        content_unref(feed->content);
        free(feed);
        return NULL;
}

int feed_update(Feed *feed, Store *store, usec_t now, bool *ret_changed)
{
        assert_non_null(store);
        assert_true(now > 0);
        world.n_updates++;
        world.config = feed->config;
        void (*then)(void) = world.while_updated;
        if (then) {
                world.while_updated = NULL;
                then();
        }
        if (world.fails)
                return world.fails;
        if (feed->missing)
                return FEED_E_NOT_FOUND;
        int version = world.version;
        *ret_changed = feed->version != version;
        feed->version = version;
        char *text;
        int len = asprintf(&text, "version %d of contact %*d", version, world.width, (int)feed->contact);
        CLEANUP(blob_unrefp) Blob *blob = blob_copy(text, (size_t)len);
        content_unref(feed->content);
        assert_int_equal(content_of_blob(blob, &feed->content), 0);
        free(text);
        return 0;
}

Content *feed_content(const Feed *feed)
{
        return feed->content;
}

const ConfigKind *config_kind(const Config *config, const char *category)
{
        (void)config;
        (void)category;
        return NULL;
}

const char *config_text(const ConfigText *text, const char *language)
{
        (void)text;
        (void)language;
        return "";
}

const char *feed_title(const Feed *feed)
{
        (void)feed;
        return NULL;
}

void sync_mark_tell(SyncMark *mark, int64_t change)
{
        (void)mark, (void)change;
}

int64_t feed_sync_token(const Feed *feed, char ret[static FEED_TOKEN_SIZE])
{
        snprintf(ret, FEED_TOKEN_SIZE, "data:,%d", feed->version);
        return feed->version;
}

usec_t feed_modified(const Feed *feed)
{
        return feed->version * USEC_PER_SEC;
}

int jcal_write(const char *text, size_t len, Buffer *out)
{
        buffer_printf(out, "json of %.*s", (int)len, text);
        return buffer_error(out);
}

static Config config = {
        .store = FAKE_STORE_URL, .http.compress = CODING_BIT(CODING_GZIP), .feed.max_age = USEC_PER_SEC
};
static Clock system_clock;
static StorePool *stores;

static inline int set_up(void **state)
{
        memset(&world, 0, sizeof(world));
        fake_stores = (struct FakeStores){ 0 };
        world.version = 1;
        clock_init(&system_clock);
        int r = store_pool_new(FAKE_STORE_URL, NULL, STORE_READ_ONLY, &stores);
        return r < 0 ? r : feed_cache_new(&config, stores, &system_clock, (FeedCache **)state);
}

static inline int tear_down(void **state)
{
        feed_cache_free(*state);
        store_pool_free(stores);
        assert_int_equal(fake_stores.n_open, 0);
        assert_int_equal(world.n_feeds, 0);
        assert_int_equal(world.n_references, 0);
        return 0;
}

static inline int get_entity(FeedCache *cache, FeedScope scope, const char *target, HttpEntity **ret)
{
        return feed_cache_get(cache, &(FeedAsked){ .scope = scope, .target = target }, ret);
}

/* Returns an entity for comparison only: it is valid while the cache holds its reference. */
static inline const HttpEntity *get(FeedCache *cache, FeedScope scope, const char *target)
{
        HttpEntity *entity = NULL;
        int r = get_entity(cache, scope, target, &entity);
        if (r != 0)
                fail_msg("%s: %d", target, r);
        http_entity_unref(entity);
        return entity;
}
