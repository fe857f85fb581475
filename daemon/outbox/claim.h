#pragma once

/*
 * Private to outbox/: claims due mails for this daemon, if several daemons share the store, and queues them.
 * The rates are kept by all daemons together: claims are made by one writer at a time, which counts the
 * attempts and the claims of all.
 */

#include "config/config.h"
#include "outbox/sender.h"

typedef struct Claim {
        Store *store;
        Sender *sender;
        const ConfigRates *rates;
        usec_t now;
} Claim;

/**
 * claim_mails() - claim and queue as many of the mails as the sender takes and the rates allow
 * @ret_until: set if the sender's throttle or the rates allow no more: when to try again; UTC
 * Return: 0, a condition of the store, negative errno.
 */
int claim_mails(const Claim *claim, const int64_t *ids, int n, usec_t *ret_until);
