#include "http/admission.h"

#include "base/clock.h"
#include "base/worker.h"
#include "http/shares.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The maximum duration of a reply: long enough for any client, so that no connection stays open forever. */
#define REPLY_TIMEOUT (3600 * USEC_PER_SEC)
/*
 * Added to the time of connections that have sent a request, so that those that have sent none are cut
 * first. Longer than any idle timeout.
 */
#define FAVOUR     USEC_PER_DAY
#define NO_TIMEOUT (36500 * USEC_PER_DAY)

enum {
        LOOK_SECONDS = 1,
        /*
         * In eighths of the maximum: when more than SCARCE are open, idle connections are cut until PLENTY
         * are left.
         */
        SCARCE = 7,
        PLENTY = 6,
        EIGHTHS = 8,
        /*
         * Prefix lengths of the networks that are compared when connections are scarce: an attacker rents
         * addresses in one network.
         */
        GROUP4_BITS = 24,
        GROUP6_BITS = 48
};

/* A reply that began less than this long ago is not slow. */
#define GRACE USEC_PER_SEC
/*
 * A client that takes less than PACE_LEAST for this long is cut. Shorter gaps are usual for mobile clients.
 */
#define SLOW_SPAN (60 * USEC_PER_SEC)

struct Admission {
        AdmissionOptions options;
        usec_t timeouts[ADMISSION_N_STATES];
        pthread_mutex_t lock;
        AdmissionSeat *first; /* of the list of all seats */
        Shares shares;        /* by address */
        Shares groups;        /* by network; the seats that were cut are not counted */
        int level; /* maximum for each group until enough connections are free; INT_MAX for no limit */
        HttpConnections counts;
        uint64_t n_cut; /* number of seats that were cut and have not left yet */
        bool rests;     /* the thread waits for the first connection */
        Worker *worker; /* NULL before admission_start() */
};

static uint64_t eighths(const Admission *admission, int n)
{
        return ((uint64_t)admission->options.connections * (uint64_t)n + EIGHTHS - 1) / EIGHTHS;
}

/*
 * Whether the connections of the peer's address are counted. Those of exempt proxies and unix sockets are
 * not.
 */
static bool is_counted(const Admission *admission, const struct sockaddr *peer, Address *ret)
{
        if (!peer || address_of(peer, ret) < 0 || ret->family == AF_UNIX)
                return false;
        for (const Network *network = admission->options.exempt; network && network->address.family;
                        network++)
                if (network_has(network, ret))
                        return false;
        return true;
}

static bool has_reached_share(const Admission *admission, const Address *address)
{
        Address share = address_network(address, ADDRESS_CLIENT4_BITS, ADDRESS_CLIENT6_BITS);
        Address group = address_network(address, GROUP4_BITS, GROUP6_BITS);
        int limit = admission->options.per_address;
        return (limit > 0 && shares_count(&admission->shares, &share) >= limit) ||
               (admission->counts.open >= eighths(admission, PLENTY) &&
                               shares_count(&admission->groups, &group) >= admission->level);
}

bool admission_admits(Admission *admission, const struct sockaddr *peer)
{
        Address address;
        bool counts = is_counted(admission, peer, &address), admits = true;
        pthread_mutex_lock(&admission->lock);
        if (counts && has_reached_share(admission, &address)) {
                admission->counts.refused_share++;
                admits = false;
        } else if (admission->counts.open >= (uint64_t)admission->options.connections) {
                admission->counts.refused_full++;
                admits = false;
        }
        pthread_mutex_unlock(&admission->lock);
        return admits;
}

/*
 * Counts a connection of a network. The caller holds the lock. If memory runs out, only the limit over all
 * addresses applies.
 */
static void count_in(Shares *shares, const Address *network, Address *ret)
{
        *ret = shares_add(shares, network) ? *network : (Address){ 0 };
}

static void count_out(Shares *shares, Address *network)
{
        if (network->family)
                shares_remove(shares, network);
        network->family = 0;
}

void admission_enter(
                Admission *admission, AdmissionSeat *seat, int fd, const struct sockaddr *peer, usec_t now)
{
        Address address;
        bool counts = is_counted(admission, peer, &address);
        seat->fd = fd;
        seat->is_cut = false;
        seat->has_asked = false;
        seat->state = ADMISSION_WAITING;
        seat->since = now;
        seat->deadline = now + admission->timeouts[ADMISSION_READING];
        pthread_mutex_lock(&admission->lock);
        seat->share = seat->group = (Address){ 0 };
        if (counts) {
                Address share = address_network(&address, ADDRESS_CLIENT4_BITS, ADDRESS_CLIENT6_BITS);
                Address group = address_network(&address, GROUP4_BITS, GROUP6_BITS);
                count_in(&admission->shares, &share, &seat->share);
                count_in(&admission->groups, &group, &seat->group);
        }
        seat->previous = NULL;
        seat->next = admission->first;
        if (seat->next)
                seat->next->previous = seat;
        admission->first = seat;
        admission->counts.open++;
        bool is_scarce = admission->counts.open > eighths(admission, SCARCE);
        bool wakes = admission->worker && (is_scarce || admission->rests);
        admission->rests = admission->rests && !wakes;
        pthread_mutex_unlock(&admission->lock);
        if (wakes)
                worker_wake(admission->worker);
}

void admission_leave(Admission *admission, AdmissionSeat *seat)
{
        pthread_mutex_lock(&admission->lock);
        count_out(&admission->shares, &seat->share);
        count_out(&admission->groups, &seat->group);
        if (seat->next)
                seat->next->previous = seat->previous;
        if (seat->previous)
                seat->previous->next = seat->next;
        else
                admission->first = seat->next;
        admission->counts.open--;
        admission->n_cut -= seat->is_cut;
        pthread_mutex_unlock(&admission->lock);
}

void admission_show(const Admission *admission, AdmissionSeat *seat, AdmissionState state, usec_t now)
{
        atomic_store_explicit(&seat->since, now, memory_order_relaxed);
        atomic_store_explicit(&seat->deadline, now + admission->timeouts[state], memory_order_relaxed);
        atomic_store_explicit(&seat->state, state, memory_order_relaxed);
        atomic_store_explicit(&seat->has_asked, true, memory_order_relaxed);
}

/* Shuts down the socket; the library then reads the end of the stream and closes the connection. */
static void cut(Admission *admission, AdmissionSeat *seat)
{
        shutdown(seat->fd, SHUT_RDWR);
        seat->is_cut = true;
        admission->n_cut++;
        count_out(&admission->groups, &seat->group);
}

static bool is_overdue(AdmissionSeat *seat, usec_t now)
{
        usec_t since = atomic_load_explicit(&seat->since, memory_order_relaxed);
        bool is_replying = atomic_load_explicit(&seat->state, memory_order_relaxed) == ADMISSION_REPLYING;
        if (is_replying && now - since >= PACE_SAMPLE_SECONDS * USEC_PER_SEC) {
                pace_sample(&seat->pace, seat->fd, since, now);
                if (pace_is_too_slow(&seat->pace, now, SLOW_SPAN))
                        return true;
        }
        return atomic_load_explicit(&seat->deadline, memory_order_relaxed) <= now;
}

static void cut_overdue(Admission *admission, usec_t now)
{
        for (AdmissionSeat *seat = admission->first; seat; seat = seat->next)
                if (!seat->is_cut && is_overdue(seat, now)) {
                        cut(admission, seat);
                        admission->counts.cut_slow++;
                }
}

static int compare_merits(const void *a, const void *b)
{
        const usec_t *left = a, *right = b;
        return (*left > *right) - (*left < *right);
}

static bool may_give_way(const AdmissionSeat *seat)
{
        return !seat->is_cut && seat->state == ADMISSION_WAITING;
}

/* The order in which idle connections are cut: the smallest value first. */
static usec_t merit(const AdmissionSeat *seat)
{
        return seat->since + (seat->has_asked ? FAVOUR : 0);
}

/* Returns the @n-th smallest merit of the idle connections. */
static usec_t find_limit(const Admission *admission, size_t n)
{
        CLEANUP(cleanup_free) usec_t *merits = calloc(admission->counts.open + 1, sizeof(*merits));
        size_t n_waiting = 0;
        for (const AdmissionSeat *seat = admission->first; merits && seat; seat = seat->next)
                if (may_give_way(seat))
                        merits[n_waiting++] = merit(seat);
        if (n_waiting == 0)
                return 0;
        qsort(merits, n_waiting, sizeof(*merits), compare_merits);
        return merits[n < n_waiting ? n - 1 : n_waiting - 1];
}

static size_t n_live(const Admission *admission)
{
        return (size_t)(admission->counts.open - admission->n_cut);
}

static void cut_idle(Admission *admission, size_t n)
{
        usec_t limit = find_limit(admission, n);
        for (AdmissionSeat *seat = admission->first; seat && n > 0; seat = seat->next)
                if (may_give_way(seat) && merit(seat) <= limit) {
                        cut(admission, seat);
                        admission->counts.cut_scarce++;
                        n--;
                }
}

/* A connection with a request or reply, in a group that holds more than `level`. */
typedef struct Candidate {
        AdmissionSeat *seat;
        uint64_t pace; /* bytes in a second; 0 if not known, and while a request is read */
        usec_t since;
} Candidate;

static int compare_candidates(const void *a, const void *b)
{
        const Candidate *left = a, *right = b;
        if (left->pace != right->pace)
                return left->pace < right->pace ? -1 : 1;
        return (left->since > right->since) - (left->since < right->since);
}

static bool is_over(const Admission *admission, const AdmissionSeat *seat)
{
        return !seat->is_cut && seat->group.family &&
               shares_count(&admission->groups, &seat->group) > admission->level;
}

static size_t find_candidates(const Admission *admission, usec_t now, Candidate *ret)
{
        size_t n = 0;
        for (AdmissionSeat *seat = admission->first; seat; seat = seat->next) {
                usec_t since = seat->since;
                bool is_reply = seat->state == ADMISSION_REPLYING;
                if (!is_over(admission, seat) || (is_reply && now - since < GRACE))
                        continue;
                bool is_measured = is_reply && seat->pace.reply == since;
                ret[n++] = (Candidate){ seat, is_measured ? seat->pace.bytes_per_second : 0, since };
        }
        qsort(ret, n, sizeof(*ret), compare_candidates);
        return n;
}

/*
 * Returns the number of connections that are in no group: those of proxies and unix sockets. They are
 * never cut for others.
 */
static size_t n_outside(const Admission *admission)
{
        size_t n = 0;
        for (const AdmissionSeat *seat = admission->first; seat; seat = seat->next)
                n += !seat->is_cut && !seat->group.family;
        return n;
}

/*
 * Cuts the slowest connections of the largest networks. No network loses a connection while another one
 * holds more.
 */
static void cut_slowest(Admission *admission, usec_t now)
{
        size_t plenty = (size_t)eighths(admission, PLENTY), outside = n_outside(admission);
        CLEANUP(cleanup_free) Candidate *candidates = calloc(n_live(admission) + 1, sizeof(*candidates));
        admission->level = shares_level(&admission->groups, plenty > outside ? plenty - outside : 0);
        size_t n = candidates ? find_candidates(admission, now, candidates) : 0;
        for (size_t i = 0; i < n; i++)
                if (is_over(admission, candidates[i].seat)) {
                        cut(admission, candidates[i].seat);
                        admission->counts.cut_scarce++;
                }
}

static void make_room(Admission *admission, usec_t now)
{
        size_t plenty = (size_t)eighths(admission, PLENTY);
        cut_idle(admission, n_live(admission) - plenty);
        if (n_live(admission) > plenty)
                cut_slowest(admission, now);
}

/* Cuts overdue connections, and others if connections are scarce. The caller holds the lock. */
static void look(Admission *admission, usec_t now)
{
        cut_overdue(admission, now);
        if (n_live(admission) > eighths(admission, SCARCE))
                make_room(admission, now);
        else if (admission->counts.open < eighths(admission, PLENTY))
                admission->level = INT_MAX;
}

void admission_look(Admission *admission, usec_t now)
{
        pthread_mutex_lock(&admission->lock);
        look(admission, now);
        pthread_mutex_unlock(&admission->lock);
}

/* Return: false if there are no connections to check. */
static bool look_if_any(Admission *admission)
{
        pthread_mutex_lock(&admission->lock);
        bool has_any = admission->counts.open > 0;
        if (has_any)
                look(admission, clock_monotonic());
        admission->rests = !has_any;
        pthread_mutex_unlock(&admission->lock);
        return has_any;
}

static void run(Worker *worker, void *userdata)
{
        while (!worker_is_stopping(worker)) {
                bool has_any = look_if_any(userdata);
                worker_wait(worker,
                                has_any ? clock_monotonic() + LOOK_SECONDS * USEC_PER_SEC : USEC_INFINITY);
        }
}

int admission_new(const AdmissionOptions *options, Admission **ret)
{
        *ret = NULL;
        CLEANUP(admission_freep) Admission *admission = calloc(1, sizeof(*admission));
        if (!admission)
                return -ENOMEM;
        admission->options = *options;
        admission->level = INT_MAX;
        admission->timeouts[ADMISSION_WAITING] =
                        options->idle_timeout > 0 ? options->idle_timeout : NO_TIMEOUT;
        admission->timeouts[ADMISSION_READING] =
                        options->request_timeout > 0 ? options->request_timeout : NO_TIMEOUT;
        admission->timeouts[ADMISSION_REPLYING] = REPLY_TIMEOUT;
        pthread_mutex_init(&admission->lock, NULL);
        *ret = TAKE_PTR(admission);
        return 0;
}

int admission_start(Admission *admission)
{
        return worker_new("http-admission", run, admission, &admission->worker);
}

Admission *admission_free(Admission *admission)
{
        if (!admission)
                return NULL;
        worker_free(admission->worker);
        shares_done(&admission->shares);
        shares_done(&admission->groups);
        pthread_mutex_destroy(&admission->lock);
        free(admission);
        return NULL;
}

HttpConnections admission_counts(Admission *admission)
{
        pthread_mutex_lock(&admission->lock);
        HttpConnections counts = admission->counts;
        pthread_mutex_unlock(&admission->lock);
        return counts;
}
