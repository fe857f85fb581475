#include "service/signals.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct Seen {
        int stop, reload;
} Seen;

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *signal, void *userdata)
{
        (void)source;
        ((Seen *)userdata)->stop = (int)signal->ssi_signo;
        return 0;
}

static int on_reload(sd_event_source *source, const struct signalfd_siginfo *signal, void *userdata)
{
        (void)source;
        ((Seen *)userdata)->reload = (int)signal->ssi_signo;
        return 0;
}

static void test_signals_watch__each_signal_calls_its_handler(void **state)
{
        static const struct {
                int line, signal, stop, reload;
        } rows[] = {
                { __LINE__, SIGTERM, SIGTERM, 0 },
                { __LINE__, SIGINT, SIGINT, 0 },
                { __LINE__, SIGHUP, 0, SIGHUP },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                sd_event *loop = NULL;
                Seen seen = { 0 };
                assert_true(sd_event_new(&loop) >= 0);
                assert_int_equal(signals_block(), 0);
                assert_int_equal(signals_watch(loop, on_stop, on_reload, &seen), 0);
                assert_int_equal(kill(getpid(), rows[i].signal), 0);
                assert_true(sd_event_run(loop, UINT64_MAX) > 0);
                if (seen.stop != rows[i].stop || seen.reload != rows[i].reload)
                        fail_msg("row of line %d: stop %d, reload %d", rows[i].line, seen.stop, seen.reload);
                sd_event_unref(loop);
        }
}

static void *ask_mask(void *userdata)
{
        pthread_sigmask(SIG_BLOCK, NULL, userdata);
        return NULL;
}

static void test_signals_block__holds_for_later_threads(void **state)
{
        pthread_t thread;
        sigset_t mask;
        (void)state;
        sigemptyset(&mask);
        assert_int_equal(signals_block(), 0);
        assert_int_equal(pthread_create(&thread, NULL, ask_mask, &mask), 0);
        pthread_join(thread, NULL);
        assert_true(sigismember(&mask, SIGTERM) && sigismember(&mask, SIGINT) && sigismember(&mask, SIGHUP));
        assert_false(sigismember(&mask, SIGSEGV) || sigismember(&mask, SIGCHLD));
}

static void test_signals_block__a_closed_pipe_is_only_an_error(void **state)
{
        int ends[2];
        (void)state;
        assert_int_equal(signals_block(), 0);
        assert_int_equal(pipe(ends), 0);
        close(ends[0]);
        assert_int_equal(write(ends[1], "x", 1), -1);
        assert_int_equal(errno, EPIPE);
        close(ends[1]);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_signals_watch__each_signal_calls_its_handler),
                cmocka_unit_test(test_signals_block__holds_for_later_threads),
                cmocka_unit_test(test_signals_block__a_closed_pipe_is_only_an_error),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
