/* Tests feeds that are out of date: they are made again, or sent as they are meanwhile. */

#include "cached_feeds.h"

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

int main(void)
{
#define CACHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                CACHED(test_feed_cache_invalidate__same_bytes_same_entity),
                CACHED(test_feed_cache_find__what_can_be_sent_at_once),
                CACHED(test_feed_cache_find__older_bytes_during_an_update),
                CACHED(test_feed_cache_reset__builds_all_feeds_again),
                CACHED(test_feed_cache_reset__before_an_old_feed_is_updated),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
