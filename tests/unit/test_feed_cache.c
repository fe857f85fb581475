/*
 * Tests the cache of feeds with fake feeds and a fake store, which are defined here and change or fail as a
 * test wants.
 */

#include "feed/compress.h"
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
        Blob *blob;
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
        blob_unref(feed->blob);
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
        blob_unref(feed->blob);
        feed->blob = blob_copy(text, (size_t)len);
        free(text);
        return 0;
}

Blob *feed_blob(const Feed *feed)
{
        return feed->blob;
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

usec_t feed_modified(const Feed *feed)
{
        return feed->version * USEC_PER_SEC;
}

int feed_compress(const char *bytes, size_t len, Buffer *out)
{
        buffer_append(out, bytes, len / 2);
        return buffer_error(out);
}

int jcal_write(const char *text, size_t len, Buffer *out)
{
        buffer_printf(out, "json of %.*s", (int)len, text);
        return buffer_error(out);
}

static Config config = { .store = FAKE_STORE_URL, .http.compress = true, .feed.max_age = USEC_PER_SEC };
static Clock system_clock;
static StorePool *stores;

static int set_up(void **state)
{
        memset(&world, 0, sizeof(world));
        fake_stores = (struct FakeStores){ 0 };
        world.version = 1;
        clock_init(&system_clock);
        int r = store_pool_new(FAKE_STORE_URL, NULL, STORE_READ_ONLY, &stores);
        return r < 0 ? r : feed_cache_new(&config, stores, &system_clock, (FeedCache **)state);
}

static int tear_down(void **state)
{
        feed_cache_free(*state);
        store_pool_free(stores);
        assert_int_equal(fake_stores.n_open, 0);
        assert_int_equal(world.n_feeds, 0);
        assert_int_equal(world.n_references, 0);
        return 0;
}

static int get_entity(FeedCache *cache, FeedScope scope, const char *target, HttpEntity **ret)
{
        return feed_cache_get(cache, &(FeedAsked){ .scope = scope, .target = target }, ret);
}

/* Returns an entity for comparison only: it is valid while the cache holds its reference. */
static const HttpEntity *get(FeedCache *cache, FeedScope scope, const char *target)
{
        HttpEntity *entity = NULL;
        int r = get_entity(cache, scope, target, &entity);
        if (r != 0)
                fail_msg("%s: %d", target, r);
        http_entity_unref(entity);
        return entity;
}

static int get_failure(FeedCache *cache, FeedScope scope, const char *target)
{
        HttpEntity *entity = NULL;
        int r = get_entity(cache, scope, target, &entity);
        assert_null(entity);
        return r;
}

static void test_feed_cache_get__kept_until_invalidated(void **state)
{
        const HttpEntity *first = get(*state, FEED_ALL, "");
        for (int i = 0; i < 3; i++)
                assert_ptr_equal(get(*state, FEED_ALL, ""), first);
        assert_int_equal(world.n_updates, 1);
        assert_ptr_not_equal(get(*state, FEED_KIND, "session"), first);
        assert_ptr_not_equal(get(*state, FEED_CALENDAR, "session"), get(*state, FEED_KIND, "session"));
        assert_int_equal(world.n_updates, 3);
        assert_int_equal(fake_stores.n_opened, 1);
}

static void test_feed_cache_get__jcal_is_kept_beside_the_feed(void **state)
{
        static const FeedAsked jcal = { .scope = FEED_ALL, .form = FEED_FORM_JCAL, .target = "" };
        HttpEntity *json = NULL, *again = NULL;
        const HttpEntity *feed = get(*state, FEED_ALL, "");
        for (int i = 0; i < 2; i++) {
                assert_int_equal(feed_cache_get(*state, &jcal, &json), 0);
                assert_int_equal(feed_cache_get(*state, &jcal, &again), 0);
                assert_ptr_equal(json, again);
                assert_ptr_not_equal(json, feed);
                http_entity_unref(json);
                http_entity_unref(again);
                assert_ptr_equal(get(*state, FEED_ALL, ""), feed);
                feed_cache_invalidate(*state);
        }
        assert_int_equal(world.n_updates, 4);
}

static void test_feed_cache_invalidate__same_bytes_same_entity(void **state)
{
        const HttpEntity *first = get(*state, FEED_ALL, "");
        feed_cache_invalidate(*state);
        assert_ptr_equal(get(*state, FEED_ALL, ""), first);
        assert_int_equal(world.n_updates, 2);
        HttpEntity *held = NULL;
        assert_int_equal(get_entity(*state, FEED_ALL, "", &held), 0);
        world.version = 2;
        assert_ptr_equal(get(*state, FEED_ALL, ""), held);
        feed_cache_invalidate(*state);
        assert_ptr_not_equal(get(*state, FEED_ALL, ""), held);
        http_entity_unref(held);
}

static void test_feed_cache_get__not_found_is_not_kept(void **state)
{
        for (int i = 0; i < 3; i++)
                assert_int_equal(get_failure(*state, FEED_EVENT, "missing"), FEED_E_NOT_FOUND);
        assert_int_equal(world.n_updates, 3);
        assert_int_equal(world.n_feeds, 0);
        get(*state, FEED_EVENT, "there");
        world.fails = FEED_E_NOT_FOUND;
        feed_cache_invalidate(*state);
        assert_int_equal(get_failure(*state, FEED_EVENT, "there"), FEED_E_NOT_FOUND);
        assert_int_equal(world.n_feeds, 0);
}

static void test_feed_cache_get__old_bytes_while_the_store_fails(void **state)
{
        const HttpEntity *first = get(*state, FEED_ALL, "");
        world.fails = DB_E_IO;
        world.version = 2;
        feed_cache_invalidate(*state);
        for (int i = 0; i < 3; i++)
                assert_ptr_equal(get(*state, FEED_ALL, ""), first);
        assert_int_equal(world.n_updates, 2);    /* no second attempt within one second */
        assert_int_equal(fake_stores.n_open, 0); /* a connection that failed is closed */
        assert_int_equal(get_failure(*state, FEED_KIND, "session"), FEED_CACHE_E_UNAVAILABLE);
        world.fails = 0;
        fake_stores.fails = DB_E_BUSY;
        assert_int_equal(get_failure(*state, FEED_KIND, "session"), FEED_CACHE_E_UNAVAILABLE);
        fake_stores.fails = 0;
        get(*state, FEED_KIND, "session");
}

static const FeedAsked whole = { .scope = FEED_ALL, .target = "" };

static void test_feed_cache_find__what_can_be_sent_at_once(void **state)
{
        HttpEntity *entity = NULL;
        clock_init_rehearsed(&system_clock, 1000 * USEC_PER_SEC);
        assert_int_equal(feed_cache_find(*state, &whole, &entity), FEED_CACHE_E_OUTDATED);
        const HttpEntity *first = get(*state, FEED_ALL, "");
        assert_int_equal(feed_cache_find(*state, &whole, &entity), 0);
        assert_ptr_equal(entity, first);
        entity = http_entity_unref(entity);
        feed_cache_invalidate(*state);
        assert_int_equal(feed_cache_find(*state, &whole, &entity), FEED_CACHE_E_OUTDATED);
        assert_null(entity);
        /* While the store fails, the older bytes are sent at once, except for one attempt a second. */
        world.fails = DB_E_IO;
        get(*state, FEED_ALL, "");
        assert_int_equal(feed_cache_find(*state, &whole, &entity), 0);
        entity = http_entity_unref(entity);
        clock_init_rehearsed(&system_clock, 1002 * USEC_PER_SEC);
        assert_int_equal(feed_cache_find(*state, &whole, &entity), FEED_CACHE_E_OUTDATED);
        assert_int_equal(world.n_updates, 2);
}

static FeedCache *updated_cache;

static void find_while_updated(void)
{
        HttpEntity *entity = NULL;
        assert_int_equal(feed_cache_find(updated_cache, &whole, &entity), 0);
        http_entity_unref(entity);
}

static void test_feed_cache_find__older_bytes_during_an_update(void **state)
{
        updated_cache = *state;
        get(*state, FEED_ALL, "");
        feed_cache_invalidate(*state);
        world.while_updated = find_while_updated;
        get(*state, FEED_ALL, "");
        assert_null(world.while_updated);
        feed_cache_invalidate(*state);
        HttpEntity *entity = NULL;
        assert_int_equal(feed_cache_find(*state, &whole, &entity), FEED_CACHE_E_OUTDATED);
}

static void test_feed_cache_key__of_one_feed(void **state)
{
        static const FeedAsked asked[] = {
                { FEED_ALL, FEED_FORM_ICALENDAR, "" },
                { FEED_ALL, FEED_FORM_JCAL, "" },
                { FEED_KIND, FEED_FORM_ICALENDAR, "session" },
                { FEED_CALENDAR, FEED_FORM_ICALENDAR, "session" },
                { FEED_EVENT, FEED_FORM_ICALENDAR, "session" },
                { FEED_KIND, FEED_FORM_ICALENDAR, "exhibition" },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++)
                for (size_t j = 0; j < i; j++)
                        assert_true(feed_cache_key(&asked[i]) != feed_cache_key(&asked[j]));
}

static void test_feed_cache_get__retries_after_the_clock_was_set_back(void **state)
{
        clock_init_rehearsed(&system_clock, 1000 * USEC_PER_SEC);
        const HttpEntity *first = get(*state, FEED_ALL, "");
        world.fails = DB_E_IO;
        feed_cache_invalidate(*state);
        assert_ptr_equal(get(*state, FEED_ALL, ""), first);
        world.fails = 0;
        world.version = 2;
        clock_init_rehearsed(&system_clock, 900 * USEC_PER_SEC);
        get(*state, FEED_ALL, "");
        assert_int_equal(world.n_updates, 3);
}

/*
 * With private feeds of four megabytes each, the cache keeps the most recent ones up to its limit of
 * bytes, and the feeds of all kinds.
 */
static void test_feed_cache_get__keeps_the_maximum_of_bytes(void **state)
{
        enum { LARGE = 4 * 1024 * 1024, MANY = 40, KEPT = FEED_CACHE_BYTES / LARGE };
        char token[16];
        world.contact = 1;
        get(*state, FEED_KIND, "session");
        world.width = LARGE - 64;
        for (int i = 0; i < MANY; i++) {
                snprintf(token, sizeof(token), "token%d", i);
                get(*state, FEED_PRIVATE, token);
        }
        assert_int_equal(world.n_feeds, KEPT + 1);
        int n_updates = world.n_updates;
        get(*state, FEED_PRIVATE, token);
        get(*state, FEED_KIND, "session");
        assert_int_equal(world.n_updates, n_updates);
        /* A feed that grows counts with its new size. */
        world.width = LARGE * 3;
        world.version++;
        feed_cache_invalidate(*state);
        get(*state, FEED_PRIVATE, token);
        assert_true(world.n_feeds <= KEPT - 1);
}

static void test_feed_cache_get__tokens(void **state)
{
        assert_int_equal(get_failure(*state, FEED_PRIVATE, "token"), FEED_E_NOT_FOUND);
        world.contact = 7;
        HttpEntity *first = NULL;
        assert_int_equal(get_entity(*state, FEED_PRIVATE, "token", &first), 0);
        assert_ptr_equal(get(*state, FEED_PRIVATE, "token"), first);
        world.contact = 8;
        feed_cache_invalidate(*state);
        assert_ptr_not_equal(get(*state, FEED_PRIVATE, "token"), first);
        http_entity_unref(first);
        assert_int_equal(world.n_feeds, 1);
        world.contact = 0;
        feed_cache_invalidate(*state);
        assert_int_equal(get_failure(*state, FEED_PRIVATE, "token"), FEED_E_NOT_FOUND);
        assert_int_equal(world.n_feeds, 0);
}

static void test_feed_cache_get__bounded(void **state)
{
        char target[32];
        get(*state, FEED_ALL, "");
        get(*state, FEED_KIND, "session");
        for (int i = 0; i < 3 * FEED_CACHE_SLOTS; i++) {
                snprintf(target, sizeof(target), "event-%d", i);
                get(*state, FEED_EVENT, target);
                get(*state, FEED_EVENT, "often");
        }
        assert_int_equal(world.n_feeds, FEED_CACHE_SLOTS);
        int n_updates = world.n_updates;
        get(*state, FEED_ALL, "");
        get(*state, FEED_KIND, "session");
        get(*state, FEED_EVENT, "often");
        get(*state, FEED_EVENT, target);
        assert_int_equal(world.n_updates, n_updates);
        get(*state, FEED_EVENT, "event-0");
        assert_int_equal(world.n_updates, n_updates + 1);
}

static void test_feed_cache_reset__builds_all_feeds_again(void **state)
{
        Config other = config;
        get(*state, FEED_ALL, "");
        feed_cache_reset(*state, &other);
        assert_int_equal(world.n_feeds, 0);
        get(*state, FEED_ALL, "");
        assert_int_equal(world.n_updates, 2);
        feed_cache_reset(*state, &config);
}

static Config other_config;

static void reset_before_build(void)
{
        feed_cache_reset(updated_cache, &other_config);
}

/* The thread has found the feed of the old configuration, but has not begun to update it. */
static void test_feed_cache_reset__before_an_old_feed_is_updated(void **state)
{
        HttpEntity *first = NULL;
        other_config = config;
        updated_cache = *state;
        assert_int_equal(get_entity(*state, FEED_ALL, "", &first), 0);
        feed_cache_invalidate(*state);
        world.before_build = reset_before_build;
        assert_ptr_not_equal(get(*state, FEED_ALL, ""), first);
        assert_null(world.before_build);
        assert_ptr_equal(world.config, &other_config);
        http_entity_unref(first);
        feed_cache_reset(*state, &config);
}

typedef struct Reader {
        FeedCache *cache;
        _Atomic bool *stop;
        long n_read;
} Reader;

static void *read_all(void *userdata)
{
        Reader *reader = userdata;
        static const FeedScope scopes[] = { FEED_ALL, FEED_KIND, FEED_EVENT, FEED_CALENDAR };
        for (; !*reader->stop; reader->n_read++) {
                char target[16];
                snprintf(target, sizeof(target), "%ld", reader->n_read % 300);
                HttpEntity *entity = NULL;
                FeedScope scope = scopes[reader->n_read % 4];
                if (get_entity(reader->cache, scope, scope == FEED_ALL ? "" : target, &entity) != 0)
                        return reader;
                http_entity_unref(entity);
        }
        return NULL;
}

static void test_feed_cache__threads(void **state)
{
        enum { THREADS = 4, CHANGES = 200 };
        _Atomic bool stop = false;
        pthread_t threads[THREADS];
        Reader readers[THREADS];
        for (int i = 0; i < THREADS; i++) {
                readers[i] = (Reader){ .cache = *state, .stop = &stop };
                assert_int_equal(pthread_create(&threads[i], NULL, read_all, &readers[i]), 0);
        }
        for (int i = 0; i < CHANGES; i++) {
                world.version++;
                if (i % 20 == 0)
                        feed_cache_reset(*state, &config);
                feed_cache_invalidate(*state);
                get(*state, FEED_ALL, "");
        }
        stop = true;
        for (int i = 0; i < THREADS; i++) {
                void *failed;
                pthread_join(threads[i], &failed);
                assert_null(failed);
        }
}

int main(void)
{
#define CACHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                CACHED(test_feed_cache_get__kept_until_invalidated),
                CACHED(test_feed_cache_get__jcal_is_kept_beside_the_feed),
                CACHED(test_feed_cache_invalidate__same_bytes_same_entity),
                CACHED(test_feed_cache_get__not_found_is_not_kept),
                CACHED(test_feed_cache_get__old_bytes_while_the_store_fails),
                CACHED(test_feed_cache_find__what_can_be_sent_at_once),
                CACHED(test_feed_cache_find__older_bytes_during_an_update),
                CACHED(test_feed_cache_key__of_one_feed),
                CACHED(test_feed_cache_get__retries_after_the_clock_was_set_back),
                CACHED(test_feed_cache_get__keeps_the_maximum_of_bytes),
                CACHED(test_feed_cache_get__tokens),
                CACHED(test_feed_cache_get__bounded),
                CACHED(test_feed_cache_reset__builds_all_feeds_again),
                CACHED(test_feed_cache_reset__before_an_old_feed_is_updated),
                CACHED(test_feed_cache__threads),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
