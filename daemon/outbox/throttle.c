#include "outbox/throttle.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

/*
 * The times of the last `limit.n` mails, as a ring. If the ring is full, the next mail is allowed one period
 * after the oldest entry.
 */
typedef struct Window {
        ConfigRate limit;
        usec_t *times;
        int n;    /* entries that are set */
        int next; /* index of the next entry to set: the oldest one if the ring is full */
} Window;

struct Throttle {
        pthread_mutex_t lock;
        usec_t interval; /* between two mails; 0 if there is no limit */
        usec_t free_at;  /* when `interval` allows the next mail */
        Window windows[CONFIG_RATES_MAX];
        size_t n_windows;
        int failures; /* consecutive */
        usec_t wait;  /* how long the breaker was last open before a test; doubled after a failed test */
        usec_t open_until; /* when the open breaker allows a test mail */
        bool trying;       /* a test mail is being sent */
};

static void free_windows(Window *windows, size_t n)
{
        for (size_t i = 0; i < n; i++)
                free(windows[i].times);
}

static int make_windows(const ConfigRates *rates, Window ret[static CONFIG_RATES_MAX])
{
        for (size_t i = 0; i < rates->n; i++) {
                ret[i] = (Window){ .limit = rates->limits[i] };
                ret[i].times = calloc((size_t)ret[i].limit.n, sizeof(*ret[i].times));
                if (!ret[i].times) {
                        free_windows(ret, i);
                        return -ENOMEM;
                }
        }
        return 0;
}

static usec_t interval_of(const ConfigRates *rates)
{
        return rates->per_minute > 0 ? 60 * USEC_PER_SEC / rates->per_minute : 0;
}

int throttle_new(const ConfigRates *rates, Throttle **ret)
{
        *ret = NULL;
        Throttle *throttle = calloc(1, sizeof(*throttle));
        if (!throttle)
                return -ENOMEM;
        if (make_windows(rates, throttle->windows) < 0) {
                free(throttle);
                return -ENOMEM;
        }
        pthread_mutex_init(&throttle->lock, NULL);
        throttle->n_windows = rates->n;
        throttle->interval = interval_of(rates);
        *ret = throttle;
        return 0;
}

Throttle *throttle_free(Throttle *throttle)
{
        if (!throttle)
                return NULL;
        free_windows(throttle->windows, throttle->n_windows);
        pthread_mutex_destroy(&throttle->lock);
        free(throttle);
        return NULL;
}

static void forget_failures(Throttle *throttle)
{
        throttle->failures = 0;
        throttle->trying = false;
        throttle->open_until = 0;
}

static void count(Window *window, usec_t time)
{
        window->times[window->next] = time;
        window->next = (window->next + 1) % window->limit.n;
        window->n += window->n < window->limit.n;
}

/* Copies the latest entries of a ring, the oldest first. */
static void take_over(const Window *from, Window *to)
{
        int n = from->n < to->limit.n ? from->n : to->limit.n;
        for (int i = n; i > 0; i--)
                count(to, from->times[(from->next - i + from->limit.n) % from->limit.n]);
}

/* Returns the window that has recorded the most mails; NULL if there is no window. */
static const Window *longest(const Throttle *throttle)
{
        const Window *found = throttle->n_windows > 0 ? &throttle->windows[0] : NULL;
        for (size_t i = 1; i < throttle->n_windows; i++)
                if (throttle->windows[i].n > found->n)
                        found = &throttle->windows[i];
        return found;
}

int throttle_configure(Throttle *throttle, const ConfigRates *rates)
{
        Window windows[CONFIG_RATES_MAX];
        int r = make_windows(rates, windows);
        pthread_mutex_lock(&throttle->lock);
        const Window *known = longest(throttle);
        forget_failures(throttle);
        if (r == 0) {
                for (size_t i = 0; known && i < rates->n; i++)
                        take_over(known, &windows[i]);
                free_windows(throttle->windows, throttle->n_windows);
                memcpy(throttle->windows, windows, rates->n * sizeof(*windows));
                throttle->n_windows = rates->n;
                throttle->interval = interval_of(rates);
        }
        pthread_mutex_unlock(&throttle->lock);
        return r;
}

void throttle_forgive(Throttle *throttle)
{
        pthread_mutex_lock(&throttle->lock);
        forget_failures(throttle);
        pthread_mutex_unlock(&throttle->lock);
}

void throttle_count(Throttle *throttle, usec_t time)
{
        pthread_mutex_lock(&throttle->lock);
        for (size_t i = 0; i < throttle->n_windows; i++)
                count(&throttle->windows[i], time);
        pthread_mutex_unlock(&throttle->lock);
}

static bool is_open(const Throttle *throttle)
{
        return throttle->failures >= THROTTLE_FAILURES;
}

/* Returns the time at which the rates allow the next mail; the caller holds the lock. */
static usec_t next_by_rate(const Throttle *throttle)
{
        usec_t until = throttle->free_at;
        for (size_t i = 0; i < throttle->n_windows; i++) {
                const Window *window = &throttle->windows[i];
                if (window->n < window->limit.n)
                        continue;
                usec_t free_at = window->times[window->next] + window->limit.period;
                until = free_at > until ? free_at : until;
        }
        return until;
}

/* The caller holds the lock. */
static usec_t next(const Throttle *throttle, usec_t now)
{
        if (is_open(throttle) && throttle->trying)
                return USEC_INFINITY;
        usec_t until = next_by_rate(throttle);
        if (is_open(throttle) && throttle->open_until > until)
                until = throttle->open_until;
        return until > now ? until : now;
}

usec_t throttle_next(Throttle *throttle, usec_t now)
{
        pthread_mutex_lock(&throttle->lock);
        usec_t time = next(throttle, now);
        pthread_mutex_unlock(&throttle->lock);
        return time;
}

ThrottlePass throttle_pass(Throttle *throttle, usec_t now)
{
        pthread_mutex_lock(&throttle->lock);
        ThrottlePass pass = next(throttle, now) > now ? THROTTLE_NO_PASS
                            : is_open(throttle)       ? THROTTLE_TEST
                                                      : THROTTLE_PASS;
        if (pass != THROTTLE_NO_PASS) {
                throttle->trying = pass == THROTTLE_TEST;
                throttle->free_at = now + throttle->interval;
                for (size_t i = 0; i < throttle->n_windows; i++)
                        count(&throttle->windows[i], now);
        }
        pthread_mutex_unlock(&throttle->lock);
        return pass;
}

static void count_failure(Throttle *throttle, ThrottlePass pass, usec_t now)
{
        throttle->failures++;
        if (throttle->failures < THROTTLE_FAILURES)
                return;
        /* This mail was begun before the breaker opened: its failure says nothing new. */
        if (throttle->failures > THROTTLE_FAILURES && pass != THROTTLE_TEST)
                return;
        usec_t longest_wait = THROTTLE_WAIT_MAX_SECONDS * USEC_PER_SEC;
        usec_t doubled = throttle->failures == THROTTLE_FAILURES ? THROTTLE_WAIT_MIN_SECONDS * USEC_PER_SEC
                                                                 : 2 * throttle->wait;
        throttle->wait = doubled < longest_wait ? doubled : longest_wait;
        throttle->open_until = now + throttle->wait;
}

void throttle_report(Throttle *throttle, ThrottlePass pass, DeliveryServer server, usec_t now)
{
        pthread_mutex_lock(&throttle->lock);
        if (server == DELIVERY_SERVER_TROUBLE)
                count_failure(throttle, pass, now);
        if (server == DELIVERY_SERVER_WORKS)
                throttle->failures = 0;
        if (pass == THROTTLE_TEST)
                throttle->trying = false;
        pthread_mutex_unlock(&throttle->lock);
}
