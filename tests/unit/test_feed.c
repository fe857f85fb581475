/*
 * Tests feeds on a fake store: feeds.h defines the functions of store and config that feeds use, on a plain
 * array. The real store has its own tests; tests/e2e covers both together.
 */

#include "feeds.h"

static void test_feed__an_empty_feed_is_a_valid_calendar(void **state)
{
        CLEANUP(feed_freep) Feed *feed = make(FEED_KIND, "session");
        bool changed = false;
        const char *text = update(feed, *state, NOW, &changed);
        assert_true(changed);
        assert_int_equal(count_events(feed), 0);
        assert_non_null(strstr(text, "NAME;LANGUAGE=ru:Сессии\r\n"));
        assert_non_null(strstr(text, "X-APPLE-CALENDAR-COLOR:#008080\r\n"));
        assert_non_null(strstr(text, "SOURCE;VALUE=URI:https://example.org/session.ics\r\n"));
        assert_non_null(strstr(text, "END:VCALENDAR\r\n"));
        assert_null(strstr(text, "VTIMEZONE"));
}

static void test_feed__an_events_feed_has_the_public_title(void **state)
{
        Store *store = *state;
        store->n = 2;
        put(store, 0, 1, 0, "CLASS:CONFIDENTIAL\r\n");
        put(store, 1, 2, 0, "");
        store->objects[1].record.name = "Session, tel. 89123456789";
        CLEANUP(feed_freep) Feed *busy = make(FEED_EVENT, "event-0@example.org");
        CLEANUP(feed_freep) Feed *open = make(FEED_EVENT, "event-1@example.org");
        bool changed;
        const char *text = update(busy, store, NOW, &changed);
        assert_non_null(strstr(text, "NAME;LANGUAGE=ru:Занято\r\n"));
        assert_non_null(strstr(text, "X-WR-CALNAME:Занято\r\n"));
        assert_null(strstr(text, "Session"));
        text = update(open, store, NOW, &changed);
        assert_non_null(strstr(text, "NAME;LANGUAGE=ru:Session\\, "));
        assert_null(strstr(text, "89123456789"));
}

static void test_feed__zones_are_those_in_use(void **state)
{
        Store *store = *state;
        bool changed;
        CLEANUP(feed_freep) Feed *feed = make(FEED_ALL, NULL);
        store->n = 2;
        put(store, 0, 1, 0, "");
        put(store, 1, 2, 0, "");
        const char *text = update(feed, store, NOW, &changed);
        assert_non_null(strstr(text, "TZID:Europe/Moscow\r\n"));
        assert_non_null(strstr(text, "TZID:Europe/Samara\r\n"));
        take_out(store, 1);
        text = update(feed, store, NOW, &changed);
        assert_true(changed);
        assert_non_null(strstr(text, "TZID:Europe/Moscow\r\n"));
        assert_null(strstr(text, "Samara"));
        update(feed, store, NOW, &changed);
        assert_false(changed);
}

static void test_feed__is_unchanged_after_a_failure(void **state)
{
        Store *store = *state;
        bool changed;
        CLEANUP(feed_freep) Feed *feed = make(FEED_ALL, NULL);
        store->n = 1;
        put(store, 0, 1, 0, "");
        update(feed, store, NOW, &changed);
        const Content *before = feed_content(feed);
        put(store, 0, 2, 1, "");
        store->fail = DB_E_BUSY;
        assert_int_equal(feed_update(feed, store, NOW, &changed), DB_E_BUSY);
        assert_ptr_equal(feed_content(feed), before);
        store->fail = 0;
        update(feed, store, NOW, &changed);
        assert_true(changed);
}

/* After every change the kept feed equals a newly built one. */
static void test_feed__an_update_equals_a_full_build(void **state)
{
        Store *store = *state;
        unsigned seed = 1;
        bool changed;
        CLEANUP(feed_freep) Feed *kept = make(FEED_ALL, NULL);
        store->n = 60;
        for (int round = 0; round < 400; round++) {
                for (int i = rand_r(&seed) % 4; i >= 0; i--) {
                        size_t index = (size_t)rand_r(&seed) % store->n;
                        int what = rand_r(&seed) % 8;
                        if (what == 0)
                                take_out(store, index);
                        else
                                put(store, index, rand_r(&seed) % 440 - 40, round,
                                                what == 1   ? "CLASS:PRIVATE\r\n"
                                                : what == 2 ? "STATUS:CANCELLED\r\n"
                                                            : "");
                        snprintf(store->objects[index].uid, sizeof(store->objects[index].uid),
                                        "event-%zu@example.org", index);
                }
                CLEANUP(feed_freep) Feed *full = make(FEED_ALL, NULL);
                usec_t now = NOW + (round / 100) * USEC_PER_DAY;
                const char *a = update(kept, store, now, &changed), *b = update(full, store, now, &changed);
                assert_string_equal(a, b);
                assert_int_equal(count_events(kept), count_events(full));
        }
}

static double cpu_ms(void)
{
        struct timespec time;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/*
 * The limits are far above the printed times, so that a sanitized run on a busy machine passes; quadratic
 * time would fail.
 */
static void test_feed__ten_thousand_events(void **state)
{
        Store *store = *state;
        bool changed;
        store->n = MAX_OBJECTS;
        for (size_t i = 0; i < store->n; i++)
                put(store, i, (int)(i % 360), 0, "");
        CLEANUP(feed_freep) Feed *feed = make(FEED_ALL, NULL);
        double start = cpu_ms();
        update(feed, store, NOW, &changed);
        double built = cpu_ms();
        put(store, 5000, 7, 1, "");
        double before = cpu_ms();
        assert_int_equal(feed_update(feed, store, NOW, &changed), 0);
        double updated = cpu_ms();
        CLEANUP(pieces_freep) Pieces *gzip = NULL;
        assert_int_equal(content_encode(feed_content(feed), CODING_GZIP, &gzip), 0);
        print_message("10,000 events: full %.1f ms, a change %.1f ms, gzip %.1f ms; %zu bytes, %zu "
                      "compressed\n",
                        built - start, updated - before, cpu_ms() - updated, content_len(feed_content(feed)),
                        gzip->len);
        assert_true(built - start < 2000);
        assert_true(updated - before < 500);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_feed__an_empty_feed_is_a_valid_calendar, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_feed__an_events_feed_has_the_public_title, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_feed__zones_are_those_in_use, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_feed__is_unchanged_after_a_failure, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_feed__an_update_equals_a_full_build, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_feed__ten_thousand_events, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
