#pragma once

/*
 * Whether a mail may be begun now: a polite rate, and a circuit breaker for a server that cannot be reached or does not want to hear from
 * us. After some failures in a row nothing is begun for a while, then one mail tries; the while doubles until that one gets through.
 * Pure but for its lock; any thread may call.
 * The time is that of the monotonic clock: whoever sets the other one neither closes it nor breaks the rate.
 */

#include "base/cleanup.h"
#include "base/time.h"
#include "remind/delivery.h"

typedef struct Gate Gate;

enum {
        GATE_FAILURES = 3, /* in a row that close it */
        GATE_WAIT_MIN_SECONDS = 60,
        GATE_WAIT_MAX_SECONDS = 1800,
};

/** gate_new() - @rate mails a minute, 0 for no limit. */
int gate_new(int rate, Gate **ret);
Gate *gate_free(Gate *gate);
DEFINE_CLEANUP(Gate, gate_freep, gate_free)

/** gate_configure() - another rate, and perhaps another server: what is known of the old one is forgotten. */
void gate_configure(Gate *gate, int rate);

/** gate_next() - when the next mail may be begun, @now at the earliest. USEC_INFINITY: when the one that tries has been reported. */
usec_t gate_next(Gate *gate, usec_t now);

/** gate_pass() - begin one, if it may be; it is reported with gate_report() in any case. */
bool gate_pass(Gate *gate, usec_t now);
void gate_report(Gate *gate, DeliveryServer server, usec_t now);
