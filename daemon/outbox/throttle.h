#pragma once

/*
 * Decides whether a mail may be sent now: rate limits, and a circuit breaker for a server that cannot be
 * reached or refuses the session or the sender. After THROTTLE_FAILURES failures in a row no mail is sent
 * for THROTTLE_WAIT_MIN_SECONDS; then a single mail tests the server. After each failed test the wait
 * doubles, up to THROTTLE_WAIT_MAX_SECONDS. Any thread may call these functions. All times are of the
 * monotonic clock, so that setting the system clock has no effect.
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
 * @rates: copied. With `per_minute`, mails are sent at equal intervals. With a limit such as "500/P1D",
 *         at most 500 mails are sent in any 24 hours, without intervals between them.
 * Return: 0 or negative errno.
 */
int throttle_new(const ConfigRates *rates, Throttle **ret);
Throttle *throttle_free(Throttle *throttle);
DEFINE_CLEANUP(Throttle, throttle_freep, throttle_free)

/**
 * throttle_configure() - set other rates and forget all failures, since the server may have changed
 *
 * Earlier mails still count towards the new limits, but no more of them than the largest earlier limit has
 * recorded.
 *
 * Return: 0, or -ENOMEM: the rates are unchanged, but the failures are forgotten.
 */
int throttle_configure(Throttle *throttle, const ConfigRates *rates);

/** throttle_forgive() - forget all failures: the next mail may be sent as soon as the rates allow it. */
void throttle_forgive(Throttle *throttle);

/**
 * throttle_count() - count a mail that was sent before the throttle was made, for the limits of a period
 * @time: monotonic clock; before the machine's start it is negative. Call it with ascending times, before
 *        the first throttle_pass().
 */
void throttle_count(Throttle *throttle, usec_t time);

/**
 * throttle_next() - when the next mail may be sent, @now at the earliest. USEC_INFINITY: not before the
 * result of the test mail is reported.
 */
usec_t throttle_next(Throttle *throttle, usec_t now);

typedef enum ThrottlePass {
        THROTTLE_NO_PASS = 0,
        THROTTLE_PASS,
        THROTTLE_TEST, /* the mail tests the server */
} ThrottlePass;

/**
 * throttle_pass() - take permission to send one mail, if it is allowed now. Each permission must be
 * followed by a throttle_report() with the same ThrottlePass.
 */
ThrottlePass throttle_pass(Throttle *throttle, usec_t now);
void throttle_report(Throttle *throttle, ThrottlePass pass, DeliveryServer server, usec_t now);
