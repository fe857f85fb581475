#include "base/worker.h"

#include "base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

enum {
        NAME_BYTES = 16, /* with the NUL; the kernel's limit */
        SIGN_SECONDS = 1 /* the longest wait in the middle of work */
};

struct Worker {
        char name[NAME_BYTES];
        WorkerRun run;
        void *userdata;
        int wake_fd;
        _Atomic bool stopping;
        _Atomic usec_t sign; /* the last heartbeat; USEC_INFINITY while waiting */
        pthread_t thread;
        bool started;
};

static void *run(void *userdata)
{
        Worker *worker = userdata;
        pthread_setname_np(pthread_self(), worker->name);
        worker_show(worker);
        worker->run(worker, worker->userdata);
        atomic_store_explicit(&worker->sign, USEC_INFINITY, memory_order_relaxed);
        return NULL;
}

/*
 * Starts the thread with signals blocked, because the main thread handles them. Signals that a fault of the
 * thread itself raises are not blocked, because sanitizers and debuggers need them.
 */
static int start(Worker *worker)
{
        static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };
        sigset_t blocked, before;
        sigfillset(&blocked);
        for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
                sigdelset(&blocked, faults[i]);
        pthread_sigmask(SIG_SETMASK, &blocked, &before);
        int r = pthread_create(&worker->thread, NULL, run, worker);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        worker->started = r == 0;
        return -r;
}

int worker_new(const char *name, WorkerRun run_thread, void *userdata, Worker **ret)
{
        *ret = NULL;
        CLEANUP(worker_freep) Worker *worker = calloc(1, sizeof(*worker));
        if (!worker)
                return -ENOMEM;
        strncpy(worker->name, name, sizeof(worker->name) - 1);
        worker->run = run_thread;
        worker->userdata = userdata;
        worker->sign = USEC_INFINITY;
        worker->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (worker->wake_fd < 0)
                return -errno;
        *ret = worker;
        int r = start(worker);
        if (r == 0)
                TAKE_PTR(worker);
        else
                *ret = NULL;
        return r;
}

Worker *worker_free(Worker *worker)
{
        if (!worker)
                return NULL;
        if (worker->started) {
                worker_stop(worker);
                pthread_join(worker->thread, NULL);
        }
        cleanup_close(&worker->wake_fd);
        free(worker);
        return NULL;
}

void worker_wake(Worker *worker)
{
        eventfd_write(worker->wake_fd, 1);
}

void worker_stop(Worker *worker)
{
        atomic_store(&worker->stopping, true);
        worker_wake(worker);
}

bool worker_is_stopping(const Worker *worker)
{
        return atomic_load(&worker->stopping);
}

static struct timespec span_until(usec_t until)
{
        usec_t now = clock_monotonic();
        usec_t span = until > now ? until - now : 0;
        return (struct timespec){ .tv_sec = span / USEC_PER_SEC, .tv_nsec = span % USEC_PER_SEC * 1000 };
}

static void poll_until(Worker *worker, struct pollfd *fds, nfds_t n, usec_t until)
{
        eventfd_t count;
        bool is_endless = until == USEC_INFINITY;
        struct timespec span = is_endless ? (struct timespec){ 0 } : span_until(until);
        fds[0] = (struct pollfd){ .fd = worker->wake_fd, .events = POLLIN };
        int r = ppoll(fds, n, is_endless ? NULL : &span, NULL);
        worker_show(worker);
        /* After a failure ppoll(2) leaves `revents` unchanged. */
        for (nfds_t i = 0; r < 0 && i < n; i++)
                fds[i].revents = 0;
        if (fds[0].revents)
                eventfd_read(worker->wake_fd, &count);
}

void worker_poll(Worker *worker, struct pollfd *fds, nfds_t n, usec_t until)
{
        atomic_store_explicit(&worker->sign, USEC_INFINITY, memory_order_relaxed);
        poll_until(worker, fds, n, until);
}

void worker_poll_at_work(Worker *worker, struct pollfd *fds, nfds_t n, usec_t until)
{
        usec_t latest = clock_monotonic() + SIGN_SECONDS * USEC_PER_SEC;
        worker_show(worker);
        poll_until(worker, fds, n, until < latest ? until : latest);
}

void worker_wait(Worker *worker, usec_t until)
{
        struct pollfd fd;
        worker_poll(worker, &fd, 1, until);
}

void worker_show(Worker *worker)
{
        atomic_store_explicit(&worker->sign, clock_monotonic(), memory_order_relaxed);
}

usec_t worker_oldest_sign(const Worker *worker)
{
        return atomic_load_explicit(&worker->sign, memory_order_relaxed);
}
