#pragma once

/*
 * Whether a mail may be begun now: a polite rate, and a circuit breaker for a server that cannot be reached
 * or does not want to hear from us. After some failures in a row nothing is begun for a while, then one
 * mail tries; the while doubles until that one gets through. Pure but for its lock; any thread may call.
 * The time is that of the monotonic clock: setting the other one neither closes it nor breaks the
 * rate.
 */

#include "base/cleanup.h"
#include "base/time.h"
#include "outbox/delivery.h"

typedef struct Throttle Throttle;

enum {
        THROTTLE_FAILURES = 3, /* in a row that close it */
        THROTTLE_WAIT_MIN_SECONDS = 60,
        THROTTLE_WAIT_MAX_SECONDS = 1800,
};

/** throttle_new() - @rate mails a minute, 0 for no limit. */
int throttle_new(int rate, Throttle **ret);
Throttle *throttle_free(Throttle *throttle);
DEFINE_CLEANUP(Throttle, throttle_freep, throttle_free)

/**
 * throttle_configure() - another rate, and perhaps another server: what is known of the old one is
 * forgotten.
 */
void throttle_configure(Throttle *throttle, int rate);

/**
 * throttle_next() - when the next mail may be begun, @now at the earliest. USEC_INFINITY: when the one that
 * tries has been reported.
 */
usec_t throttle_next(Throttle *throttle, usec_t now);

/** throttle_pass() - begin one, if it may be; it is reported with throttle_report() in any case. */
bool throttle_pass(Throttle *throttle, usec_t now);
void throttle_report(Throttle *throttle, DeliveryServer server, usec_t now);
