#include "http/login-limit.h"

#include "base/hash.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

/*
 * The table has SETS sets of WAYS places. The hash of a key chooses the set, but a client cannot choose it,
 * because the hash has a secret key.
 */
enum { SETS = 1024, WAYS = 4, KEY_BYTES = 16, DOUBLINGS_MAX = 30 };

typedef struct Failures {
        char key[KEY_BYTES]; /* the beginning of the hash, without a NUL */
        int n;               /* 0 for a free place */
        usec_t last;
} Failures;

struct LoginLimit {
        LoginLimitOptions options;
        char secret[TOKEN_SIZE];
        pthread_mutex_t lock;
        Failures failures[SETS][WAYS];
};

int login_limit_new(const LoginLimitOptions *options, LoginLimit **ret)
{
        CLEANUP(cleanup_free) LoginLimit *limit = calloc(1, sizeof(*limit));
        *ret = NULL;
        if (!limit)
                return -ENOMEM;
        int r = token_make(limit->secret);
        if (r < 0)
                return r;
        limit->options = *options;
        pthread_mutex_init(&limit->lock, NULL);
        *ret = TAKE_PTR(limit);
        return 0;
}

LoginLimit *login_limit_free(LoginLimit *limit)
{
        if (!limit)
                return NULL;
        pthread_mutex_destroy(&limit->lock);
        free(limit);
        return NULL;
}

/* Returns the end of the wait that follows the last failure. */
static usec_t wait_end(const LoginLimit *limit, const Failures *failures)
{
        int over = failures->n - limit->options.n_free;
        if (over <= 0)
                return failures->last;
        usec_t wait = (usec_t)LOGIN_LIMIT_FIRST_WAIT_SECONDS * USEC_PER_SEC
                      << (over - 1 < DOUBLINGS_MAX ? over - 1 : DOUBLINGS_MAX);
        return failures->last + (wait < limit->options.wait_max ? wait : limit->options.wait_max);
}

/* Failures are forgotten one `wait_max` after the end of their wait. */
static bool is_old(const LoginLimit *limit, const Failures *failures, usec_t now)
{
        return failures->n == 0 || now > wait_end(limit, failures) + limit->options.wait_max;
}

/*
 * Finds the place of a key. If the key has none, *ret_free is the place for it: one that is free or old,
 * otherwise the one with the fewest failures.
 */
static Failures *find(LoginLimit *limit, const char *key, usec_t now, Failures **ret_free)
{
        char hash[HASH_HEX_SIZE];
        unsigned number = 0;
        hash_keyed(limit->secret, key, strlen(key), hash);
        for (int i = 0; i < 8; i++)
                number = number * 31 + (unsigned char)hash[HASH_HEX_SIZE - 2 - i];
        Failures *set = limit->failures[number % SETS];
        Failures *least = set;
        for (Failures *failures = set; failures < set + WAYS; failures++) {
                if (is_old(limit, failures, now))
                        failures->n = 0;
                else if (memcmp(failures->key, hash, KEY_BYTES) == 0)
                        return failures;
                if (failures->n < least->n)
                        least = failures;
        }
        if (ret_free) {
                *least = (Failures){ .n = 0 };
                memcpy(least->key, hash, KEY_BYTES);
                *ret_free = least;
        }
        return NULL;
}

usec_t login_limit_wait(LoginLimit *limit, const char *key, usec_t now)
{
        pthread_mutex_lock(&limit->lock);
        const Failures *failures = find(limit, key, now, NULL);
        usec_t end = failures ? wait_end(limit, failures) : now;
        pthread_mutex_unlock(&limit->lock);
        return end > now ? end - now : 0;
}

void login_limit_fail(LoginLimit *limit, const char *key, usec_t now)
{
        Failures *free_place = NULL;
        pthread_mutex_lock(&limit->lock);
        Failures *failures = find(limit, key, now, &free_place);
        if (!failures)
                failures = free_place;
        failures->n++;
        failures->last = now;
        pthread_mutex_unlock(&limit->lock);
}

void login_limit_forget(LoginLimit *limit, const char *key)
{
        pthread_mutex_lock(&limit->lock);
        Failures *failures = find(limit, key, 0, NULL);
        if (failures)
                failures->n = 0;
        pthread_mutex_unlock(&limit->lock);
}
