#include "remind/gate.h"

#include <errno.h>
#include <pthread.h>

struct Gate {
        pthread_mutex_t lock;
        usec_t interval; /* between two mails; 0 for no limit */
        usec_t free_at;  /* when the rate lets the next one through */
        int failures;    /* in a row */
        usec_t wait;     /* of the breaker, once it has closed */
        usec_t closed_until;
        bool trying; /* one mail is under way to see whether the server is back */
};

static usec_t interval_of(int rate)
{
        return rate > 0 ? 60 * USEC_PER_SEC / rate : 0;
}

int gate_new(int rate, Gate **ret)
{
        Gate *gate = calloc(1, sizeof(*gate));
        if (!gate)
                return -ENOMEM;
        pthread_mutex_init(&gate->lock, NULL);
        gate->interval = interval_of(rate);
        *ret = gate;
        return 0;
}

Gate *gate_free(Gate *gate)
{
        if (!gate)
                return NULL;
        pthread_mutex_destroy(&gate->lock);
        free(gate);
        return NULL;
}

void gate_configure(Gate *gate, int rate)
{
        pthread_mutex_lock(&gate->lock);
        gate->interval = interval_of(rate);
        gate->failures = 0;
        gate->trying = false;
        gate->closed_until = 0;
        pthread_mutex_unlock(&gate->lock);
}

static bool is_closed(const Gate *gate)
{
        return gate->failures >= GATE_FAILURES;
}

/* Under the lock. */
static usec_t next(Gate *gate, usec_t now)
{
        if (is_closed(gate) && gate->trying)
                return USEC_INFINITY;
        usec_t until = is_closed(gate) && gate->closed_until > gate->free_at ? gate->closed_until
                                                                             : gate->free_at;
        return until > now ? until : now;
}

usec_t gate_next(Gate *gate, usec_t now)
{
        pthread_mutex_lock(&gate->lock);
        usec_t time = next(gate, now);
        pthread_mutex_unlock(&gate->lock);
        return time;
}

bool gate_pass(Gate *gate, usec_t now)
{
        pthread_mutex_lock(&gate->lock);
        bool may = next(gate, now) <= now;
        if (may) {
                gate->trying = is_closed(gate);
                gate->free_at = now + gate->interval;
        }
        pthread_mutex_unlock(&gate->lock);
        return may;
}

static void count_failure(Gate *gate, usec_t now)
{
        gate->failures++;
        if (gate->failures < GATE_FAILURES)
                return;
        /* Those that were under way when it closed say nothing new. */
        if (gate->failures > GATE_FAILURES && !gate->trying)
                return;
        usec_t longest = GATE_WAIT_MAX_SECONDS * USEC_PER_SEC;
        usec_t doubled = gate->failures == GATE_FAILURES ? GATE_WAIT_MIN_SECONDS * USEC_PER_SEC
                                                         : 2 * gate->wait;
        gate->wait = doubled < longest ? doubled : longest;
        gate->closed_until = now + gate->wait;
}

void gate_report(Gate *gate, DeliveryServer server, usec_t now)
{
        pthread_mutex_lock(&gate->lock);
        if (server == DELIVERY_SERVER_TROUBLE)
                count_failure(gate, now);
        if (server == DELIVERY_SERVER_WORKS)
                gate->failures = 0;
        gate->trying = false;
        pthread_mutex_unlock(&gate->lock);
}
