#pragma once

/*
 * Private to http/: connections during their TLS handshake. While the client sends nothing, the library
 * polls the connection in a busy loop: one such connection keeps a core busy, and many delay all others.
 * Therefore a connection that waits for bytes is suspended. A thread resumes it when bytes arrive, or when
 * admission.h cuts it. A suspended connection takes no processor time.
 */

#include "base/cleanup.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <sys/queue.h>

typedef struct Handshakes Handshakes;

/** The state of a connection's handshake. */
typedef struct Handshake {
        Handshakes *all;
        struct MHD_Connection *connection;
        int fd;
        bool is_over; /* the client's last message of the handshake was received */
        bool waits;   /* suspended until bytes arrive; the lock guards this and the next field */
        LIST_ENTRY(Handshake) others; /* the other connections that wait */
} Handshake;

/** handshakes_new() - start the thread for all connections of a server. Return: 0 or negative errno. */
int handshakes_new(Handshakes **ret);

/**
 * handshakes_end() - resume all connections, and suspend none from now on. Call it before the library is
 * stopped.
 * @all may be NULL.
 */
void handshakes_end(Handshakes *all);
/**
 * handshakes_free() - free everything; call it after handshakes_end(), and after the library was
 * stopped.
 */
Handshakes *handshakes_free(Handshakes *all);
DEFINE_CLEANUP(Handshakes, handshakes_freep, handshakes_free)

/**
 * handshake_begin() - watch the handshake of a new connection; does nothing for plain HTTP
 * @handshake:  zeroed; owned by the caller, who must keep it until the connection has ended
 * @connection: of a daemon with MHD_ALLOW_SUSPEND_RESUME
 */
void handshake_begin(Handshake *handshake, Handshakes *all, struct MHD_Connection *connection, int fd);
