#include "base/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_progress__oldest_sign_ignores_idle_threads(void **state)
{
        (void)state;
        static Progress progress;
        assert_true(progress_oldest(&progress) == USEC_INFINITY);
        int first = progress_enter(&progress, 10), second = progress_enter(&progress, 20);
        assert_int_not_equal(first, second);
        assert_true(progress_oldest(&progress) == 10);
        progress_show(&progress, first, 30);
        assert_true(progress_oldest(&progress) == 20);
        progress_leave(&progress, second);
        assert_true(progress_oldest(&progress) == 30);
        progress_leave(&progress, first);
        assert_true(progress_oldest(&progress) == USEC_INFINITY);
}

static void test_progress_enter__refuses_too_many_threads(void **state)
{
        (void)state;
        static Progress progress;
        for (int i = 0; i < PROGRESS_PLACES; i++)
                assert_int_equal(progress_enter(&progress, 100 + i), i);
        assert_int_equal(progress_enter(&progress, 1), PROGRESS_NO_PLACE);
        progress_show(&progress, PROGRESS_NO_PLACE, 1);
        progress_leave(&progress, PROGRESS_NO_PLACE);
        assert_true(progress_oldest(&progress) == 100);
        progress_leave(&progress, 7);
        assert_int_equal(progress_enter(&progress, 5), 7);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_progress__oldest_sign_ignores_idle_threads),
                cmocka_unit_test(test_progress_enter__refuses_too_many_threads),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
