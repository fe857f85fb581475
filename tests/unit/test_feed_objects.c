/* Tests which objects of the store a feed has, and under which names. */

#include "feeds.h"

static void test_feed__selects_its_objects(void **state)
{
        Store *store = *state;
        store->n = 10;
        put(store, 0, 1, 0, "");
        put(store, 1, -31, 0, "");                     /* before the window */
        put(store, 2, 366, 0, "");                     /* after the window */
        put(store, 3, 365, 0, "STATUS:CANCELLED\r\n"); /* still to come: stays */
        put(store, 4, -30, 0, "STATUS:CANCELLED\r\n"); /* 30 days ago: its last day in the window */
        put(store, 5, 2, 0, "CLASS:PRIVATE\r\n");
        put(store, 6, 3, 0, "");
        store->objects[6].record.kind = OBJECT_DRAFT;
        put(store, 7, 4, 0, "");
        store->objects[7].record.categories = ",exhibition,";
        take_out(store, 8);
        put(store, 9, 5, 0, "CLASS:CONFIDENTIAL\r\n");
        static const struct {
                FeedScope scope;
                const char *target, *subscribed;
                int result;
                size_t n;
        } cases[] = {
                { FEED_ALL, NULL, NULL, 0, 5 },
                { FEED_KIND, "session", NULL, 0, 3 },
                { FEED_KIND, "exhibition", NULL, 0, 1 },
                { FEED_KIND, "dance", NULL, FEED_E_NOT_FOUND, 0 },
                { FEED_CALENDAR, "events", NULL, 0, 5 },
                { FEED_CALENDAR, "contacts", NULL, FEED_E_NOT_FOUND, 0 },
                { FEED_EVENT, "event-1@example.org", NULL, 0, 1 },
                { FEED_EVENT, "event-5@example.org", NULL, FEED_E_NOT_FOUND, 0 },
                { FEED_EVENT, "event-6@example.org", NULL, FEED_E_NOT_FOUND, 0 },
                { FEED_EVENT, "nobody", NULL, FEED_E_NOT_FOUND, 0 },
                { FEED_PRIVATE, NULL, NULL, 0, 4 },
                { FEED_PRIVATE, NULL, "2:exhibition", 0, 1 },
                { FEED_PRIVATE, NULL, "2:session", 0, 3 },
                { FEED_PRIVATE, NULL, "3:event-5@example.org", 0, 1 },
                { FEED_PRIVATE, NULL, "3.event-5@example.org", 0, 0 },
                { FEED_PRIVATE, NULL, "3:event-9@example.org", 0, 1 },
                { FEED_PRIVATE, NULL, "3.event-9@example.org", 0, 0 },
                { FEED_PRIVATE, NULL, "4:events", 0, 4 },
                { FEED_PRIVATE, NULL, "1:", 0, 4 },
                { FEED_PRIVATE, NULL, "1.", 0, 4 },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                CLEANUP(feed_freep) Feed *feed = make(cases[i].scope, cases[i].target);
                bool changed;
                store->subscribed = cases[i].subscribed;
                int r = feed_update(feed, store, NOW, &changed);
                if (r != cases[i].result || count_events(feed) != cases[i].n)
                        fail_msg("row %zu: %d, %zu events", i, r, count_events(feed));
        }
        CLEANUP(feed_freep) Feed *feed = make(FEED_ALL, NULL);
        bool changed;
        update(feed, store, NOW + USEC_PER_DAY, &changed);
        assert_int_equal(count_events(feed),
                        5); /* the past cancelled event has left the window, another event has entered it */
}

/* A booking is in the private feeds of its two sides, whatever they are listed for, and in no other. */
static void test_feed__has_the_bookings_of_the_contact(void **state)
{
        Store *store = *state;
        static const struct {
                FeedScope scope;
                const char *host, *visitor, *subscribed;
                size_t n;
        } cases[] = {
                { FEED_PRIVATE, "contact", "you@example.org", NULL, 1 },
                { FEED_PRIVATE, "contact", "you@example.org", "2:exhibition", 1 },
                { FEED_PRIVATE, "host", "Me@example.org", "2:exhibition", 1 },
                { FEED_PRIVATE, "host", "you@example.org", NULL, 0 },
                { FEED_PRIVATE, "host", "you@example.org", "1:", 0 },
                { FEED_PRIVATE, NULL, NULL, "1:", 0 },
                { FEED_ALL, "contact", "Me@example.org", NULL, 0 },
        };
        store->n = 1;
        put(store, 0, 2, 0, "CLASS:PRIVATE\r\nATTENDEE:mailto:you@example.org\r\n");
        store->objects[0].record.collection = COLLECTION_MEETINGS;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                CLEANUP(feed_freep) Feed *feed = make(cases[i].scope, NULL);
                bool changed;
                store->host = cases[i].host;
                store->visitor = cases[i].visitor;
                store->subscribed = cases[i].subscribed;
                const char *text = update(feed, store, NOW, &changed);
                if (count_events(feed) != cases[i].n)
                        fail_msg("row %zu: %zu events", i, count_events(feed));
                assert_null(strstr(text, "you@example.org"));
        }
}

/* An account's copy of a public event comes, changes and goes. */
static void test_feed__passes_over_the_collections_of_accounts(void **state)
{
        Store *store = *state;
        bool changed;
        CLEANUP(feed_freep) Feed *feed = make(FEED_ALL, NULL);
        store->n = 2;
        put(store, 0, 1, 0, "");
        put(store, 1, 1, 0, "");
        take_out(store, 1);
        CLEANUP(cleanup_free) char *before = strdup(update(feed, store, NOW, &changed));
        assert_int_equal(count_events(feed), 1);
        for (int version = 1; version < 4; version++) {
                put(store, 1, 1, version, "");
                strcpy(store->objects[1].uid, store->objects[0].uid);
                store->objects[1].record.kind = OBJECT_OWN_EVENT;
                store->objects[1].record.collection = "own-copy-0123456789abcdef";
                if (version == 3)
                        take_out(store, 1);
                store->newest = feed_modified(feed); /* an account's changes do not count there */
                assert_string_equal(update(feed, store, NOW, &changed), before);
                assert_false(changed);
        }
}

/*
 * A copy of an event in a second collection comes, changes, moves to another name and goes; then another
 * object replaces the original, and goes too. Each time the kept feed equals a newly built one.
 */
static void test_feed__has_the_same_event_of_two_collections(void **state)
{
        static const size_t expected[] = { 1, 2, 2, 2, 1, 1, 0 };
        Store *store = *state;
        bool changed;
        CLEANUP(feed_freep) Feed *kept = make(FEED_ALL, NULL);
        store->n = 3;
        put(store, 0, 1, 0, "");
        store->objects[0].record.resource = "event-0@example.org";
        take_out(store, 1);
        take_out(store, 2);
        for (int step = 0; step < (int)(sizeof(expected) / sizeof(expected[0])); step++) {
                ObjectRecord *original = &store->objects[0].record, *copy = &store->objects[1].record;
                if (step == 1 || step == 2) {
                        put(store, 1, 1, step, "");
                        strcpy(store->objects[1].uid, store->objects[0].uid);
                        copy->collection = "second";
                        copy->resource = "a.ics";
                }
                if (step == 3) {
                        copy->resource = "b.ics";
                        copy->change = ++store->sequence;
                        store->objects[2].record.collection = "second";
                        store->objects[2].record.resource = "a.ics";
                        take_out(store, 2);
                }
                if (step == 4)
                        take_out(store, 1);
                if (step == 5) {
                        put(store, 0, 1, step, "");
                        strcpy(store->objects[0].uid, "another@example.org");
                        original->resource = "event-0@example.org";
                }
                if (step == 6)
                        take_out(store, 0);
                CLEANUP(feed_freep) Feed *full = make(FEED_ALL, NULL);
                const char *a = update(kept, store, NOW, &changed);
                assert_string_equal(a, update(full, store, NOW, &changed));
                if (count_events(kept) != expected[step])
                        fail_msg("step %d: %zu events", step, count_events(kept));
        }
}

/* A part names its parent event, also after the parent was renamed or hidden. */
static void test_feed__a_part_names_its_whole(void **state)
{
        static const char is_part[] = "RELATED-TO;RELTYPE=PARENT:event-0@example.org\r\n";
        Store *store = *state;
        bool changed;
        CLEANUP(feed_freep) Feed *kept = make(FEED_ALL, NULL);
        store->n = 2;
        put(store, 0, 1, 1, "");
        put(store, 1, 1, 1, is_part);
        assert_non_null(strstr(
                        update(kept, store, NOW, &changed), "DESCRIPTION:В рамках: Session\\n\\nA text of"));
        store->objects[0].record.name = "Форум\\, +7 (905) 371-48-95";
        store->objects[0].record.change = ++store->sequence;
        assert_non_null(strstr(update(kept, store, NOW, &changed), "В рамках: Форум"));
        assert_null(strstr(update(kept, store, NOW, &changed), "371-48"));
        static const char *const classes[] = { "CLASS:PRIVATE\r\n", "CLASS:CONFIDENTIAL\r\n" };
        for (size_t i = 0; i < 2; i++) {
                put(store, 0, 1, 2, classes[i]);
                assert_null(strstr(update(kept, store, NOW, &changed), "В рамках"));
        }
}

/* The whole is deleted, and another event gets its name, so that no change tells of the whole. */
static void test_feed__a_part_names_no_whole_that_was_replaced(void **state)
{
        Store *store = *state;
        bool changed;
        CLEANUP(feed_freep) Feed *kept = make(FEED_ALL, NULL);
        store->n = 2;
        put(store, 0, 1, 1, "");
        put(store, 1, 1, 1, "RELATED-TO;RELTYPE=PARENT:event-0@example.org\r\n");
        assert_non_null(strstr(update(kept, store, NOW, &changed), "В рамках: Session"));
        put(store, 0, 1, 1, "");
        store->objects[0].record.resource = "event-0@example.org";
        strcpy(store->objects[0].uid, "other@example.org");
        assert_null(strstr(update(kept, store, NOW, &changed), "В рамках"));
}

/*
 * A store that was put back has fewer changes than the feed has seen, or as many of another epoch. A
 * promoted standby has others.
 */
static void test_feed__follows_a_store_that_was_put_back(void **state)
{
        Store *store = *state;
        bool changed;
        CLEANUP(feed_freep) Feed *kept = make(FEED_ALL, NULL);
        store->n = 1;
        for (int lost = 2; lost >= 0; lost--) {
                put(store, 0, 1, 1, "");
                const int64_t sequence = store->sequence;
                assert_non_null(strstr(update(kept, store, NOW, &changed), "номер 1"));
                put(store, 0, 1, 2, "");
                assert_non_null(strstr(update(kept, store, NOW, &changed), "номер 2"));
                put(store, 0, 1, 1, "");
                store->objects[0].record.change = sequence;
                store->lost = lost == 2 ? sequence + 1 : 0;
                store->sequence = sequence + (lost == 1 ? 0 : 5);
                store->epoch = lost ? NULL : "another";
                assert_non_null(strstr(update(kept, store, NOW, &changed), "номер 1"));
                assert_true(changed);
        }
}

/*
 * A part in a private feed names its private whole only if the office has listed the contact for the whole.
 */
static void test_feed__a_private_whole_is_named_to_its_guests_only(void **state)
{
        Store *store = *state;
        bool changed;
        store->n = 2;
        put(store, 0, 1, 1, "CLASS:PRIVATE\r\n");
        put(store, 1, 1, 1, "RELATED-TO;RELTYPE=PARENT:event-0@example.org\r\n");
        static const char *const listings[] = { "3:event-1@example.org", "1:", NULL };
        for (size_t i = 0; i < sizeof(listings) / sizeof(*listings); i++) {
                CLEANUP(feed_freep) Feed *feed = make(FEED_PRIVATE, NULL);
                store->subscribed = listings[i];
                const char *text = update(feed, store, NOW, &changed);
                assert_int_equal(count_events(feed), 1);
                assert_null(strstr(text, "event-0@example.org"));
                assert_null(strstr(text, "В рамках"));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_feed__selects_its_objects, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_feed__has_the_bookings_of_the_contact, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_feed__passes_over_the_collections_of_accounts, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_feed__has_the_same_event_of_two_collections, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_feed__a_part_names_its_whole, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_feed__a_part_names_no_whole_that_was_replaced, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_feed__follows_a_store_that_was_put_back, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_feed__a_private_whole_is_named_to_its_guests_only, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
