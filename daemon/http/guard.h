#pragma once

/*
 * Inside of http/ only: who may hold a connection, and for how long. Each address has its share; a request must be complete within a time,
 * however its bytes trickle; and when connections become scarce those give way who have never asked for anything, then those whose last
 * request is longest ago. A thread of its own looks about once a second, while there are connections.
 */

#include "base/cleanup.h"
#include "base/network.h"
#include "base/time.h"
#include "http/server.h"

#include <stdint.h>

typedef struct Guard Guard;

typedef enum GuardState {
        GUARD_WAITING, /* for a request to begin */
        GUARD_READING, /* it has begun */
        GUARD_REPLYING,
        GUARD_N_STATES
} GuardState;

/** A connection as the guard sees it; part of what the connection keeps. */
typedef struct GuardSeat {
        struct GuardSeat *previous, *next;
        int fd;
        bool is_cut;
        Address network; /* whose share it counts to; family 0: nobody's */
        _Atomic int state;
        _Atomic bool has_asked;         /* a request has begun on it at some time */
        _Atomic usec_t since, deadline; /* monotonic */
} GuardSeat;

typedef struct GuardOptions {
        int connections;        /* over all addresses */
        int per_address;        /* of one IPv4 address or IPv6 /64; 0 for no limit */
        usec_t idle_timeout;    /* between requests; 0: for ever, as the next */
        usec_t request_timeout; /* from a connection's begin to its first request, from a request's first line to its header's end, and for its body */
        const Network *exempt;  /* proxies, who bring others' requests; ended by one of family 0; borrowed */
} GuardOptions;

int guard_new(const GuardOptions *options, Guard **ret);
/** guard_start() - its thread, which looks from then on. Return: 0 or negative errno. */
int guard_start(Guard *guard);
Guard *guard_free(Guard *guard); /* all seats have left */
DEFINE_CLEANUP(Guard, guard_freep, guard_free)

/** guard_admits() - whether a peer may have one more connection; counted when not. */
bool guard_admits(Guard *guard, const struct sockaddr *peer);

/** guard_enter() - a connection was opened; the seat is the caller's, until guard_leave(), after which @fd is closed and not before. */
void guard_enter(Guard *guard, GuardSeat *seat, int fd, const struct sockaddr *peer, usec_t now);
void guard_leave(Guard *guard, GuardSeat *seat);

/** guard_show() - what a connection is at; costs next to nothing. @now is monotonic. */
void guard_show(const Guard *guard, GuardSeat *seat, GuardState state, usec_t now);

/** guard_look() - cut what is overdue at @now, and who waits where connections are scarce; what its thread does. */
void guard_look(Guard *guard, usec_t now);

HttpConnections guard_counts(Guard *guard);
