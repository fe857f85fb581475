/*
 * Tests the cache of feeds with the fake feeds and the fake store of cached_feeds.h, which change or fail as
 * a test wants.
 */

#include "cached_feeds.h"

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
                CACHED(test_feed_cache_get__not_found_is_not_kept),
                CACHED(test_feed_cache_get__old_bytes_while_the_store_fails),
                CACHED(test_feed_cache_key__of_one_feed),
                CACHED(test_feed_cache_get__retries_after_the_clock_was_set_back),
                CACHED(test_feed_cache_get__keeps_the_maximum_of_bytes),
                CACHED(test_feed_cache_get__tokens),
                CACHED(test_feed_cache_get__bounded),
                CACHED(test_feed_cache__threads),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
