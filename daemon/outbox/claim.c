#include "outbox/claim.h"

#include "store/ledger-owner.h"

enum { CLAIMS_MAX = 64, WAIT_MIN_SECONDS = 1, WAIT_MAX_SECONDS = 60 };

/* Lowers *left to what a limit leaves. @ret_wait: the time in which the limit allows one mail */
static int apply(const Claim *claim, const ConfigRate *limit, int64_t *left, usec_t *ret_wait)
{
        int64_t n = 0;
        int r = ledger_attempts_count(claim->store, claim->now - limit->period, &n);
        if (r != 0 || limit->n - n >= *left)
                return r;
        *left = limit->n > n ? limit->n - n : 0;
        *ret_wait = limit->period / limit->n;
        return 0;
}

static int apply_rates(const Claim *claim, int64_t *left, usec_t *ret_wait)
{
        const ConfigRate minute = { .n = claim->rates->per_minute, .period = 60 * USEC_PER_SEC };
        int r = minute.n > 0 ? apply(claim, &minute, left, ret_wait) : 0;
        for (size_t i = 0; r == 0 && i < claim->rates->n; i++)
                r = apply(claim, &claim->rates->limits[i], left, ret_wait);
        return r;
}

static usec_t bounded(usec_t wait)
{
        const usec_t min = WAIT_MIN_SECONDS * USEC_PER_SEC, max = WAIT_MAX_SECONDS * USEC_PER_SEC;
        return wait < min ? min : wait > max ? max : wait;
}

/* Claims a mail and queues it. @ret_offer: SENDER_TAKEN also if another daemon has claimed it meanwhile */
static int claim_one(const Claim *claim, int64_t id, int64_t *left, SenderOffer *ret_offer)
{
        *ret_offer = SENDER_TAKEN;
        int r = ledger_claim(claim->store, id);
        if (r != 0)
                return r == STORE_E_CONFLICT ? 0 : r;
        *ret_offer = sender_offer(claim->sender, id);
        *left -= *ret_offer == SENDER_TAKEN;
        return *ret_offer == SENDER_TAKEN ? 0 : ledger_unclaim(claim->store, id);
}

static int claim_all(const Claim *claim, const int64_t *ids, int n, usec_t *ret_until)
{
        int64_t left = CLAIMS_MAX;
        usec_t wait = 0;
        SenderOffer offer = SENDER_TAKEN;
        int r = apply_rates(claim, &left, &wait);
        for (int i = 0; r == 0 && i < n && left > 0 && offer == SENDER_TAKEN; i++)
                r = claim_one(claim, ids[i], &left, &offer);
        if (offer == SENDER_CLOSED)
                *ret_until = sender_next(claim->sender);
        else if (left == 0 && wait > 0)
                *ret_until = claim->now + bounded(wait);
        return r;
}

/* Mails that are queued already need no claim, so that a look without news does not write. */
int claim_mails(const Claim *claim, const int64_t *ids, int n, usec_t *ret_until)
{
        StoreWrite write;
        int first = 0;
        while (first < n && sender_holds(claim->sender, ids[first]))
                first++;
        if (first == n)
                return 0;
        int r = store_write_begin(claim->store, &write);
        return r != 0 ? r : store_write_end(&write, claim_all(claim, ids + first, n - first, ret_until));
}
