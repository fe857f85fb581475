#pragma once

/*
 * Private to http/: the limits on connections. Each address has a share of them. A request must be
 * complete within a timeout, and the client must read its reply at a minimum rate. When connections
 * become scarce, idle ones are cut: first those that have never sent a request, then those that have been
 * idle longest. If this is not enough, the slowest connections of the networks (/24 of IPv4, /48 of IPv6)
 * with the most connections are cut, so that a few addresses cannot shut out the others. While there are
 * connections, a thread checks these limits about once a second.
 */

#include "base/cleanup.h"
#include "base/network.h"
#include "base/time.h"
#include "http/metrics.h"
#include "http/pace.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Admission Admission;

typedef enum AdmissionState {
        ADMISSION_WAITING, /* for a request to begin */
        ADMISSION_READING, /* a request has begun */
        ADMISSION_REPLYING,
        ADMISSION_N_STATES
} AdmissionState;

/** The state of one connection. */
typedef struct AdmissionSeat {
        struct AdmissionSeat *previous, *next;
        int fd;
        bool is_cut;
        Address share, group; /* the address and the network that count it; family 0 if none does */
        Pace pace;            /* used by the checking thread */
        _Atomic int state;
        _Atomic bool has_asked;         /* a request has begun on the connection */
        _Atomic usec_t since, deadline; /* monotonic */
} AdmissionSeat;

typedef struct AdmissionOptions {
        int connections;     /* over all addresses */
        int per_address;     /* of one IPv4 address or IPv6 /56; 0 for no limit */
        usec_t idle_timeout; /* between requests; 0 for no limit */
        /*
         * limits each of these times: from the opening of a connection to its first request, for the header
         * of a request, and for the content of a request; 0 for no limit
         */
        usec_t request_timeout;
        /*
         * proxies, which have no limit because their connections carry the requests of many clients; the
         * last one has family 0; borrowed
         */
        const Network *exempt;
} AdmissionOptions;

/** admission_new() - set up the limits. Return: 0 or -ENOMEM. */
int admission_new(const AdmissionOptions *options, Admission **ret);
/** admission_start() - start the thread that checks. Return: 0 or negative errno. */
int admission_start(Admission *admission);
/** admission_free() - stop the thread and free everything; call it after admission_leave() of all seats. */
Admission *admission_free(Admission *admission);
DEFINE_CLEANUP(Admission, admission_freep, admission_free)

/** admission_admits() - whether a peer may open one more connection. If not, the refusal is counted. */
bool admission_admits(Admission *admission, const struct sockaddr *peer);

/**
 * admission_enter() - add a connection that was opened
 * @seat: owned by the caller, who must keep it until admission_leave()
 * @fd:   the connection's socket; stays open until admission_leave()
 * @peer: NULL if it is not known
 * @now:  monotonic
 */
void admission_enter(
                Admission *admission, AdmissionSeat *seat, int fd, const struct sockaddr *peer, usec_t now);
void admission_leave(Admission *admission, AdmissionSeat *seat);

/** admission_show() - set the state of a connection; takes no lock. @now is monotonic. */
void admission_show(const Admission *admission, AdmissionSeat *seat, AdmissionState state, usec_t now);

/**
 * admission_look() - cut the connections that are overdue at @now; if connections are scarce, cut others
 * too. Called by the thread.
 */
void admission_look(Admission *admission, usec_t now);

HttpConnections admission_counts(Admission *admission);
