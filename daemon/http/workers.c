#include "http/workers.h"

#include "base/worker.h"

#include <errno.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

/*
 * A client that has jobs. It is in the ring while one of its jobs waits and fewer than WORKERS_PER_CLIENT
 * run.
 */
typedef struct Client {
        Address address; /* the key: first */
        STAILQ_HEAD(, WorkersJob) jobs;
        STAILQ_ENTRY(Client) ring;
        bool is_in_ring;
        int n_at_work;
} Client;

struct Workers {
        WorkersRun run;
        pthread_mutex_t lock;
        void *clients; /* a tree of Client */
        STAILQ_HEAD(, Client) ring;
        size_t n_waiting;
        Worker *threads[WORKERS_THREADS];
        bool is_idle[WORKERS_THREADS];
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
        if (client->is_in_ring || STAILQ_EMPTY(&client->jobs) || client->n_at_work == WORKERS_PER_CLIENT)
                return;
        STAILQ_INSERT_TAIL(&workers->ring, client, ring);
        client->is_in_ring = true;
}

/* Wakes an idle thread, if any. The other threads look for the next job when they finish. */
static void wake_one(Workers *workers)
{
        for (size_t i = 0; i < WORKERS_THREADS; i++)
                if (workers->is_idle[i]) {
                        workers->is_idle[i] = false;
                        worker_wake(workers->threads[i]);
                        return;
                }
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

int workers_add(Workers *workers, const Address *client, WorkersJob *job)
{
        Address address = address_network(client, ADDRESS_CLIENT4_BITS, ADDRESS_CLIENT6_BITS);
        pthread_mutex_lock(&workers->lock);
        int r = add_job(workers, &address, job);
        pthread_mutex_unlock(&workers->lock);
        return r;
}

/*
 * Takes the first job of the first client in the ring, and moves the client to the end of the ring if it
 * has more.
 */
static WorkersJob *take_job(Workers *workers, Client **ret)
{
        Client *client = STAILQ_FIRST(&workers->ring);
        if (!client)
                return NULL;
        STAILQ_REMOVE_HEAD(&workers->ring, ring);
        WorkersJob *job = STAILQ_FIRST(&client->jobs);
        STAILQ_REMOVE_HEAD(&client->jobs, next);
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
        bool is_over = workers->is_over;
        pthread_mutex_unlock(&workers->lock);
        workers->run(job, is_over);
        pthread_mutex_lock(&workers->lock);
        end_turn(workers, client);
        return true;
}

/* Notes whether a thread is idle, by its position in the list of threads. */
static void note_idle(Workers *workers, const Worker *thread, bool is_idle)
{
        for (size_t i = 0; i < WORKERS_THREADS; i++)
                if (workers->threads[i] == thread)
                        workers->is_idle[i] = is_idle;
}

static void run(Worker *thread, void *userdata)
{
        Workers *workers = userdata;
        pthread_mutex_lock(&workers->lock);
        while (!worker_is_stopping(thread))
                if (!run_next(workers)) {
                        note_idle(workers, thread, true);
                        pthread_mutex_unlock(&workers->lock);
                        worker_wait(thread, USEC_INFINITY);
                        pthread_mutex_lock(&workers->lock);
                        note_idle(workers, thread, false);
                }
        pthread_mutex_unlock(&workers->lock);
}

int workers_new(WorkersRun run_job, Workers **ret)
{
        *ret = NULL;
        CLEANUP(workers_freep) Workers *workers = calloc(1, sizeof(*workers));
        if (!workers)
                return -ENOMEM;
        workers->run = run_job;
        STAILQ_INIT(&workers->ring);
        pthread_mutex_init(&workers->lock, NULL);
        for (size_t i = 0; i < WORKERS_THREADS; i++) {
                pthread_mutex_lock(&workers->lock);
                int r = worker_new("http-pages", run, workers, &workers->threads[i]);
                pthread_mutex_unlock(&workers->lock);
                if (r < 0)
                        return r;
        }
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
        for (size_t i = 0; i < WORKERS_THREADS; i++)
                if (workers->threads[i])
                        worker_stop(workers->threads[i]);
        /* The list is freed only now, because running threads read it. */
        for (size_t i = 0; i < WORKERS_THREADS; i++)
                worker_free(workers->threads[i]);
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
