#include "http/handshake.h"

#include "base/worker.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { EVENTS = 64 };

struct Handshakes {
        pthread_mutex_t lock;
        LIST_HEAD(, Handshake) waiting;
        bool has_ended;
        int epoll_fd; /* the sockets of the connections that wait */
        Worker *worker;
};

/* Resumes the connection, which may be freed from then on. */
static void resume(Handshake *handshake)
{
        LIST_REMOVE(handshake, others);
        handshake->waits = false;
        epoll_ctl(handshake->all->epoll_fd, EPOLL_CTL_DEL, handshake->fd, NULL);
        MHD_resume_connection(handshake->connection);
}

/*
 * Suspends the connection. The caller holds the lock. Return: the errno for the read; any other than
 * EAGAIN closes the connection.
 */
static int suspend(Handshake *handshake)
{
        Handshakes *all = handshake->all;
        struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = handshake };
        if (epoll_ctl(all->epoll_fd, EPOLL_CTL_ADD, handshake->fd, &event) < 0)
                return errno;
        MHD_suspend_connection(handshake->connection);
        LIST_INSERT_HEAD(&all->waiting, handshake, others);
        handshake->waits = true;
        return EAGAIN;
}

/*
 * Suspends the connection until bytes arrive. Return: EAGAIN or another errno. The library documents
 * suspending only in the handlers of requests. It must happen on the library's thread, and the connection
 * must not be used afterwards. Both conditions hold here: gnutls_handshake() makes this call and gets
 * EAGAIN, and the library then checks whether the connection is suspended before it uses the connection.
 */
static int wait_for_bytes(Handshake *handshake)
{
        Handshakes *all = handshake->all;
        pthread_mutex_lock(&all->lock);
        int r = all->has_ended || handshake->waits ? EAGAIN : suspend(handshake);
        pthread_mutex_unlock(&all->lock);
        return r;
}

/*
 * Resumes the connections that have bytes. After handshakes_end() none is resumed, because the connections
 * of pending events may be freed.
 */
static void resume_ready(Handshakes *all)
{
        struct epoll_event events[EVENTS];
        int n = epoll_wait(all->epoll_fd, events, EVENTS, 0);
        pthread_mutex_lock(&all->lock);
        for (int i = 0; i < n && !all->has_ended; i++)
                resume(events[i].data.ptr);
        pthread_mutex_unlock(&all->lock);
}

static void run(Worker *worker, void *userdata)
{
        Handshakes *all = userdata;
        while (!worker_is_stopping(worker)) {
                struct pollfd fds[] = { { 0 }, { .fd = all->epoll_fd, .events = POLLIN } };
                worker_poll(worker, fds, 2, USEC_INFINITY);
                if (fds[1].revents)
                        resume_ready(all);
        }
}

int handshakes_new(Handshakes **ret)
{
        *ret = NULL;
        CLEANUP(handshakes_freep) Handshakes *all = calloc(1, sizeof(*all));
        if (!all)
                return -ENOMEM;
        pthread_mutex_init(&all->lock, NULL);
        all->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
        int r = all->epoll_fd < 0 ? -errno : worker_new("http-handshake", run, all, &all->worker);
        if (r == 0)
                *ret = TAKE_PTR(all);
        return r;
}

void handshakes_end(Handshakes *all)
{
        if (!all)
                return;
        pthread_mutex_lock(&all->lock);
        all->has_ended = true;
        while (!LIST_EMPTY(&all->waiting))
                resume(LIST_FIRST(&all->waiting));
        pthread_mutex_unlock(&all->lock);
}

Handshakes *handshakes_free(Handshakes *all)
{
        if (!all)
                return NULL;
        worker_free(all->worker);
        cleanup_close(&all->epoll_fd);
        pthread_mutex_destroy(&all->lock);
        free(all);
        return NULL;
}

/*
 * Notes the client's last message of the handshake. GnuTLS calls this for the last message in each
 * direction.
 */
static int on_finished(gnutls_session_t session, unsigned type, unsigned when, unsigned is_incoming,
                const gnutls_datum_t *message)
{
        Handshake *handshake = gnutls_transport_get_ptr(session);
        (void)type, (void)when, (void)message;
        handshake->is_over = handshake->is_over || is_incoming;
        return 0;
}

static ssize_t on_pull(gnutls_transport_ptr_t userdata, void *ret, size_t size)
{
        Handshake *handshake = userdata;
        ssize_t n = recv(handshake->fd, ret, size, 0);
        if (n < 0 && errno == EAGAIN && !handshake->is_over)
                errno = wait_for_bytes(handshake);
        return n;
}

static int on_pull_timeout(gnutls_transport_ptr_t userdata, unsigned msec)
{
        const Handshake *handshake = userdata;
        struct pollfd socket = { .fd = handshake->fd, .events = POLLIN };
        return poll(&socket, 1, msec == GNUTLS_INDEFINITE_TIMEOUT ? -1 : (int)msec);
}

void handshake_begin(Handshake *handshake, Handshakes *all, struct MHD_Connection *connection, int fd)
{
        const union MHD_ConnectionInfo *info =
                        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
        if (!all || !info || !info->tls_session)
                return;
        gnutls_session_t session = info->tls_session;
        *handshake = (Handshake){ .all = all, .connection = connection, .fd = fd };
        gnutls_transport_set_ptr2(session, handshake, (gnutls_transport_ptr_t)(intptr_t)fd);
        gnutls_transport_set_pull_function(session, on_pull);
        gnutls_transport_set_pull_timeout_function(session, on_pull_timeout);
        gnutls_handshake_set_hook_function(
                        session, GNUTLS_HANDSHAKE_FINISHED, GNUTLS_HOOK_POST, on_finished);
}
