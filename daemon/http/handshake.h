#pragma once

/*
 * Inside of http/ only: connections during their TLS handshake. The library polls each of them in a busy
 * loop while the client sends nothing: one such connection keeps a core busy, and many delay all others.
 * So a connection that waits for bytes is suspended, and a thread resumes it when bytes arrive or when
 * the admission cuts it. A suspended connection takes no processor time.
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
        bool is_over;                 /* the client's last message of the handshake was received */
        bool waits;                   /* suspended until bytes arrive; under the lock, as the next */
        LIST_ENTRY(Handshake) others; /* that wait */
} Handshake;

/** handshakes_new() - start the thread for all connections of a server. Return: 0 or negative errno. */
int handshakes_new(Handshakes **ret);

/**
 * handshakes_end() - resume all connections and suspend none from now on. Call it before the library is
 * stopped. @all may be NULL.
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
 * @handshake:  zeroed, the caller's, until the connection has ended
 * @connection: of a daemon with MHD_ALLOW_SUSPEND_RESUME
 */
void handshake_begin(Handshake *handshake, Handshakes *all, struct MHD_Connection *connection, int fd);
