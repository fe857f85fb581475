#include "base/worker.h"

#include "base/clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

#include <cmocka.h>

/* Timeout for events that are immediate on an idle machine. */
#define LONG_ENOUGH (10 * USEC_PER_SEC)

typedef struct Job {
        _Atomic int n_rounds, n_asked, n_done;
        _Atomic bool ended, holds;
        usec_t until;
        char name[16];
        sigset_t blocked;
        struct pollfd fds[2];
} Job;

static void rest_a_little(void)
{
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

#define assert_soon(condition)                                                                              \
        do {                                                                                                \
                usec_t latest_ = clock_monotonic() + LONG_ENOUGH;                                           \
                while (!(condition) && clock_monotonic() < latest_)                                         \
                        rest_a_little();                                                                    \
                assert_true(condition);                                                                     \
        } while (0)

static void run_rounds(Worker *worker, void *userdata)
{
        Job *job = userdata;
        pthread_getname_np(pthread_self(), job->name, sizeof(job->name));
        pthread_sigmask(SIG_BLOCK, NULL, &job->blocked);
        while (!worker_is_stopping(worker)) {
                atomic_store(&job->n_done, atomic_load(&job->n_asked));
                atomic_fetch_add(&job->n_rounds, 1);
                while (atomic_load(&job->holds))
                        rest_a_little();
                worker_wait(worker, job->until);
        }
        atomic_store(&job->ended, true);
}

static void test_worker__has_its_name_and_no_signals(void **state)
{
        (void)state;
        CLEANUP(worker_freep) Worker *worker = NULL;
        Job job = { .until = USEC_INFINITY };
        sigset_t before, after;
        pthread_sigmask(SIG_BLOCK, NULL, &before);
        assert_int_equal(worker_new("a-name-that-is-longer", run_rounds, &job, &worker), 0);
        pthread_sigmask(SIG_BLOCK, NULL, &after);
        assert_soon(atomic_load(&job.n_rounds) == 1);
        assert_string_equal(job.name, "a-name-that-is-");
        assert_int_equal(sigismember(&job.blocked, SIGTERM), 1);
        assert_int_equal(sigismember(&job.blocked, SIGHUP), 1);
        assert_int_equal(sigismember(&job.blocked, SIGCHLD), 1);
        assert_int_equal(sigismember(&job.blocked, SIGSEGV), 0);
        assert_int_equal(sigismember(&after, SIGTERM), sigismember(&before, SIGTERM));
        worker = worker_free(worker);
        assert_null(worker);
        assert_true(atomic_load(&job.ended));
        assert_null(worker_free(NULL));
}

static void test_worker_wake__counts_during_the_work(void **state)
{
        (void)state;
        CLEANUP(worker_freep) Worker *worker = NULL;
        Job job = { .until = USEC_INFINITY, .holds = true };
        assert_int_equal(worker_new("wakes", run_rounds, &job, &worker), 0);
        assert_soon(atomic_load(&job.n_rounds) == 1);
        atomic_store(&job.n_asked, 7);
        worker_wake(worker);
        atomic_store(&job.holds, false);
        assert_soon(atomic_load(&job.n_done) == 7);
        worker = worker_free(worker);
}

/* The last of many wake-ups during the work starts a round, like the first. */
static void test_worker_wake__is_never_lost(void **state)
{
        (void)state;
        CLEANUP(worker_freep) Worker *worker = NULL;
        Job job = { .until = USEC_INFINITY };
        assert_int_equal(worker_new("wakes", run_rounds, &job, &worker), 0);
        for (int i = 1; i <= 20000; i++) {
                atomic_store(&job.n_asked, i);
                worker_wake(worker);
        }
        assert_soon(atomic_load(&job.n_done) == 20000);
        int n_rounds = atomic_load(&job.n_rounds);
        for (int i = 0; i < 20; i++)
                rest_a_little();
        /* Without a wake-up there is no round; one wake-up may have been pending. */
        assert_in_range(atomic_load(&job.n_rounds), n_rounds, n_rounds + 1);
        worker = worker_free(worker);
}

static void test_worker_wait__ends_at_its_time(void **state)
{
        (void)state;
        CLEANUP(worker_freep) Worker *worker = NULL;
        usec_t begun = clock_monotonic();
        Job job = { .until = begun + 30 * USEC_PER_MSEC };
        assert_int_equal(worker_new("timed", run_rounds, &job, &worker), 0);
        assert_soon(atomic_load(&job.n_rounds) >= 2);
        assert_true(clock_monotonic() >= begun + 30 * USEC_PER_MSEC);
        worker = worker_free(worker);
        assert_true(atomic_load(&job.ended));
}

static void test_worker_stop__does_not_wait(void **state)
{
        (void)state;
        CLEANUP(worker_freep) Worker *worker = NULL;
        Job job = { .until = USEC_INFINITY, .holds = true };
        assert_int_equal(worker_new("stops", run_rounds, &job, &worker), 0);
        worker_stop(worker);
        assert_true(worker_is_stopping(worker));
        assert_false(atomic_load(&job.ended));
        atomic_store(&job.holds, false);
        assert_soon(atomic_load(&job.ended));
        worker = worker_free(worker);
}

static void test_worker__updates_its_heartbeat_while_working(void **state)
{
        (void)state;
        CLEANUP(worker_freep) Worker *worker = NULL;
        usec_t begun = clock_monotonic();
        Job job = { .until = USEC_INFINITY, .holds = true };
        assert_int_equal(worker_new("signs", run_rounds, &job, &worker), 0);
        assert_soon(worker_oldest_sign(worker) != USEC_INFINITY);
        usec_t sign = worker_oldest_sign(worker);
        assert_true(sign >= begun && sign <= clock_monotonic());
        worker_show(worker);
        assert_true(worker_oldest_sign(worker) >= sign);
        atomic_store(&job.holds, false);
        assert_soon(worker_oldest_sign(worker) == USEC_INFINITY);
        worker = worker_free(worker);
}

static void run_poll_at_work(Worker *worker, void *userdata)
{
        Job *job = userdata;
        while (!worker_is_stopping(worker)) {
                worker_poll_at_work(worker, job->fds, 1, USEC_INFINITY);
                atomic_fetch_add(&job->n_rounds, 1);
        }
}

static void test_worker_poll_at_work__keeps_the_heartbeat(void **state)
{
        (void)state;
        CLEANUP(worker_freep) Worker *worker = NULL;
        Job job = { 0 };
        assert_int_equal(worker_new("at work", run_poll_at_work, &job, &worker), 0);
        assert_soon(worker_oldest_sign(worker) != USEC_INFINITY);
        usec_t first = worker_oldest_sign(worker);
        /* The wait ends after a second; the thread counts as working during the wait. */
        while (atomic_load(&job.n_rounds) < 2)
                assert_true(worker_oldest_sign(worker) != USEC_INFINITY);
        assert_true(worker_oldest_sign(worker) > first);
        worker = worker_free(worker);
}

static Worker *known; /* the owner's pointer */

static void run_known(Worker *worker, void *userdata)
{
        *(bool *)userdata = worker == known;
}

static void test_worker_new__is_set_before_the_thread_runs(void **state)
{
        (void)state;
        for (int i = 0; i < 200; i++) {
                bool same = false;
                assert_int_equal(worker_new("known", run_known, &same, &known), 0);
                known = worker_free(known);
                assert_true(same);
        }
}

static void run_poll(Worker *worker, void *userdata)
{
        Job *job = userdata;
        worker_poll(worker, job->fds, 2, USEC_INFINITY);
        atomic_fetch_add(&job->n_rounds, 1);
        while (!worker_is_stopping(worker))
                worker_wait(worker, USEC_INFINITY);
}

static void test_worker_poll__other_descriptors(void **state)
{
        (void)state;
        for (int woken = 0; woken < 2; woken++) {
                CLEANUP(worker_freep) Worker *worker = NULL;
                CLEANUP(cleanup_close) int fd = eventfd(0, EFD_CLOEXEC);
                Job job = { .fds[1] = { .fd = fd, .events = POLLIN } };
                assert_int_equal(worker_new("polls", run_poll, &job, &worker), 0);
                if (woken)
                        worker_wake(worker);
                else
                        eventfd_write(fd, 1);
                assert_soon(atomic_load(&job.n_rounds) == 1);
                assert_int_equal(job.fds[0].revents, woken ? POLLIN : 0);
                assert_int_equal(job.fds[1].revents, woken ? 0 : POLLIN);
                worker = worker_free(worker);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_worker__has_its_name_and_no_signals),
                cmocka_unit_test(test_worker_wake__counts_during_the_work),
                cmocka_unit_test(test_worker_wake__is_never_lost),
                cmocka_unit_test(test_worker_wait__ends_at_its_time),
                cmocka_unit_test(test_worker_stop__does_not_wait),
                cmocka_unit_test(test_worker__updates_its_heartbeat_while_working),
                cmocka_unit_test(test_worker_new__is_set_before_the_thread_runs),
                cmocka_unit_test(test_worker_poll__other_descriptors),
                cmocka_unit_test(test_worker_poll_at_work__keeps_the_heartbeat),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
