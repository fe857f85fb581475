#include "http/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>

HttpConnection *http_connection_of(struct MHD_Connection *connection)
{
        const union MHD_ConnectionInfo *info =
                        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
        return info ? info->socket_context : NULL;
}

usec_t http_connection_note_activity(HttpShared *shared)
{
        usec_t now = clock_monotonic();
        atomic_store_explicit(&shared->last_activity, now, memory_order_relaxed);
        return now;
}

void http_connection_cork(struct HttpRequest *request, bool on)
{
        int value = on;
        const union MHD_ConnectionInfo *info =
                        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        /* A unix socket has no packets and refuses the option, which does no harm. */
        request->corked = info &&
                          setsockopt(info->connect_fd, IPPROTO_TCP, TCP_CORK, &value, sizeof(value)) == 0 &&
                          on;
}

enum MHD_Result http_connection_on_peer(void *userdata, const struct sockaddr *peer, socklen_t len)
{
        HttpShared *shared = userdata;
        (void)len;
        return admission_admits(shared->admission, peer) ? MHD_YES : MHD_NO;
}

static void begin(HttpShared *shared, struct MHD_Connection *connection, HttpConnection *kept)
{
        const union MHD_ConnectionInfo *socket =
                        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        const union MHD_ConnectionInfo *peer =
                        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        int fd = socket ? socket->connect_fd : -1;
        kept->shared = shared; /* for the handshake, before the first request */
        admission_enter(shared->admission, &kept->seat, fd, peer ? peer->client_addr : NULL,
                        clock_monotonic());
        handshake_begin(&kept->handshake, shared->handshakes, connection, fd);
}

void http_connection_on_change(void *userdata, struct MHD_Connection *connection, void **context,
                enum MHD_ConnectionNotificationCode code)
{
        HttpShared *shared = userdata;
        if (code == MHD_CONNECTION_NOTIFY_STARTED) {
                *context = calloc(1, sizeof(HttpConnection));
                if (*context)
                        begin(shared, connection, *context);
                atomic_fetch_add_explicit(&shared->n_connections, 1, memory_order_relaxed);
        } else {
                HttpConnection *kept = *context;
                if (kept)
                        admission_leave(shared->admission, &kept->seat);
                free(kept);
                *context = NULL;
                atomic_fetch_sub_explicit(&shared->n_connections, 1, memory_order_relaxed);
        }
        http_connection_note_activity(shared);
}
