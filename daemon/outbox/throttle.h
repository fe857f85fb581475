#pragma once

/*
 * Decides whether a mail may be sent now: a rate limit, and a circuit breaker for a server that cannot be
 * reached or refuses the session. After THROTTLE_FAILURES failures in a row no mail is sent for a while;
 * then a single mail tests the server. After each failed test the wait doubles. Any thread may call these
 * functions. All times are of the monotonic clock, so that setting the system clock has no effect.
 */

#include "base/cleanup.h"
#include "base/time.h"
#include "outbox/delivery.h"

typedef struct Throttle Throttle;

enum {
        THROTTLE_FAILURES = 3, /* consecutive failures that open the circuit breaker */
        THROTTLE_WAIT_MIN_SECONDS = 60,
        THROTTLE_WAIT_MAX_SECONDS = 1800,
};

/**
 * throttle_new() - create a throttle
 * @rate: mails per minute; 0 for no limit
 * Return: 0 or negative errno.
 */
int throttle_new(int rate, Throttle **ret);
Throttle *throttle_free(Throttle *throttle);
DEFINE_CLEANUP(Throttle, throttle_freep, throttle_free)

/** throttle_configure() - set another rate and forget all failures, since the server may have changed. */
void throttle_configure(Throttle *throttle, int rate);

/**
 * throttle_next() - when the next mail may be sent, @now at the earliest. USEC_INFINITY: not before the
 * result of the test mail is reported.
 */
usec_t throttle_next(Throttle *throttle, usec_t now);

/**
 * throttle_pass() - take permission to send one mail, if it is allowed now. Each permission must be
 * followed by a throttle_report().
 */
bool throttle_pass(Throttle *throttle, usec_t now);
void throttle_report(Throttle *throttle, DeliveryServer server, usec_t now);
