#pragma once

/*
 * Inside of http/ only: limits the processor time that the clients of one network use for replies that are
 * made for one client (HTTP_WORK_LONG). Cached replies do not count. The times are only in memory, for the
 * networks that have lately used the most. Any thread may call these functions.
 */

#include "base/cleanup.h"
#include "base/network.h"
#include "base/time.h"

#include <stdint.h>

typedef struct Budget Budget;

enum {
        BUDGET_PER_MINUTE = 6, /* seconds of processor time that a network regains in a minute */
        BUDGET_IPV4_BITS = 24, /* prefix lengths of the networks */
        BUDGET_IPV6_BITS = 56,
};

/**
 * budget_new() - make an empty table
 * @limit: the processor time that a network may use at once, in microseconds; 0 for no limit
 *
 * Return: 0 or -ENOMEM.
 */
int budget_new(usec_t limit, Budget **ret);
Budget *budget_free(Budget *budget);
DEFINE_CLEANUP(Budget, budget_freep, budget_free)

/**
 * budget_wait() - how long a client must wait for its next reply, in microseconds; 0 if it need not wait
 * @client: of this machine, on a unix socket or unknown (family 0): never waits, as it may be many visitors
 * @now:    monotonic
 *
 * A wait is counted.
 */
usec_t budget_wait(Budget *budget, const Address *client, usec_t now);

/** budget_charge() - add @used, the processor time of a reply in microseconds; @now is monotonic */
void budget_charge(Budget *budget, const Address *client, usec_t used, usec_t now);

/** budget_refused() - how often budget_wait() has returned a wait */
uint64_t budget_refused(Budget *budget);
