#include "http/guard.h"

#include "base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <search.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Whoever reads a reply as slowly as this allows is there for some reason of its own. */
#define REPLY_TIMEOUT (3600 * USEC_PER_SEC)
/* A client that has been served keeps its connection before one that never asked: longer than any idle timeout. */
#define FAVOUR     USEC_PER_DAY
#define NO_TIMEOUT (36500 * USEC_PER_DAY)

enum {
        LOOK_SECONDS = 1,
        /* Of the connections that there may be, in eighths: from the one on room is made down to the other. */
        SCARCE = 7,
        PLENTY = 6,
        EIGHTHS = 8,
        PREFIX6_BYTES = 8
};

/* How many connections an address has. */
typedef struct Share {
        Address network; /* the key: first */
        int n;
} Share;

struct Guard {
        GuardOptions options;
        usec_t timeouts[GUARD_N_STATES];
        pthread_mutex_t lock;
        pthread_cond_t changed;
        GuardSeat *first; /* of all seats */
        void *shares;     /* a tree of Share */
        HttpConnections counts;
        uint64_t n_cut; /* that have not left yet */
        bool ending, is_scarce;
        bool has_thread;
        pthread_t thread;
};

static int compare_shares(const void *a, const void *b)
{
        return memcmp(a, b, sizeof(Address));
}

static Share *find_share(const Guard *guard, const Address *network)
{
        Share *const *found = tfind(network, &guard->shares, compare_shares);
        return found ? *found : NULL;
}

/* Under the lock. Without memory for it an address has no limit, which the library's own limit makes up for. */
static void add_to_share(Guard *guard, GuardSeat *seat)
{
        Share *share = find_share(guard, &seat->network);
        if (!share && (share = calloc(1, sizeof(*share)))) {
                share->network = seat->network;
                if (!tsearch(share, &guard->shares, compare_shares)) {
                        free(share);
                        share = NULL;
                }
        }
        if (share)
                share->n++;
        else
                seat->network.family = 0;
}

static void take_from_share(Guard *guard, const GuardSeat *seat)
{
        Share *share = find_share(guard, &seat->network);
        if (share && --share->n == 0) {
                tdelete(share, &guard->shares, compare_shares);
                free(share);
        }
}

/* Whose share a peer counts to; false for those that have none. Whoever has one IPv6 address has as many as a /64 holds. */
static bool network_of(const Guard *guard, const struct sockaddr *peer, Address *ret)
{
        Address address;
        if (guard->options.per_address == 0 || !peer || address_of(peer, &address) < 0 ||
                        address.family == AF_UNIX)
                return false;
        for (const Network *network = guard->options.exempt; network && network->address.family; network++)
                if (network_has(network, &address))
                        return false;
        if (address.family == AF_INET6)
                memset(address.bytes + PREFIX6_BYTES, 0, sizeof(address.bytes) - PREFIX6_BYTES);
        *ret = address;
        return true;
}

bool guard_admits(Guard *guard, const struct sockaddr *peer)
{
        Address network;
        bool has_share = network_of(guard, peer, &network), admits = true;
        pthread_mutex_lock(&guard->lock);
        const Share *share = has_share ? find_share(guard, &network) : NULL;
        if (share && share->n >= guard->options.per_address) {
                guard->counts.refused_share++;
                admits = false;
        } else if (guard->counts.open >= (uint64_t)guard->options.connections) {
                guard->counts.refused_full++;
                admits = false;
        }
        pthread_mutex_unlock(&guard->lock);
        return admits;
}

static uint64_t eighths(const Guard *guard, int n)
{
        return ((uint64_t)guard->options.connections * (uint64_t)n + EIGHTHS - 1) / EIGHTHS;
}

void guard_enter(Guard *guard, GuardSeat *seat, int fd, const struct sockaddr *peer, usec_t now)
{
        Address network;
        bool has_share = network_of(guard, peer, &network);
        seat->fd = fd;
        seat->is_cut = false;
        seat->has_asked = false;
        seat->state = GUARD_WAITING;
        seat->since = now;
        seat->deadline = now + guard->timeouts[GUARD_READING];
        pthread_mutex_lock(&guard->lock);
        seat->network = has_share ? network : (Address){ 0 };
        if (has_share)
                add_to_share(guard, seat);
        seat->previous = NULL;
        seat->next = guard->first;
        if (seat->next)
                seat->next->previous = seat;
        guard->first = seat;
        guard->counts.open++;
        guard->is_scarce = guard->counts.open > eighths(guard, SCARCE);
        if (guard->is_scarce || guard->counts.open == 1)
                pthread_cond_signal(&guard->changed);
        pthread_mutex_unlock(&guard->lock);
}

void guard_leave(Guard *guard, GuardSeat *seat)
{
        pthread_mutex_lock(&guard->lock);
        if (seat->network.family)
                take_from_share(guard, seat);
        if (seat->next)
                seat->next->previous = seat->previous;
        if (seat->previous)
                seat->previous->next = seat->next;
        else
                guard->first = seat->next;
        guard->counts.open--;
        guard->n_cut -= seat->is_cut;
        pthread_mutex_unlock(&guard->lock);
}

void guard_show(const Guard *guard, GuardSeat *seat, GuardState state, usec_t now)
{
        atomic_store_explicit(&seat->since, now, memory_order_relaxed);
        atomic_store_explicit(&seat->deadline, now + guard->timeouts[state], memory_order_relaxed);
        atomic_store_explicit(&seat->state, state, memory_order_relaxed);
        atomic_store_explicit(&seat->has_asked, true, memory_order_relaxed);
}

/* The library finds the end of the connection and closes it. */
static void cut(Guard *guard, GuardSeat *seat)
{
        shutdown(seat->fd, SHUT_RDWR);
        seat->is_cut = true;
        guard->n_cut++;
}

static void cut_overdue(Guard *guard, usec_t now)
{
        for (GuardSeat *seat = guard->first; seat; seat = seat->next)
                if (!seat->is_cut && atomic_load_explicit(&seat->deadline, memory_order_relaxed) <= now) {
                        cut(guard, seat);
                        guard->counts.cut_slow++;
                }
}

static int compare_merits(const void *a, const void *b)
{
        const usec_t *left = a, *right = b;
        return (*left > *right) - (*left < *right);
}

static bool may_give_way(const GuardSeat *seat)
{
        return !seat->is_cut && seat->state == GUARD_WAITING;
}

/* By what those who wait are ordered: the smallest first to go. */
static usec_t merit(const GuardSeat *seat)
{
        return seat->since + (seat->has_asked ? FAVOUR : 0);
}

/* The merit of the last one of the @n with the least. */
static usec_t find_limit(const Guard *guard, size_t n)
{
        CLEANUP(cleanup_free) usec_t *merits = calloc(guard->counts.open + 1, sizeof(*merits));
        size_t n_waiting = 0;
        for (const GuardSeat *seat = guard->first; merits && seat; seat = seat->next)
                if (may_give_way(seat))
                        merits[n_waiting++] = merit(seat);
        if (n_waiting == 0)
                return 0;
        qsort(merits, n_waiting, sizeof(*merits), compare_merits);
        return merits[n < n_waiting ? n - 1 : n_waiting - 1];
}

static void make_room(Guard *guard)
{
        size_t n = (size_t)(guard->counts.open - guard->n_cut - eighths(guard, PLENTY));
        usec_t limit = find_limit(guard, n);
        for (GuardSeat *seat = guard->first; seat && n > 0; seat = seat->next)
                if (may_give_way(seat) && merit(seat) <= limit) {
                        cut(guard, seat);
                        guard->counts.cut_scarce++;
                        n--;
                }
}

/* Under the lock. */
static void look(Guard *guard, usec_t now)
{
        cut_overdue(guard, now);
        if (guard->counts.open - guard->n_cut > eighths(guard, SCARCE))
                make_room(guard);
        guard->is_scarce = false;
}

void guard_look(Guard *guard, usec_t now)
{
        pthread_mutex_lock(&guard->lock);
        look(guard, now);
        pthread_mutex_unlock(&guard->lock);
}

static void wait_a_moment(Guard *guard)
{
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += LOOK_SECONDS;
        int r = 0;
        while (!guard->ending && !guard->is_scarce && r == 0)
                r = pthread_cond_timedwait(&guard->changed, &guard->lock, &until);
}

static void *run(void *userdata)
{
        Guard *guard = userdata;
        pthread_setname_np(pthread_self(), "http-guard");
        pthread_mutex_lock(&guard->lock);
        while (!guard->ending)
                if (guard->counts.open == 0) {
                        pthread_cond_wait(&guard->changed, &guard->lock);
                } else {
                        wait_a_moment(guard);
                        look(guard, clock_monotonic());
                }
        pthread_mutex_unlock(&guard->lock);
        return NULL;
}

static void init_condition(pthread_cond_t *condition)
{
        pthread_condattr_t attributes;
        pthread_condattr_init(&attributes);
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        pthread_cond_init(condition, &attributes);
        pthread_condattr_destroy(&attributes);
}

int guard_new(const GuardOptions *options, Guard **ret)
{
        CLEANUP(guard_freep) Guard *guard = calloc(1, sizeof(*guard));
        if (!guard)
                return -ENOMEM;
        guard->options = *options;
        guard->timeouts[GUARD_WAITING] = options->idle_timeout > 0 ? options->idle_timeout : NO_TIMEOUT;
        guard->timeouts[GUARD_READING] =
                        options->request_timeout > 0 ? options->request_timeout : NO_TIMEOUT;
        guard->timeouts[GUARD_REPLYING] = REPLY_TIMEOUT;
        pthread_mutex_init(&guard->lock, NULL);
        init_condition(&guard->changed);
        *ret = TAKE_PTR(guard);
        return 0;
}

int guard_start(Guard *guard)
{
        int r = pthread_create(&guard->thread, NULL, run, guard);
        guard->has_thread = r == 0;
        return -r;
}

Guard *guard_free(Guard *guard)
{
        if (!guard)
                return NULL;
        pthread_mutex_lock(&guard->lock);
        guard->ending = true;
        pthread_cond_signal(&guard->changed);
        pthread_mutex_unlock(&guard->lock);
        if (guard->has_thread)
                pthread_join(guard->thread, NULL);
        tdestroy(guard->shares, free);
        pthread_cond_destroy(&guard->changed);
        pthread_mutex_destroy(&guard->lock);
        free(guard);
        return NULL;
}

HttpConnections guard_counts(Guard *guard)
{
        pthread_mutex_lock(&guard->lock);
        HttpConnections counts = guard->counts;
        pthread_mutex_unlock(&guard->lock);
        return counts;
}
