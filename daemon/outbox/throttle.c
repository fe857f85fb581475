#include "outbox/throttle.h"

#include <errno.h>
#include <pthread.h>

struct Throttle {
        pthread_mutex_t lock;
        usec_t interval; /* between two mails; 0 if there is no limit */
        usec_t free_at;  /* when the rate allows the next mail */
        int failures;    /* consecutive */
        usec_t wait;     /* the current pause after a failure */
        usec_t closed_until;
        bool trying; /* a test mail is being sent */
};

static usec_t interval_of(int rate)
{
        return rate > 0 ? 60 * USEC_PER_SEC / rate : 0;
}

int throttle_new(int rate, Throttle **ret)
{
        *ret = NULL;
        Throttle *throttle = calloc(1, sizeof(*throttle));
        if (!throttle)
                return -ENOMEM;
        pthread_mutex_init(&throttle->lock, NULL);
        throttle->interval = interval_of(rate);
        *ret = throttle;
        return 0;
}

Throttle *throttle_free(Throttle *throttle)
{
        if (!throttle)
                return NULL;
        pthread_mutex_destroy(&throttle->lock);
        free(throttle);
        return NULL;
}

void throttle_configure(Throttle *throttle, int rate)
{
        pthread_mutex_lock(&throttle->lock);
        throttle->interval = interval_of(rate);
        throttle->failures = 0;
        throttle->trying = false;
        throttle->closed_until = 0;
        pthread_mutex_unlock(&throttle->lock);
}

static bool is_closed(const Throttle *throttle)
{
        return throttle->failures >= THROTTLE_FAILURES;
}

/* The caller holds the lock. */
static usec_t next(Throttle *throttle, usec_t now)
{
        if (is_closed(throttle) && throttle->trying)
                return USEC_INFINITY;
        usec_t until = is_closed(throttle) && throttle->closed_until > throttle->free_at
                                       ? throttle->closed_until
                                       : throttle->free_at;
        return until > now ? until : now;
}

usec_t throttle_next(Throttle *throttle, usec_t now)
{
        pthread_mutex_lock(&throttle->lock);
        usec_t time = next(throttle, now);
        pthread_mutex_unlock(&throttle->lock);
        return time;
}

bool throttle_pass(Throttle *throttle, usec_t now)
{
        pthread_mutex_lock(&throttle->lock);
        bool may = next(throttle, now) <= now;
        if (may) {
                throttle->trying = is_closed(throttle);
                throttle->free_at = now + throttle->interval;
        }
        pthread_mutex_unlock(&throttle->lock);
        return may;
}

static void count_failure(Throttle *throttle, usec_t now)
{
        throttle->failures++;
        if (throttle->failures < THROTTLE_FAILURES)
                return;
        /* This mail was begun before the breaker opened: its failure says nothing new. */
        if (throttle->failures > THROTTLE_FAILURES && !throttle->trying)
                return;
        usec_t longest = THROTTLE_WAIT_MAX_SECONDS * USEC_PER_SEC;
        usec_t doubled = throttle->failures == THROTTLE_FAILURES ? THROTTLE_WAIT_MIN_SECONDS * USEC_PER_SEC
                                                                 : 2 * throttle->wait;
        throttle->wait = doubled < longest ? doubled : longest;
        throttle->closed_until = now + throttle->wait;
}

void throttle_report(Throttle *throttle, DeliveryServer server, usec_t now)
{
        pthread_mutex_lock(&throttle->lock);
        if (server == DELIVERY_SERVER_TROUBLE)
                count_failure(throttle, now);
        if (server == DELIVERY_SERVER_WORKS)
                throttle->failures = 0;
        throttle->trying = false;
        pthread_mutex_unlock(&throttle->lock);
}
