#pragma once

/*
 * A named thread that blocks signals, and that its owner stops and joins. Its function is a loop that works
 * while there is work and waits otherwise; any thread may wake it. The owner protects shared data with a
 * lock of its own.
 *
 *     static void run(Worker *worker, void *userdata)
 *     {
 *             while (!worker_is_stopping(worker))
 *                     if (!do_next(userdata))
 *                             worker_wait(worker, USEC_INFINITY);
 *     }
 *
 * A wake-up is never lost: if the thread is working, its next wait ends at once. The thread's heartbeat is
 * updated whenever a wait returns. While the thread waits it has no heartbeat.
 */

#include "base/cleanup.h"
#include "base/time.h"

#include <poll.h>
#include <stdbool.h>

typedef struct Worker Worker;

/**
 * The thread's function. It returns soon after worker_is_stopping() has become true, at a point that it
 * chooses.
 */
typedef void (*WorkerRun)(Worker *worker, void *userdata);

/**
 * worker_new() - start a thread
 * @name:     at most 15 bytes, shown by ps -L and debuggers; copied
 * @run:      called once, on the thread
 * @userdata: for @run; must outlive the worker
 * @ret:      the worker, owned by the caller, set before the thread runs; NULL on failure
 *
 * Return: 0 or negative errno.
 */
int worker_new(const char *name, WorkerRun run, void *userdata, Worker **ret);

/** worker_free() - stop the thread, wait for its end, and free the worker. */
Worker *worker_free(Worker *worker);
DEFINE_CLEANUP(Worker, worker_freep, worker_free)

/** worker_wake() - end the thread's wait. May be called from any thread; never waits. */
void worker_wake(Worker *worker);

/** worker_stop() - ask the thread to end, and wake it. May be called from any thread; never waits. */
void worker_stop(Worker *worker);

/** worker_is_stopping() - whether the thread was asked to end. */
bool worker_is_stopping(const Worker *worker);

/**
 * worker_wait() - let the thread wait until it is woken. Only the thread itself may call it.
 * @until: the wait ends at this time at the latest, in microseconds of the monotonic clock; USEC_INFINITY
 *         for no limit
 */
void worker_wait(Worker *worker, usec_t until);

/**
 * worker_poll() - wait as worker_wait() does, or until one of @fds is ready (poll(2))
 * @fds:   the function fills in the first, for the wake-up; `revents` of the others are set. If a thread
 *         has many descriptors, it passes that of an epoll(7).
 * @n:     number of @fds, including the first
 * @until: as for worker_wait()
 */
void worker_poll(Worker *worker, struct pollfd *fds, nfds_t n, usec_t until);

/**
 * worker_poll_at_work() - wait as worker_poll() does, in the middle of work: for one second at most, with a
 * heartbeat before and after, so that the watchdog notices a thread that never returns from the wait
 */
void worker_poll_at_work(Worker *worker, struct pollfd *fds, nfds_t n, usec_t until);

/** worker_show() - update the heartbeat during long work. Only the thread itself may call it. */
void worker_show(Worker *worker);

/**
 * worker_oldest_sign() - get the last heartbeat, as progress_oldest() does; USEC_INFINITY while the thread
 * waits. May be called from any thread.
 */
usec_t worker_oldest_sign(const Worker *worker);
