/*
 * Tests the watchdog with a timeout of 90 ms: it notifies the manager every 30 ms, and a thread counts as
 * stuck after 180 ms.
 */

#include "service/watchdog.h"

#include "base/clock.h"
#include "capture.h"
#include "manager.h"

typedef struct Fixture {
        Manager manager;
        sd_event *loop;
        Health *health;
        usec_t sign, other;
} Fixture;

static usec_t sign_of(const void *userdata)
{
        return *(const usec_t *)userdata;
}

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        f->sign = f->other = USEC_INFINITY;
        const HealthPart parts[] = {
                { "store", NULL, sign_of, &f->other },
                { "mail", "the mail threads", sign_of, &f->sign },
                { .name = NULL },
        };
        manager_open(&f->manager);
        setenv("WATCHDOG_USEC", "90000", 1);
        assert_true(sd_event_new(&f->loop) >= 0);
        assert_int_equal(health_new(parts, &f->health), 0);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        health_free(f->health);
        sd_event_unref(f->loop);
        manager_close(&f->manager);
        free(f);
        return 0;
}

static void run_for(sd_event *loop, usec_t span)
{
        usec_t until = clock_monotonic() + span;
        for (usec_t now; (now = clock_monotonic()) < until;)
                assert_true(sd_event_run(loop, (uint64_t)(until - now)) >= 0);
}

static void test_watchdog__is_fed_while_all_is_well(void **state)
{
        Fixture *f = *state;
        CLEANUP(watchdog_freep) Watchdog *watchdog = NULL;
        assert_int_equal(watchdog_new(f->loop, f->health, &watchdog), 0);
        f->other = 1; /* a part that a restart does not repair */
        run_for(f->loop, 100 * USEC_PER_MSEC);
        const char *said = manager_read(&f->manager);
        assert_memory_equal(said, "[WATCHDOG=1][WATCHDOG=1]", strlen("[WATCHDOG=1][WATCHDOG=1]"));
}

static void test_watchdog__is_not_fed_while_a_thread_is_stuck(void **state)
{
        Fixture *f = *state;
        Capture capture;
        CLEANUP(watchdog_freep) Watchdog *watchdog = NULL;
        assert_int_equal(watchdog_new(f->loop, f->health, &watchdog), 0);
        f->sign = clock_monotonic() - 10 * USEC_PER_SEC;
        capture_begin(&capture);
        run_for(f->loop, 150 * USEC_PER_MSEC);
        const char *log = capture_end(&capture);
        assert_string_equal(manager_read(&f->manager), "");
        const char *told = strstr(log, "the mail threads: no progress for 0 s; the watchdog is not fed");
        assert_non_null(told);
        assert_null(strstr(told, "fed\n") ? strstr(strstr(told, "fed\n"), "no progress")
                                          : told); /* once for each time */
        f->sign = USEC_INFINITY;
        run_for(f->loop, 50 * USEC_PER_MSEC);
        assert_non_null(strstr(manager_read(&f->manager), "WATCHDOG=1"));
}

static void test_watchdog__does_nothing_without_a_watchdog(void **state)
{
        Fixture *f = *state;
        CLEANUP(watchdog_freep) Watchdog *watchdog = NULL;
        unsetenv("WATCHDOG_USEC");
        assert_int_equal(watchdog_new(f->loop, f->health, &watchdog), 0);
        run_for(f->loop, 50 * USEC_PER_MSEC);
        assert_string_equal(manager_read(&f->manager), "");
        assert_null(watchdog_free(NULL));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_watchdog__is_fed_while_all_is_well, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_watchdog__is_not_fed_while_a_thread_is_stuck, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_watchdog__does_nothing_without_a_watchdog, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
