/*
 * The ring has the clients with jobs that may run, in the order of their turns. A thread takes the first job
 * whose key is not at work, from the first client that has one, and moves that client to the end of the
 * ring.
 */

#include "http/workers.h"

#include "base/log.h"
#include "base/worker.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/*
 * A client that has jobs. It is in the ring while one of its jobs waits and fewer than `n_per_client` run.
 */
typedef struct Client {
        Address address; /* the key: first */
        STAILQ_HEAD(, WorkersJob) jobs;
        STAILQ_ENTRY(Client) ring;
        bool is_in_ring;
        int n_at_work;
} Client;

typedef struct Thread {
        Worker *worker;
        bool is_idle;
} Thread;

struct Workers {
        WorkersOptions options;
        WorkersRun run;
        pthread_mutex_t lock;
        void *clients; /* a tree of Client */
        STAILQ_HEAD(, Client) ring;
        size_t n_waiting;
        Thread threads[WORKERS_THREADS_MAX];
        uint64_t keys[WORKERS_THREADS_MAX]; /* of the jobs at work; 0: none */
        bool is_over;
};

static int compare_clients(const void *a, const void *b)
{
        return memcmp(a, b, sizeof(Address));
}

static Client *find_client(Workers *workers, const Address *address)
{
        Client *const *found = tfind(address, &workers->clients, compare_clients);
        return found ? *found : NULL;
}

static Client *add_client(Workers *workers, const Address *address)
{
        Client *client = calloc(1, sizeof(*client));
        if (!client)
                return NULL;
        client->address = *address;
        STAILQ_INIT(&client->jobs);
        if (tsearch(client, &workers->clients, compare_clients))
                return client;
        free(client);
        return NULL;
}

static void join_ring(Workers *workers, Client *client)
{
        if (client->is_in_ring || STAILQ_EMPTY(&client->jobs) ||
                        client->n_at_work == workers->options.n_per_client)
                return;
        STAILQ_INSERT_TAIL(&workers->ring, client, ring);
        client->is_in_ring = true;
}

/*
 * Returns the place of a key in `keys`, which has the keys of the jobs at work; for the key 0, a free place.
 * NULL if there is none.
 */
static uint64_t *find_key(Workers *workers, uint64_t key)
{
        for (int i = 0; i < workers->options.n_threads; i++)
                if (workers->keys[i] == key)
                        return &workers->keys[i];
        return NULL;
}

static bool may_run(Workers *workers, const WorkersJob *job)
{
        return job->key == 0 || !find_key(workers, job->key);
}

/* Returns the next job that may run, and its client; NULL if there is none. */
static WorkersJob *find_job(Workers *workers, Client **ret)
{
        Client *client;
        WorkersJob *job;
        STAILQ_FOREACH(client, &workers->ring, ring)
        {
                STAILQ_FOREACH(job, &client->jobs, next)
                if (may_run(workers, job)) {
                        *ret = client;
                        return job;
                }
        }
        return NULL;
}

static Thread *find_idle(Workers *workers)
{
        for (int i = 0; i < workers->options.n_threads; i++)
                if (workers->threads[i].is_idle)
                        return &workers->threads[i];
        return NULL;
}

/*
 * Wakes an idle thread if there is one, and a job for it. The other threads look for the next job when they
 * finish.
 */
static void wake_one(Workers *workers)
{
        Client *client;
        Thread *idle = find_idle(workers);
        if (!idle || !find_job(workers, &client))
                return;
        idle->is_idle = false;
        worker_wake(idle->worker);
}

static int add_job(Workers *workers, const Address *address, WorkersJob *job)
{
        if (workers->n_waiting == WORKERS_JOBS_MAX || workers->is_over)
                return WORKERS_E_FULL;
        Client *client = find_client(workers, address);
        if (!client)
                client = add_client(workers, address);
        if (!client)
                return -ENOMEM;
        STAILQ_INSERT_TAIL(&client->jobs, job, next);
        join_ring(workers, client);
        workers->n_waiting++;
        wake_one(workers);
        return 0;
}

int workers_add(Workers *workers, const Address *client, uint64_t key, WorkersJob *job)
{
        Address address = address_network(client, ADDRESS_CLIENT4_BITS, ADDRESS_CLIENT6_BITS);
        job->key = key;
        pthread_mutex_lock(&workers->lock);
        int r = add_job(workers, &address, job);
        pthread_mutex_unlock(&workers->lock);
        return r;
}

static WorkersJob *take_job(Workers *workers, Client **ret)
{
        Client *client = NULL;
        WorkersJob *job = find_job(workers, &client);
        if (!job)
                return NULL;
        STAILQ_REMOVE(&workers->ring, client, Client, ring);
        STAILQ_REMOVE(&client->jobs, job, WorkersJob, next);
        client->is_in_ring = false;
        client->n_at_work++;
        workers->n_waiting--;
        join_ring(workers, client);
        *ret = client;
        return job;
}

static void end_turn(Workers *workers, Client *client)
{
        client->n_at_work--;
        join_ring(workers, client);
        if (client->is_in_ring || client->n_at_work > 0)
                return;
        tdelete(client, &workers->clients, compare_clients);
        free(client);
}

/*
 * Runs the next job. The caller holds the lock, which is released while the job runs. The job's memory is
 * not used afterwards.
 */
static bool run_next(Workers *workers)
{
        Client *client = NULL;
        WorkersJob *job = take_job(workers, &client);
        if (!job)
                return false;
        uint64_t *place = job->key != 0 ? find_key(workers, 0) : NULL;
        assert(place || job->key == 0);
        if (place)
                *place = job->key;
        bool is_over = workers->is_over;
        wake_one(workers);
        pthread_mutex_unlock(&workers->lock);
        workers->run(job, is_over);
        pthread_mutex_lock(&workers->lock);
        if (place)
                *place = 0;
        end_turn(workers, client);
        return true;
}

/* Notes whether a thread is idle. */
static void note_idle(Workers *workers, const Worker *worker, bool is_idle)
{
        for (int i = 0; i < workers->options.n_threads; i++)
                if (workers->threads[i].worker == worker)
                        workers->threads[i].is_idle = is_idle;
}

/* Lowers the priority of this thread: on Linux a priority belongs to a thread. */
static void yield_to_others(int nice)
{
        if (nice > 0 && setpriority(PRIO_PROCESS, (id_t)gettid(), nice) < 0)
                log_warning("the priority of a thread cannot be lowered: %s", strerror(errno));
}

static void run(Worker *worker, void *userdata)
{
        Workers *workers = userdata;
        yield_to_others(workers->options.nice);
        pthread_mutex_lock(&workers->lock);
        while (!worker_is_stopping(worker))
                if (!run_next(workers)) {
                        note_idle(workers, worker, true);
                        pthread_mutex_unlock(&workers->lock);
                        worker_wait(worker, USEC_INFINITY);
                        pthread_mutex_lock(&workers->lock);
                        note_idle(workers, worker, false);
                }
        pthread_mutex_unlock(&workers->lock);
}

static int start(Workers *workers, Thread *thread)
{
        pthread_mutex_lock(&workers->lock);
        int r = worker_new(workers->options.name, run, workers, &thread->worker);
        pthread_mutex_unlock(&workers->lock);
        return r;
}

int workers_new(const WorkersOptions *options, WorkersRun run_job, Workers **ret)
{
        *ret = NULL;
        assert(options->n_threads <= WORKERS_THREADS_MAX);
        CLEANUP(workers_freep) Workers *workers = calloc(1, sizeof(*workers));
        if (!workers)
                return -ENOMEM;
        workers->options = *options;
        workers->run = run_job;
        STAILQ_INIT(&workers->ring);
        pthread_mutex_init(&workers->lock, NULL);
        for (int i = 0, r; i < options->n_threads; i++)
                if ((r = start(workers, &workers->threads[i])) < 0)
                        return r;
        *ret = TAKE_PTR(workers);
        return 0;
}

void workers_end(Workers *workers)
{
        if (!workers)
                return;
        pthread_mutex_lock(&workers->lock);
        workers->is_over = true;
        pthread_mutex_unlock(&workers->lock);
        for (int i = 0; i < WORKERS_THREADS_MAX; i++)
                if (workers->threads[i].worker)
                        worker_stop(workers->threads[i].worker);
        /* The workers are freed only now, because threads that still run read the list. */
        for (int i = 0; i < WORKERS_THREADS_MAX; i++)
                worker_free(workers->threads[i].worker);
        memset(workers->threads, 0, sizeof(workers->threads));
        pthread_mutex_lock(&workers->lock);
        while (run_next(workers))
                continue;
        pthread_mutex_unlock(&workers->lock);
}

Workers *workers_free(Workers *workers)
{
        if (!workers)
                return NULL;
        workers_end(workers);
        pthread_mutex_destroy(&workers->lock);
        free(workers);
        return NULL;
}
