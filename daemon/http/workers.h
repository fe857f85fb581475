#pragma once

/*
 * Private to http/: threads for handlers that may wait or work long, so that no other reply waits for
 * them. At most two jobs of a client run at a time, so that a page does not wait for a form. Clients take
 * turns: a client with many jobs delays only its own jobs.
 */

#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/network.h"

#include <stdbool.h>
#include <sys/queue.h>

typedef struct Workers Workers;

enum {
        WORKERS_THREADS = 4,
        WORKERS_PER_CLIENT = 2,
        WORKERS_JOBS_MAX = 1024,              /* waiting jobs of all clients */
        WORKERS_E_FULL = CONDITIONS_HTTP + 4, /* WORKERS_JOBS_MAX jobs are waiting */
};

/** One job. The caller owns it, and must keep it until it was run. */
typedef struct WorkersJob {
        STAILQ_ENTRY(WorkersJob) next;
} WorkersJob;

/**
 * Runs a job on one of the threads. If @is_over, the server is being stopped, and the job must be ended
 * without running it.
 */
typedef void (*WorkersRun)(WorkersJob *job, bool is_over);

/** workers_new() - start the threads. Return: 0 or negative errno. */
int workers_new(WorkersRun run, Workers **ret);

/**
 * workers_add() - queue a job of a client; never waits
 * @client: addresses in one IPv6 /56 are the same client; family 0 for all clients with unknown addresses
 *
 * Return: 0, WORKERS_E_FULL or -ENOMEM.
 */
int workers_add(Workers *workers, const Address *client, WorkersJob *job);

/**
 * workers_end() - end each thread after its current job, then run the waiting jobs with @is_over. No job
 * can be added from now on. @workers may be NULL.
 */
void workers_end(Workers *workers);

/** workers_free() - call workers_end(), and free everything */
Workers *workers_free(Workers *workers);
DEFINE_CLEANUP(Workers, workers_freep, workers_free)
