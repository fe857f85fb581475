/* A step of the system's clock needs a machine of its own (tests/systemd, e2e/test_clock.py); here is what goes without. */

#include "service/clock-watch.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int count_descriptors(void)
{
        DIR *directory = opendir("/proc/self/fd");
        int n = 0;
        assert_non_null(directory);
        while (readdir(directory))
                n++;
        closedir(directory);
        return n;
}

static void on_set(void *userdata)
{
        ++*(int *)userdata;
}

static void test_clock_watch__is_quiet_while_the_clock_runs_on(void **state)
{
        (void)state;
        sd_event *loop = NULL;
        ClockWatch *watch = NULL;
        int n = 0;
        assert_true(sd_event_new(&loop) >= 0);
        int before = count_descriptors();
        assert_int_equal(clock_watch_new(loop, on_set, &n, &watch), 0);
        assert_int_equal(count_descriptors(), before + 1);
        assert_int_equal(sd_event_run(loop, 100000), 0);
        assert_int_equal(n, 0);
        assert_null(clock_watch_free(watch));
        assert_int_equal(count_descriptors(), before);
        assert_null(clock_watch_free(NULL));
        sd_event_unref(loop);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_clock_watch__is_quiet_while_the_clock_runs_on),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
