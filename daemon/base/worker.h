#pragma once

/*
 * A thread of one's own: named, deaf to signals, stopped and joined in order. Its function is a loop that
 * works while there is work and waits otherwise; any thread wakes it. What the two sides share lies under
 * the owner's own lock.
 *
 *     static void run(Worker *worker, void *userdata)
 *     {
 *             while (!worker_is_stopping(worker))
 *                     if (!do_next(userdata))
 *                             worker_wait(worker, USEC_INFINITY);
 *     }
 *
 * A wake-up is never lost: one that comes while the thread is at work ends its next wait at once. A worker
 * shows a sign of life whenever a wait returns, and is at rest while it waits.
 */

#include "base/cleanup.h"
#include "base/time.h"

#include <poll.h>
#include <stdbool.h>

typedef struct Worker Worker;

/**
 * The thread's function. It returns soon after worker_is_stopping() has become true, at a point of its own
 * choice.
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

/** worker_free() - worker_stop(), and wait for the thread to end. */
Worker *worker_free(Worker *worker);
DEFINE_CLEANUP(Worker, worker_freep, worker_free)

/** worker_wake() - end the thread's wait; from any thread, never waits. */
void worker_wake(Worker *worker);

/**
 * worker_stop() - ask the thread to end, and wake it; from any thread, never waits. worker_is_stopping() -
 * whether that was asked.
 */
void worker_stop(Worker *worker);
bool worker_is_stopping(const Worker *worker);

/**
 * worker_wait() - wait on the thread until it is woken
 * @until: of the monotonic clock, in microseconds: the latest return; USEC_INFINITY for no limit
 */
void worker_wait(Worker *worker, usec_t until);

/**
 * worker_poll() - as worker_wait(), and until one of @fds is ready (poll(2))
 * @fds:   the first is filled in here and stands for the wake-up; `revents` of the others are set. A thread with many
 *         descriptors gives that of an epoll(7).
 * @n:     how many, with the first one
 */
void worker_poll(Worker *worker, struct pollfd *fds, nfds_t n, usec_t until);

/**
 * worker_poll_at_work() - as worker_poll(), in the middle of work: waits for one second at most and gives a
 * sign of life before and after, so that a thread that never returns from the wait is noticed
 */
void worker_poll_at_work(Worker *worker, struct pollfd *fds, nfds_t n, usec_t until);

/** worker_show() - a sign of life in the midst of long work; on the thread. */
void worker_show(Worker *worker);

/**
 * worker_oldest_sign() - as progress_oldest(): the last sign of life while it is at work, USEC_INFINITY at
 * rest; from any thread.
 */
usec_t worker_oldest_sign(const Worker *worker);
