#include "http/budget.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SETS = 256, WAYS = 4 };

typedef struct Account {
        Address network;
        usec_t used, at; /* `used` at the time `at`; it becomes less with time */
} Account;

struct Budget {
        usec_t limit;
        pthread_mutex_t lock;
        uint64_t n_refused;
        Account accounts[SETS][WAYS];
};

int budget_new(usec_t limit, Budget **ret)
{
        Budget *budget = calloc(1, sizeof(*budget));
        *ret = budget;
        if (!budget)
                return -ENOMEM;
        budget->limit = limit;
        pthread_mutex_init(&budget->lock, NULL);
        return 0;
}

Budget *budget_free(Budget *budget)
{
        if (!budget)
                return NULL;
        pthread_mutex_destroy(&budget->lock);
        free(budget);
        return NULL;
}

static bool is_limited(const Budget *budget, const Address *client)
{
        static const unsigned char loopback[16] = { [15] = 1 };
        if (budget->limit == 0)
                return false;
        return client->family == AF_INET    ? client->bytes[0] != 127
               : client->family == AF_INET6 ? memcmp(client->bytes, loopback, sizeof(loopback)) != 0
                                            : false;
}

static usec_t used_now(const Account *account, usec_t now)
{
        usec_t back = (now - account->at) / 60 * BUDGET_PER_MINUTE;
        return account->used > back ? account->used - back : 0;
}

static size_t set_of(const Address *network)
{
        size_t set = 0;
        for (size_t i = 0; i < sizeof(network->bytes); i++)
                set = set * 31 + network->bytes[i];
        return set % SETS;
}

/*
 * Finds the account of a client's network. A new account replaces the one in its set with the least time
 * used.
 */
static Account *find_account(Budget *budget, const Address *client, usec_t now)
{
        Address network = address_network(client, BUDGET_IPV4_BITS, BUDGET_IPV6_BITS);
        Account *set = budget->accounts[set_of(&network)], *least = set;
        for (Account *account = set; account < set + WAYS; account++) {
                if (memcmp(&account->network, &network, sizeof(network)) == 0)
                        return account;
                if (used_now(account, now) < used_now(least, now))
                        least = account;
        }
        *least = (Account){ .network = network, .at = now };
        return least;
}

usec_t budget_wait(Budget *budget, const Address *client, usec_t now)
{
        if (!is_limited(budget, client))
                return 0;
        pthread_mutex_lock(&budget->lock);
        usec_t over = used_now(find_account(budget, client, now), now) - budget->limit;
        budget->n_refused += over > 0;
        pthread_mutex_unlock(&budget->lock);
        return over > 0 ? over * 60 / BUDGET_PER_MINUTE : 0;
}

void budget_charge(Budget *budget, const Address *client, usec_t used, usec_t now)
{
        if (!is_limited(budget, client))
                return;
        pthread_mutex_lock(&budget->lock);
        Account *account = find_account(budget, client, now);
        account->used = used_now(account, now) + used;
        account->at = now;
        pthread_mutex_unlock(&budget->lock);
}

uint64_t budget_refused(Budget *budget)
{
        pthread_mutex_lock(&budget->lock);
        uint64_t n = budget->n_refused;
        pthread_mutex_unlock(&budget->lock);
        return n;
}
