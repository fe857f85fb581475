#pragma once

/*
 * Inside of http/ only: threads for handlers that may wait or work long, so that no other reply waits
 * for them. Clients take turns, and only some jobs of a client run at a time, so that a client with many
 * jobs delays only its own.
 */

#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/network.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

typedef struct Workers Workers;

enum {
        WORKERS_THREADS_MAX = 8,
        WORKERS_JOBS_MAX = 1024,              /* waiting jobs of all clients */
        WORKERS_E_FULL = CONDITIONS_HTTP + 4, /* WORKERS_JOBS_MAX jobs are waiting */
};

/** One job. The caller owns it, and must keep it until it was run. */
typedef struct WorkersJob {
        STAILQ_ENTRY(WorkersJob) next;
        uint64_t key; /* set by workers_add() */
} WorkersJob;

/**
 * Runs a job on one of the threads. If @is_over, the server is being stopped, and the job must be ended
 * without running it.
 */
typedef void (*WorkersRun)(WorkersJob *job, bool is_over);

typedef struct WorkersOptions {
        const char *name; /* of each thread, at most 15 bytes */
        int n_threads;    /* at most WORKERS_THREADS_MAX */
        int n_per_client; /* jobs of a client that run at a time */
        int nice;         /* how much the threads yield to others, 0 to 19 (setpriority(2)) */
} WorkersOptions;

/** workers_new() - start the threads; @options is copied. Return: 0 or negative errno. */
int workers_new(const WorkersOptions *options, WorkersRun run, Workers **ret);

/**
 * workers_add() - queue a job of a client; never waits
 * @client: an IPv6 client is its /56; family 0 for all clients with unknown addresses
 * @key:    jobs with the same key run one after the other, and a thread takes other jobs meanwhile; 0
 *          for none
 *
 * Return: 0, WORKERS_E_FULL or -ENOMEM.
 */
int workers_add(Workers *workers, const Address *client, uint64_t key, WorkersJob *job);

/**
 * workers_end() - end each thread after its current job, then run the waiting jobs with @is_over. No job
 * can be added from now on. @workers may be NULL.
 */
void workers_end(Workers *workers);

/** workers_free() - call workers_end(), and free everything */
Workers *workers_free(Workers *workers);
DEFINE_CLEANUP(Workers, workers_freep, workers_free)
