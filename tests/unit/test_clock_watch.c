/*
 * Replaces the kernel timer that is cancelled when the clock is set: timerfd_create() returns an eventfd,
 * and reading it fails as a cancelled timer does. Setting the real clock needs a machine of its own
 * (tests/systemd); e2e/test_clock.py tests the whole daemon.
 */

#include "service/clock-watch.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static struct {
        int fd;           /* -1: use the kernel's timers */
        int n_armed;      /* number of times armed */
        bool is_expiring; /* expires instead of being cancelled */
        int error;        /* errno of the next arming */
} timer = { .fd = -1 };

int timerfd_create(clockid_t clock, int flags)
{
        int fd = (int)syscall(SYS_timerfd_create, clock, flags);
        if (timer.fd != -1) {
                close(fd);
                fd = timer.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        }
        return fd;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
        if (fd != timer.fd)
                return (int)syscall(SYS_timerfd_settime, fd, flags, new, old);
        assert_int_equal(flags, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET);
        timer.n_armed++;
        errno = timer.error;
        return timer.error ? -1 : 0;
}

ssize_t read(int fd, void *buffer, size_t size)
{
        ssize_t n = syscall(SYS_read, fd, buffer, size);
        if (fd != timer.fd || n < 0 || timer.is_expiring)
                return n;
        errno = ECANCELED;
        return -1;
}

typedef struct Fixture {
        sd_event *loop;
        ClockWatch *watch;
        int n_set;
        int n_armed; /* value of n_armed in on_set() */
} Fixture;

static void on_set(void *userdata)
{
        Fixture *f = userdata;
        f->n_set++;
        f->n_armed = timer.n_armed;
}

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        memset(&timer, 0, sizeof(timer));
        assert_true(sd_event_new(&f->loop) >= 0);
        assert_int_equal(clock_watch_new(f->loop, on_set, f, &f->watch), 0);
        assert_int_equal(timer.n_armed, 1);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        clock_watch_free(f->watch);
        timer.fd = -1;
        sd_event_unref(f->loop);
        free(f);
        return 0;
}

static int run(Fixture *f)
{
        return sd_event_run(f->loop, 0);
}

static void set_clock(void)
{
        assert_int_equal(eventfd_write(timer.fd, 1), 0);
}

static void test_clock_watch__reports_every_jump(void **state)
{
        Fixture *f = *state;
        for (int n = 1; n <= 3; n++) {
                set_clock();
                assert_true(run(f) > 0);
                assert_int_equal(f->n_set, n);
                /*
                 * The timer is armed again before on_set(), so that a jump during on_set() is reported too.
                 */
                assert_int_equal(f->n_armed, n + 1);
        }
        assert_int_equal(run(f), 0);
        assert_int_equal(f->n_set, 3);
}

static void test_clock_watch__reports_several_jumps_in_one_round_once(void **state)
{
        Fixture *f = *state;
        set_clock();
        set_clock();
        assert_true(run(f) > 0);
        assert_int_equal(run(f), 0);
        assert_int_equal(f->n_set, 1);
}

static void test_clock_watch__ignores_a_timer_that_expires(void **state)
{
        Fixture *f = *state;
        timer.is_expiring = true;
        set_clock();
        assert_true(run(f) > 0);
        assert_int_equal(f->n_set, 0);
        assert_int_equal(timer.n_armed, 2);
}

static void test_clock_watch__reports_the_last_detectable_jump(void **state)
{
        Fixture *f = *state;
        timer.error = EINVAL;
        set_clock();
        assert_true(run(f) > 0);
        assert_int_equal(f->n_set, 1);
}

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

static void test_clock_watch__is_quiet_while_the_clock_runs_on(void **state)
{
        (void)state;
        Fixture f = { 0 };
        timer.fd = -1;
        assert_true(sd_event_new(&f.loop) >= 0);
        int before = count_descriptors();
        assert_int_equal(clock_watch_new(f.loop, on_set, &f, &f.watch), 0);
        assert_int_equal(count_descriptors(), before + 1);
        assert_int_equal(sd_event_run(f.loop, 100000), 0);
        assert_int_equal(f.n_set, 0);
        assert_null(clock_watch_free(f.watch));
        assert_int_equal(count_descriptors(), before);
        assert_null(clock_watch_free(NULL));
        sd_event_unref(f.loop);
}

#define WATCH_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                WATCH_TEST(test_clock_watch__reports_every_jump),
                WATCH_TEST(test_clock_watch__reports_several_jumps_in_one_round_once),
                WATCH_TEST(test_clock_watch__ignores_a_timer_that_expires),
                WATCH_TEST(test_clock_watch__reports_the_last_detectable_jump),
                cmocka_unit_test(test_clock_watch__is_quiet_while_the_clock_runs_on),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
