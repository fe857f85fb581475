#include "service/day-timer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DAY_20000 (20000 * USEC_PER_DAY) /* 2024-10-04 */

static void test_day_timer_next__is_after_now(void **state)
{
        (void)state;
        const struct {
                int line;
                usec_t now, expected;
        } rows[] = {
                { __LINE__, DAY_20000, DAY_20000 + USEC_PER_DAY },
                { __LINE__, DAY_20000 - 1, DAY_20000 },
                { __LINE__, DAY_20000 + 1, DAY_20000 + USEC_PER_DAY },
                { __LINE__, 0, USEC_PER_DAY },
                { __LINE__, -1, 0 },
                { __LINE__, -USEC_PER_DAY, 0 },
                { __LINE__, -USEC_PER_DAY - 1, -USEC_PER_DAY },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (day_timer_next(rows[i].now) != rows[i].expected)
                        fail_msg("line %d: %lld", rows[i].line, (long long)day_timer_next(rows[i].now));
}

static void on_day(void *userdata)
{
        ++*(int *)userdata;
}

/* A rehearsed clock is 100 ms before midnight. */
static void test_day_timer__tells_at_midnight_by_its_clock(void **state)
{
        (void)state;
        Clock clock;
        sd_event *loop = NULL;
        int n = 0;
        CLEANUP(day_timer_freep) DayTimer *timer = NULL;
        assert_true(sd_event_new(&loop) >= 0);
        clock_init_rehearsed(&clock, DAY_20000 - 100 * USEC_PER_MSEC);
        assert_int_equal(day_timer_new(loop, &clock, on_day, &n, &timer), 0);
        while (n == 0 && clock_now(&clock) < DAY_20000 + 30 * USEC_PER_SEC)
                assert_true(sd_event_run(loop, (uint64_t)USEC_PER_SEC) >= 0);
        assert_int_equal(n, 1);
        assert_true(clock_now(&clock) >= DAY_20000);
        /* The timer is armed for the next midnight, not for the same one again. */
        assert_int_equal(sd_event_run(loop, 50000), 0);
        assert_int_equal(n, 1);
        timer = day_timer_free(timer);
        sd_event_unref(loop);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_day_timer_next__is_after_now),
                cmocka_unit_test(test_day_timer__tells_at_midnight_by_its_clock),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
