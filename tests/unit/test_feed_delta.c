/*
 * Tests deltas of feeds on a store: what they tell of each event. tests/e2e/feed_copies.py applies deltas to
 * copies of feeds, over HTTP and with random changes.
 */

#include "stores.h"

#include "feed/delta.h"
#include "feed/feed.h"
#include "store/calendar.h"
#include "store/epoch.h"
#include "store/history.h"
#include "store/prune.h"

#define TODAY ((usec_t)1624438770 * USEC_PER_SEC) /* 2021-06-23T08:59:30Z */

static const FeedName all = { .scope = FEED_ALL };
static const FeedName sessions = { .scope = FEED_KIND, .target = "session" };

typedef struct World {
        Fixture *f;
        Config *config;
        usec_t now;
        char token[FEED_TOKEN_SIZE];
        FeedDelta delta;
} World;

static void open_world(World *world, void **state)
{
        Fixture *f = *state;
        *world = (World){ .f = f, .now = TODAY };
        world->config = scratch_config(f->directory, f->zones,
                        "kinds = ( { name = \"session\"; }, { name = \"exhibition\"; } );"
                        " feed = { past = \"P30D\"; future = \"P365D\"; };");
}

static void close_world(World *world)
{
        feed_delta_done(&world->delta);
        config_unref(world->config);
}

/* Puts an event on a day, counted from today. */
static void put_on(World *world, const char *uid, int day, const char *more)
{
        char lines[600];
        CivilTime date = civil_from_days(TODAY / USEC_PER_DAY + day);
        ObjectOutcome outcome;
        snprintf(lines, sizeof(lines), "DTSTART:%04d%02d%02dT100000Z\r\n%s", (int)date.year, (int)date.month,
                        (int)date.day, more);
        world->now += USEC_PER_SEC;
        assert_int_equal(put(world->f, uid, 0, "0000", lines, world->now, &outcome), 0);
}

static void delete (World *world, const char *uid)
{
        world->now += USEC_PER_SEC;
        assert_int_equal(object_delete_found(world->f->store, uid, world->now), 0);
}

/* Takes the token of a feed as it is now. */
static void take_token(World *world, const FeedName *name)
{
        CLEANUP(feed_freep) Feed *feed = NULL;
        bool changed;
        assert_int_equal(feed_new(name, world->config, &feed), 0);
        assert_int_equal(feed_update(feed, world->f->store, world->now, &changed), 0);
        feed_sync_token(feed, world->token);
}

static int ask(World *world, const FeedName *name)
{
        feed_delta_done(&world->delta);
        return feed_delta_make(
                        name, world->config, world->f->store, world->now, world->token, &world->delta);
}

/* Whether the delta has a component with a UID: 'c' for changed, 'd' for deleted, '-' for none. */
static char told(const World *world, const char *uid)
{
        char line[80], end[] = "END:VEVENT";
        snprintf(line, sizeof(line), "\r\nUID:%s\r\n", uid);
        const char *at = world->delta.bytes ? strstr(world->delta.bytes, line) : NULL;
        if (!at)
                return '-';
        const char *status = strstr(at, "STATUS:DELETED\r\n");
        return status && status < strstr(at, end) ? 'd' : 'c';
}

/* Asks, and compares what is told of the events a, b, c and so on. */
static void check(World *world, const FeedName *name, const char *expected)
{
        char found[32] = "";
        assert_int_equal(ask(world, name), 0);
        for (size_t i = 0; expected[i]; i++)
                found[i] = told(world, (const char[]){ (char)('a' + i), '\0' });
        assert_string_equal(found, expected);
}

#define SESSION    "CATEGORIES:SESSION\r\n"
#define EXHIBITION "CATEGORIES:EXHIBITION\r\n"
#define HIDDEN     "CLASS:PRIVATE\r\n"

static void test_feed_delta__tells_what_has_changed(void **state)
{
        World world;
        open_world(&world, state);
        put_on(&world, "a", 1, SESSION);
        put_on(&world, "b", 1, SESSION);
        put_on(&world, "c", 1, SESSION);
        put_on(&world, "d", 1, SESSION);
        put_on(&world, "e", 1, SESSION HIDDEN);
        put_on(&world, "f", 1, EXHIBITION);
        take_token(&world, &sessions);
        check(&world, &sessions, "------");
        assert_null(world.delta.bytes);
        assert_string_equal(world.delta.token, world.token);
        put_on(&world, "a", 2, SESSION);
        delete (&world, "b");
        put_on(&world, "c", 1, EXHIBITION);
        put_on(&world, "d", 1, SESSION HIDDEN);
        put_on(&world, "e", 2, SESSION HIDDEN);
        put_on(&world, "f", 2, EXHIBITION);
        check(&world, &sessions, "cddd--");
        assert_non_null(strstr(world.delta.bytes, "\r\nDTSTART:20210625T100000Z\r\n"));
        close_world(&world);
}

static void test_feed_delta__never_names_what_was_always_hidden(void **state)
{
        World world;
        open_world(&world, state);
        put_on(&world, "a", 1, HIDDEN);
        take_token(&world, &all);
        put_on(&world, "b", 1, HIDDEN);
        put_on(&world, "a", 2, HIDDEN);
        delete (&world, "a");
        delete (&world, "b");
        check(&world, &all, "--");
        put_on(&world, "a", 1, "");
        check(&world, &all, "c-");
        close_world(&world);
}

static void test_feed_delta__tells_what_days_bring_and_take(void **state)
{
        World world;
        open_world(&world, state);
        put_on(&world, "a", -30, "");                     /* leaves */
        put_on(&world, "b", 366, "");                     /* comes */
        put_on(&world, "c", -29, "STATUS:CANCELLED\r\n"); /* stays for 30 days */
        put_on(&world, "d", 1, "");
        take_token(&world, &all);
        check(&world, &all, "----");
        world.now += USEC_PER_DAY;
        check(&world, &all, "dc--");
        world.now += USEC_PER_DAY;
        check(&world, &all, "dcd-");
        close_world(&world);
}

static void test_feed_delta__tells_events_whose_lines_name_another(void **state)
{
        World world;
        open_world(&world, state);
        world.now -= 10 * USEC_PER_DAY; /* the history has no time of the day for tokens */
        put_on(&world, "a", 1, "SUMMARY:Whole\r\n");
        put_on(&world, "b", 1, "RELATED-TO:a\r\n");
        put_on(&world, "c", 1, "RELATED-TO;RELTYPE=SIBLING:a\r\n");
        world.now = TODAY;
        take_token(&world, &all);
        put_on(&world, "a", 2, "SUMMARY:Whole\r\n");
        check(&world, &all, "c--");
        put_on(&world, "a", 2, "SUMMARY:Other\r\n");
        check(&world, &all, "cc-");
        assert_non_null(strstr(world.delta.bytes, "Other"));
        put_on(&world, "a", 2, "SUMMARY:Other\r\n" HIDDEN);
        check(&world, &all, "dcc");
        assert_null(strstr(world.delta.bytes, "Other"));
        close_world(&world);
}

/* The removal of a calendar must not lose the deletions in it. */
static void test_feed_delta__tells_what_was_deleted_in_a_calendar_that_is_gone(void **state)
{
        World world;
        open_world(&world, state);
        Store *store = world.f->store;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        put_on(&world, "a", 1, "");
        put_on(&world, "b", 1, "");
        assert_int_equal(object_find(store, "a", &record), 0);
        assert_int_equal(calendar_add(store, "fairs", "Europe/Moscow", world.now), 0);
        assert_int_equal(object_move(store, record->collection, record->resource, "fairs", "a.ics",
                                         world.now),
                        0);
        take_token(&world, &all);
        delete (&world, "a");
        assert_int_equal(calendar_remove(store, "fairs", COLLECTION_EVENTS, world.now), 0);
        check(&world, &all, "d-");
        assert_int_equal(prune_tombstones(store, world.now + 1), 0);
        assert_int_equal(ask(&world, &all), FEED_E_TOKEN);
        close_world(&world);
}

static void test_feed_delta__refuses_what_it_cannot_answer(void **state)
{
        World world;
        open_world(&world, state);
        put_on(&world, "a", 1, SESSION);
        take_token(&world, &all);
        char kept[FEED_TOKEN_SIZE];
        strcpy(kept, world.token);
        assert_int_equal(ask(&world, &sessions), FEED_E_TOKEN);
        static const char *const strange[] = { "", "data:,", "data:,1", "data:,99/18801/0000000000000000",
                "x" };
        for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
                strcpy(world.token, strange[i]);
                assert_int_equal(ask(&world, &all), FEED_E_TOKEN);
        }
        /* Changes and days that are not there yet, and days before 1970. */
        static const char *const numbers[] = { "99/18801", "1/18803", "1/-1", "1/-9223372036854775808" };
        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
                snprintf(world.token, sizeof(world.token), "data:,%s%s", numbers[i], strrchr(kept, '/'));
                assert_int_equal(ask(&world, &all), FEED_E_TOKEN);
        }
        strcpy(world.token, kept);
        delete (&world, "a");
        check(&world, &all, "d");
        bool more;
        assert_int_equal(history_prune(world.f->store, world.now + 1, world.now + 1, &more), 0);
        assert_int_equal(ask(&world, &all), FEED_E_TOKEN); /* was it public? */
        take_token(&world, &all);
        assert_int_equal(ask(&world, &all), 0);
        strcpy(world.token, kept);
        assert_int_equal(prune_tombstones(world.f->store, world.now + 1), 0);
        assert_int_equal(ask(&world, &all), FEED_E_TOKEN);
        take_token(&world, &all);
        assert_int_equal(epoch_renew(world.f->store), 0);
        assert_int_equal(ask(&world, &all), FEED_E_TOKEN);
        close_world(&world);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORE_TEST(test_feed_delta__tells_what_has_changed),
                STORE_TEST(test_feed_delta__never_names_what_was_always_hidden),
                STORE_TEST(test_feed_delta__tells_what_days_bring_and_take),
                STORE_TEST(test_feed_delta__tells_events_whose_lines_name_another),
                STORE_TEST(test_feed_delta__tells_what_was_deleted_in_a_calendar_that_is_gone),
                STORE_TEST(test_feed_delta__refuses_what_it_cannot_answer),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
