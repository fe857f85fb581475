#pragma once

/*
 * Inside of http/ only: connections whose TLS handshake has begun and is not over. Left to itself the library asks after each of them at
 * every round of its thread, without a pause, for as long as the other side says nothing: one keeps a core busy, and many hold up everybody
 * else. Here those who have said all that they had to say for now are suspended, and a thread of its own resumes them when there is more,
 * or when the guard cuts them off. They cost nothing until then, however many they are.
 */

#include "base/cleanup.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <sys/queue.h>

typedef struct Handshakes Handshakes;

/** Part of what a connection keeps. */
typedef struct Handshake {
        Handshakes *all;
        struct MHD_Connection *connection;
        int fd;
        bool is_over;                 /* the other side has said its last word */
        bool waits;                   /* for bytes, suspended; under the lock, as the next */
        LIST_ENTRY(Handshake) others; /* who wait */
} Handshake;

/** handshakes_new() - with its thread. Return: 0 or negative errno. */
int handshakes_new(Handshakes **ret);

/** handshakes_end() - nobody waits from now on, and those who did are resumed, without which the library must not be stopped; may be NULL */
void handshakes_end(Handshakes *all);
Handshakes *handshakes_free(Handshakes *all); /* after its end, and the library's */
DEFINE_CLEANUP(Handshakes, handshakes_freep, handshakes_free)

/**
 * handshake_begin() - a connection was opened; does nothing where it speaks plain HTTP
 * @handshake:  zeroed, the caller's, until the connection has ended
 * @connection: of a daemon with MHD_ALLOW_SUSPEND_RESUME
 */
void handshake_begin(Handshake *handshake, Handshakes *all, struct MHD_Connection *connection, int fd);
