#include "http/admission.h"

#include "base/clock.h"
#include "base/worker.h"

#include <errno.h>
#include <pthread.h>
#include <search.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A reply may take this long: long enough for any reader, and no connection stays for ever. */
#define REPLY_TIMEOUT (3600 * USEC_PER_SEC)
/* Added to the age of connections that have sent a request, so that they are cut after those that have not; longer than any idle timeout. */
#define FAVOUR     USEC_PER_DAY
#define NO_TIMEOUT (36500 * USEC_PER_DAY)

enum {
        LOOK_SECONDS = 1,
        /* In eighths of the maximum: above SCARCE, idle connections are cut until PLENTY are left. */
        SCARCE = 7,
        PLENTY = 6,
        EIGHTHS = 8,
        PREFIX6_BYTES = 8
};

/* The number of connections of an address. */
typedef struct Share {
        Address network; /* the key: first */
        int n;
} Share;

struct Admission {
        AdmissionOptions options;
        usec_t timeouts[ADMISSION_N_STATES];
        pthread_mutex_t lock;
        AdmissionSeat *first; /* of the list of all seats */
        void *shares;         /* a tree of Share */
        HttpConnections counts;
        uint64_t n_cut; /* seats that were cut and have not left yet */
        bool rests;     /* the thread waits for the first connection */
        Worker *worker; /* NULL before admission_start() */
};

static int compare_shares(const void *a, const void *b)
{
        return memcmp(a, b, sizeof(Address));
}

static Share *find_share(const Admission *admission, const Address *network)
{
        Share *const *found = tfind(network, &admission->shares, compare_shares);
        return found ? *found : NULL;
}

/* Under the lock. An address whose share could not be allocated has no limit of its own; the limit over all addresses holds. */
static void add_to_share(Admission *admission, AdmissionSeat *seat)
{
        Share *share = find_share(admission, &seat->network);
        if (!share && (share = calloc(1, sizeof(*share)))) {
                share->network = seat->network;
                if (!tsearch(share, &admission->shares, compare_shares)) {
                        free(share);
                        share = NULL;
                }
        }
        if (share)
                share->n++;
        else
                seat->network.family = 0;
}

static void take_from_share(Admission *admission, const AdmissionSeat *seat)
{
        Share *share = find_share(admission, &seat->network);
        if (share && --share->n == 0) {
                tdelete(share, &admission->shares, compare_shares);
                free(share);
        }
}

/* The network whose share a peer counts to; false for a peer without one. One IPv6 client usually has a whole /64. */
static bool network_of(const Admission *admission, const struct sockaddr *peer, Address *ret)
{
        Address address;
        if (admission->options.per_address == 0 || !peer || address_of(peer, &address) < 0 ||
                        address.family == AF_UNIX)
                return false;
        for (const Network *network = admission->options.exempt; network && network->address.family;
                        network++)
                if (network_has(network, &address))
                        return false;
        if (address.family == AF_INET6)
                memset(address.bytes + PREFIX6_BYTES, 0, sizeof(address.bytes) - PREFIX6_BYTES);
        *ret = address;
        return true;
}

bool admission_admits(Admission *admission, const struct sockaddr *peer)
{
        Address network;
        bool has_share = network_of(admission, peer, &network), admits = true;
        pthread_mutex_lock(&admission->lock);
        const Share *share = has_share ? find_share(admission, &network) : NULL;
        if (share && share->n >= admission->options.per_address) {
                admission->counts.refused_share++;
                admits = false;
        } else if (admission->counts.open >= (uint64_t)admission->options.connections) {
                admission->counts.refused_full++;
                admits = false;
        }
        pthread_mutex_unlock(&admission->lock);
        return admits;
}

static uint64_t eighths(const Admission *admission, int n)
{
        return ((uint64_t)admission->options.connections * (uint64_t)n + EIGHTHS - 1) / EIGHTHS;
}

void admission_enter(
                Admission *admission, AdmissionSeat *seat, int fd, const struct sockaddr *peer, usec_t now)
{
        Address network;
        bool has_share = network_of(admission, peer, &network);
        seat->fd = fd;
        seat->is_cut = false;
        seat->has_asked = false;
        seat->state = ADMISSION_WAITING;
        seat->since = now;
        seat->deadline = now + admission->timeouts[ADMISSION_READING];
        pthread_mutex_lock(&admission->lock);
        seat->network = has_share ? network : (Address){ 0 };
        if (has_share)
                add_to_share(admission, seat);
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
        if (seat->network.family)
                take_from_share(admission, seat);
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

/* The library reads the end of the connection and closes it. */
static void cut(Admission *admission, AdmissionSeat *seat)
{
        shutdown(seat->fd, SHUT_RDWR);
        seat->is_cut = true;
        admission->n_cut++;
}

static void cut_overdue(Admission *admission, usec_t now)
{
        for (AdmissionSeat *seat = admission->first; seat; seat = seat->next)
                if (!seat->is_cut && atomic_load_explicit(&seat->deadline, memory_order_relaxed) <= now) {
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

/* Idle connections with the smallest value are cut first. */
static usec_t merit(const AdmissionSeat *seat)
{
        return seat->since + (seat->has_asked ? FAVOUR : 0);
}

/* The @n-th smallest merit of the idle connections. */
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

static void make_room(Admission *admission)
{
        size_t n = (size_t)(admission->counts.open - admission->n_cut - eighths(admission, PLENTY));
        usec_t limit = find_limit(admission, n);
        for (AdmissionSeat *seat = admission->first; seat && n > 0; seat = seat->next)
                if (may_give_way(seat) && merit(seat) <= limit) {
                        cut(admission, seat);
                        admission->counts.cut_scarce++;
                        n--;
                }
}

/* Under the lock. */
static void look(Admission *admission, usec_t now)
{
        cut_overdue(admission, now);
        if (admission->counts.open - admission->n_cut > eighths(admission, SCARCE))
                make_room(admission);
}

void admission_look(Admission *admission, usec_t now)
{
        pthread_mutex_lock(&admission->lock);
        look(admission, now);
        pthread_mutex_unlock(&admission->lock);
}

/* Return: whether there are connections to look at. */
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
        tdestroy(admission->shares, free);
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
