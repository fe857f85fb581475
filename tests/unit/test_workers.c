/* Tests jobs of several clients on the threads. A lock lets the tests block the jobs. */

#include "http/workers.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { THREADS = 4, PER_CLIENT = 2, JOBS = 400, ALL_JOBS = WORKERS_JOBS_MAX + PER_CLIENT + 1, KEY = 7 };

typedef struct Job {
        WorkersJob job; /* first */
        int client;
        bool was_over;
} Job;

static struct {
        pthread_mutex_t lock;
        pthread_cond_t changed;
        bool is_held; /* jobs wait while true */
        int released; /* a client whose jobs do not wait */
        int at_work[8];
        int most_at_work;        /* most jobs of one client at work at once */
        int n_keyed, most_keyed; /* jobs with a key at work, and most of them at once */
        int n_begun, n_done;
        int done[ALL_JOBS]; /* the clients, in the order of their jobs */
} world = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static void run_job(WorkersJob *workers_job, bool is_over)
{
        Job *job = (Job *)workers_job;
        pthread_mutex_lock(&world.lock);
        job->was_over = is_over;
        world.n_begun++;
        world.at_work[job->client]++;
        if (world.at_work[job->client] > world.most_at_work)
                world.most_at_work = world.at_work[job->client];
        world.n_keyed += job->job.key != 0;
        if (world.n_keyed > world.most_keyed)
                world.most_keyed = world.n_keyed;
        pthread_cond_broadcast(&world.changed);
        while (world.is_held && job->client != world.released && !is_over)
                pthread_cond_wait(&world.changed, &world.lock);
        world.at_work[job->client]--;
        world.n_keyed -= job->job.key != 0;
        world.done[world.n_done++] = job->client;
        pthread_cond_broadcast(&world.changed);
        pthread_mutex_unlock(&world.lock);
}

static void hold(bool is_held)
{
        pthread_mutex_lock(&world.lock);
        world.is_held = is_held;
        world.released = -1;
        pthread_cond_broadcast(&world.changed);
        pthread_mutex_unlock(&world.lock);
}

static void wait_for(const int *count, int n)
{
        pthread_mutex_lock(&world.lock);
        while (*count < n)
                pthread_cond_wait(&world.changed, &world.lock);
        pthread_mutex_unlock(&world.lock);
}

static int add_keyed(Workers *workers, Job *job, int client, uint64_t key)
{
        Address address = { .family = AF_INET, .bytes = { 192, 0, 2, (unsigned char)client } };
        *job = (Job){ .client = client };
        return workers_add(workers, &address, key, &job->job);
}

static int add(Workers *workers, Job *job, int client)
{
        return add_keyed(workers, job, client, 0);
}

static void *free_workers(void *workers)
{
        workers_free(workers);
        return NULL;
}

static int set_up(void **state)
{
        static const WorkersOptions options = {
                .name = "test", .n_threads = THREADS, .n_per_client = PER_CLIENT
        };
        world.is_held = false;
        world.n_begun = world.n_done = world.most_at_work = world.most_keyed = 0;
        return workers_new(&options, run_job, (Workers **)state);
}

static int tear_down(void **state)
{
        workers_free(*state);
        return 0;
}

static void test_workers_add__few_jobs_of_a_client_at_a_time(void **state)
{
        static Job jobs[JOBS];
        for (int i = 0; i < JOBS; i++)
                assert_int_equal(add(*state, &jobs[i], i % 3), 0);
        wait_for(&world.n_done, JOBS);
        assert_in_range(world.most_at_work, 1, PER_CLIENT);
}

static void test_workers_add__one_job_of_a_key_at_a_time(void **state)
{
        static Job jobs[JOBS];
        hold(true);
        for (int i = 0; i < JOBS / 2; i++)
                assert_int_equal(add_keyed(*state, &jobs[i], i % 6, KEY), 0);
        wait_for(&world.n_begun, 1);
        /* The other threads go on with other keys and clients. */
        for (int i = 0; i < THREADS - 1; i++)
                assert_int_equal(add(*state, &jobs[JOBS / 2 + i], i), 0);
        wait_for(&world.n_begun, THREADS);
        assert_int_equal(world.most_keyed, 1);
        for (int i = JOBS / 2 + THREADS - 1; i < JOBS; i++)
                assert_int_equal(add(*state, &jobs[i], i % 6), 0);
        hold(false);
        wait_for(&world.n_done, JOBS);
        assert_int_equal(world.most_keyed, 1);
}

static void release(int client)
{
        pthread_mutex_lock(&world.lock);
        world.released = client;
        pthread_cond_broadcast(&world.changed);
        pthread_mutex_unlock(&world.lock);
}

/*
 * The end of a job without a key does not release the key of a job that is at work. All threads are busy, so
 * that the thread of the first job takes the next one, after it has ended the first.
 */
static void test_workers_add__a_key_is_kept_while_its_job_is_at_work(void **state)
{
        static Job jobs[THREADS + 2];
        hold(true);
        for (int i = 0; i < THREADS; i++) {
                assert_int_equal(add_keyed(*state, &jobs[i], i + 1, i == 1 ? KEY : 0), 0);
                wait_for(&world.n_begun, i + 1);
        }
        assert_int_equal(add_keyed(*state, &jobs[THREADS], 6, KEY), 0);
        assert_int_equal(add(*state, &jobs[THREADS + 1], 7), 0);
        release(1);
        wait_for(&world.n_begun, THREADS + 1);
        hold(false);
        wait_for(&world.n_done, THREADS + 2);
        assert_int_equal(world.most_keyed, 1);
}

/* A client whose first job waits for another client's does not wait with its other jobs. */
static void test_workers_add__another_key_meanwhile(void **state)
{
        static Job jobs[3];
        hold(true);
        assert_int_equal(add_keyed(*state, &jobs[0], 1, KEY), 0);
        wait_for(&world.n_begun, 1);
        assert_int_equal(add_keyed(*state, &jobs[1], 2, KEY), 0);
        assert_int_equal(add_keyed(*state, &jobs[2], 2, KEY + 1), 0);
        wait_for(&world.n_begun, 2);
        assert_int_equal(world.at_work[2], 1);
        hold(false);
        wait_for(&world.n_done, 3);
}

static void test_workers_add__clients_take_turns(void **state)
{
        static Job jobs[104];
        hold(true);
        for (int i = 0; i < THREADS; i++) /* one on each thread */
                assert_int_equal(add(*state, &jobs[i], i), 0);
        wait_for(&world.n_begun, THREADS);
        for (int i = 4; i < 103; i++)
                assert_int_equal(add(*state, &jobs[i], i % 4), 0);
        assert_int_equal(add(*state, &jobs[103], 5), 0);
        hold(false);
        wait_for(&world.n_done, 104);
        int place = 0;
        while (world.done[place] != 5)
                place++;
        assert_in_range(place, 0, 12);
}

/* Starts as many jobs of one client as may run at once; they block. */
static void hold_jobs(Workers *workers, Job *jobs)
{
        hold(true);
        for (int i = 0; i < PER_CLIENT; i++)
                assert_int_equal(add(workers, &jobs[i], 1), 0);
        wait_for(&world.n_begun, PER_CLIENT);
}

static void test_workers_add__the_queue_has_a_maximum(void **state)
{
        static Job jobs[ALL_JOBS];
        hold_jobs(*state, jobs);
        for (int i = PER_CLIENT; i < ALL_JOBS - 1; i++)
                assert_int_equal(add(*state, &jobs[i], 1), 0);
        assert_int_equal(world.n_begun, PER_CLIENT);
        assert_int_equal(add(*state, &jobs[ALL_JOBS - 1], 2), WORKERS_E_FULL);
        hold(false);
        *state = workers_free(*state);
        assert_int_equal(world.n_done, ALL_JOBS - 1);
}

static void test_workers_free__ends_waiting_jobs(void **state)
{
        static Job jobs[PER_CLIENT + 1];
        pthread_t thread;
        hold_jobs(*state, jobs);
        assert_int_equal(add(*state, &jobs[PER_CLIENT], 1), 0);
        assert_int_equal(pthread_create(&thread, NULL, free_workers, *state), 0);
        *state = NULL;
        hold(false);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(world.n_done, PER_CLIENT + 1);
        assert_false(jobs[0].was_over);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                TEST(test_workers_add__few_jobs_of_a_client_at_a_time),
                TEST(test_workers_add__one_job_of_a_key_at_a_time),
                TEST(test_workers_add__a_key_is_kept_while_its_job_is_at_work),
                TEST(test_workers_add__another_key_meanwhile),
                TEST(test_workers_add__clients_take_turns),
                TEST(test_workers_add__the_queue_has_a_maximum),
                TEST(test_workers_free__ends_waiting_jobs),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
