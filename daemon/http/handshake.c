#include "http/handshake.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

enum { EVENTS = 64 };

struct Handshakes {
        pthread_mutex_t lock;
        LIST_HEAD(, Handshake) waiting;
        bool has_ended;
        bool has_thread;
        pthread_t thread;
        int epoll_fd; /* the sockets of the connections that wait */
        int free_fd;  /* an eventfd: the thread is to end */
};

/* The connection may be gone as soon as it is resumed. */
static void resume(Handshake *handshake)
{
        LIST_REMOVE(handshake, others);
        handshake->waits = false;
        epoll_ctl(handshake->all->epoll_fd, EPOLL_CTL_DEL, handshake->fd, NULL);
        MHD_resume_connection(handshake->connection);
}

/* Under the lock. Return: the error of a reading that found nothing; all but EAGAIN end the connection. */
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
 * The library documents suspending only in the handlers of requests. It needs the library's own thread, and that the connection is not used
 * afterwards. Both hold here: the call comes from gnutls_handshake(), which is told to try again, and then the library checks whether the
 * connection is suspended before it uses it.
 */
static int wait_for_bytes(Handshake *handshake)
{
        Handshakes *all = handshake->all;
        pthread_mutex_lock(&all->lock);
        int r = all->has_ended || handshake->waits ? EAGAIN : suspend(handshake);
        pthread_mutex_unlock(&all->lock);
        return r;
}

/* After handshakes_end() the connections of pending events have been resumed and may be gone. */
static void *run(void *userdata)
{
        Handshakes *all = userdata;
        struct epoll_event events[EVENTS];
        for (bool is_needed = true; is_needed;) {
                int n = epoll_wait(all->epoll_fd, events, EVENTS, -1);
                pthread_mutex_lock(&all->lock);
                for (int i = 0; i < n; i++) {
                        Handshake *handshake = events[i].data.ptr;
                        if (!handshake)
                                is_needed = false;
                        else if (!all->has_ended)
                                resume(handshake);
                }
                pthread_mutex_unlock(&all->lock);
        }
        return NULL;
}

static int start(Handshakes *all)
{
        struct epoll_event event = { .events = EPOLLIN };
        if (all->epoll_fd < 0 || all->free_fd < 0 ||
                        epoll_ctl(all->epoll_fd, EPOLL_CTL_ADD, all->free_fd, &event) < 0)
                return -errno;
        int r = pthread_create(&all->thread, NULL, run, all);
        all->has_thread = r == 0;
        return -r;
}

int handshakes_new(Handshakes **ret)
{
        CLEANUP(handshakes_freep) Handshakes *all = calloc(1, sizeof(*all));
        if (!all)
                return -ENOMEM;
        pthread_mutex_init(&all->lock, NULL);
        all->free_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        all->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
        int r = start(all);
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
        if (all->has_thread) {
                eventfd_write(all->free_fd, 1);
                pthread_join(all->thread, NULL);
        }
        cleanup_close(&all->free_fd);
        cleanup_close(&all->epoll_fd);
        pthread_mutex_destroy(&all->lock);
        free(all);
        return NULL;
}

/* Called for the last message in each direction: with the incoming one, the client's part of the handshake is over. */
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
