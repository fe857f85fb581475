#include "outbox/outbox.h"

#include "base/log.h"
#include "outbox/claim.h"
#include "outbox/mailbox-reader.h"
#include "outbox/sender.h"
#include "store/ledger-owner.h"
#include "store/ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
        OFFER_BATCH = 512, /* more than the queue's slots: ledger_offers() repeats mails under way */
        RETIRED_MAX = 8,
        REVIVE_SECONDS = 2, /* between two attempts to go on after the server of the store was away */
};

struct Outbox {
        OutboxOptions options;
        Config *config;
        Sender *sender;               /* NULL if mail.deliver is off */
        Sender *retired[RETIRED_MAX]; /* replaced senders that may still be sending */
        int n_retired;
        MailboxReader *reader;
        int notice_fd;
        bool to_recover;        /* a sender was replaced; the next outbox_offer() recovers its rows */
        bool has_claims;        /* mails that wait may be claimed by this daemon */
        usec_t throttled_until; /* when the throttle allows the next mail; USEC_INFINITY if it blocks none */
        usec_t retried;         /* the META_RETRY that was carried out last */
        usec_t revive_at;       /* monotonic: when a sender that has failed may be replaced */
};

static bool is_held(int64_t mail, void *userdata)
{
        Outbox *outbox = userdata;
        bool held = outbox->sender && sender_holds(outbox->sender, mail);
        for (int i = 0; i < outbox->n_retired; i++)
                held = held || sender_holds(outbox->retired[i], mail);
        return held;
}

static void tell_recovered(const LedgerRecovery *found)
{
        if (found->n_unknown > 0)
                log_kind(JOURNAL_MAIL_UNKNOWN, NULL,
                                "%d mails were interrupted between handing over and reply; each is tried once more, later",
                                found->n_unknown);
        if (found->n_parked > 0)
                log_kind(JOURNAL_MAIL_PARKED, NULL,
                                "%d mails were interrupted for the second time between handing over and reply; none is tried again",
                                found->n_parked);
}

/*
 * Recovers the rows that are COMMITTED and that no sender holds: an earlier process ended, or the sender
 * could not write the result.
 */
static int recover(Outbox *outbox)
{
        LedgerRecovery found = { 0 };
        usec_t now = clock_now(outbox->options.clock);
        int r = ledger_recover(outbox->options.store, now, now + outbox->config->mail.retry_unknown, is_held,
                        outbox, &found);
        if (r != 0)
                return r;
        outbox->to_recover = false;
        tell_recovered(&found);
        return 0;
}

/* Frees replaced senders that are idle. While more than @most_left are left, waits for the oldest one. */
static void reap_retired(Outbox *outbox, int most_left)
{
        int n = 0;
        for (int i = 0; i < outbox->n_retired; i++)
                if (outbox->n_retired - i + n > most_left || sender_idle(outbox->retired[i]))
                        sender_free(outbox->retired[i]);
                else
                        outbox->retired[n++] = outbox->retired[i];
        outbox->to_recover = outbox->to_recover || n < outbox->n_retired;
        outbox->n_retired = n;
}

static void retire_sender(Outbox *outbox)
{
        if (!outbox->sender)
                return;
        sender_stop(outbox->sender);
        reap_retired(outbox, RETIRED_MAX - 1);
        outbox->retired[outbox->n_retired++] = TAKE_PTR(outbox->sender);
        outbox->to_recover = true;
        reap_retired(outbox, RETIRED_MAX);
}

static void on_attempt(usec_t time, void *userdata)
{
        sender_count(userdata, time);
}

/*
 * Counts the mails that an earlier process or a replaced sender has sent, because they count towards the
 * limits of a period. The ledger has their times.
 */
static int count_earlier(Outbox *outbox, const Config *config, Sender *sender)
{
        usec_t period = 0;
        int n = 0;
        for (size_t i = 0; i < config->mail.rate.n; i++) {
                const ConfigRate *limit = &config->mail.rate.limits[i];
                period = limit->period > period ? limit->period : period;
                n = limit->n > n ? limit->n : n;
        }
        return n == 0 ? 0
                      : ledger_attempts_each(outbox->options.store,
                                        clock_now(outbox->options.clock) - period, n, on_attempt, sender);
}

static int make_sender(Outbox *outbox, Config *config, Sender **ret)
{
        const OutboxOptions *options = &outbox->options;
        const SenderOptions sender = {
                .clock = options->clock,
                .zones = options->zones,
                .upkeep = options->upkeep,
                .tables = options->tables,
                .notice_fd = outbox->notice_fd,
        };
        *ret = NULL;
        CLEANUP(sender_freep) Sender *made = NULL;
        int r = config->mail.deliver ? sender_new(&sender, config, &made) : 0;
        if (r == 0 && made)
                r = count_earlier(outbox, config, made);
        if (r == 0)
                *ret = TAKE_PTR(made);
        return r;
}

struct OutboxPlan {
        Config *config;
        bool keeps_sender;
        Sender *sender; /* the new sender; NULL if mail.deliver is off */
};

OutboxPlan *outbox_plan_free(OutboxPlan *plan)
{
        if (!plan)
                return NULL;
        sender_free(plan->sender);
        config_unref(plan->config);
        free(plan);
        return NULL;
}

/* A working sender is kept. A new one is made if the old one has failed, or if mail.deliver was changed. */
int outbox_prepare(Outbox *outbox, Config *config, OutboxPlan **ret)
{
        *ret = NULL;
        CLEANUP(outbox_plan_freep) OutboxPlan *plan = calloc(1, sizeof(*plan));
        if (!plan)
                return -ENOMEM;
        plan->config = config_ref(config);
        plan->keeps_sender = outbox->sender && config->mail.deliver && !sender_failed(outbox->sender);
        int r = plan->keeps_sender ? sender_check(config) : make_sender(outbox, config, &plan->sender);
        if (r == 0)
                *ret = TAKE_PTR(plan);
        return r;
}

void outbox_commit(Outbox *outbox, OutboxPlan *plan)
{
        if (plan->keeps_sender) {
                sender_configure(outbox->sender, plan->config);
        } else {
                retire_sender(outbox);
                outbox->sender = TAKE_PTR(plan->sender);
        }
        mailbox_reader_configure(outbox->reader, plan->config);
        config_unref(outbox->config);
        outbox->config = TAKE_PTR(plan->config);
        outbox_plan_free(plan);
}

static int read_retry(Store *store, usec_t *ret)
{
        CLEANUP(cleanup_free) char *text = NULL;
        int r = store_meta_get(store, META_RETRY, &text);
        if (r == 0)
                *ret = text ? strtoll(text, NULL, 10) : 0;
        return r;
}

static int make_reader(Outbox *outbox)
{
        const OutboxOptions *options = &outbox->options;
        const MailboxReaderOptions reader = {
                .clock = options->clock,
                .zones = options->zones,
                .takers = options->takers,
                .node = options->node,
        };
        return mailbox_reader_new(&reader, outbox->config, &outbox->reader);
}

int outbox_new(const OutboxOptions *options, Config *config, Outbox **ret)
{
        *ret = NULL;
        CLEANUP(outbox_freep) Outbox *outbox = calloc(1, sizeof(*outbox));
        if (!outbox)
                return -ENOMEM;
        outbox->options = *options;
        outbox->config = config_ref(config);
        outbox->throttled_until = USEC_INFINITY;
        outbox->notice_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (outbox->notice_fd < 0)
                return -errno;
        int r = recover(outbox);
        if (r == 0)
                r = read_retry(options->store, &outbox->retried);
        if (r == 0)
                r = make_reader(outbox);
        if (r == 0)
                r = make_sender(outbox, config, &outbox->sender);
        if (r == 0)
                *ret = TAKE_PTR(outbox);
        return r;
}

Outbox *outbox_free(Outbox *outbox)
{
        if (!outbox)
                return NULL;
        retire_sender(outbox);
        mailbox_reader_free(outbox->reader);
        reap_retired(outbox, 0);
        if (outbox->notice_fd >= 0)
                close(outbox->notice_fd);
        config_unref(outbox->config);
        free(outbox);
        return NULL;
}

int outbox_fd(const Outbox *outbox)
{
        return outbox->notice_fd;
}

void outbox_acknowledge(Outbox *outbox)
{
        eventfd_t count;
        eventfd_read(outbox->notice_fd, &count);
        reap_retired(outbox, RETIRED_MAX);
}

/*
 * Closes the circuit breaker if an operator has asked for an attempt at once (`convene outbox retry`, which
 * sets META_RETRY).
 */
static int obey_retry(Outbox *outbox)
{
        usec_t wanted = 0;
        int r = read_retry(outbox->options.store, &wanted);
        if (r != 0 || wanted == outbox->retried)
                return r;
        outbox->retried = wanted;
        sender_forgive(outbox->sender);
        return 0;
}

/*
 * Replaces a sender that has failed because the server of the store was away, or because this daemon has
 * expired (store/node.h). The store has just answered.
 */
static int revive(Outbox *outbox)
{
        CLEANUP(sender_freep) Sender *made = NULL;
        usec_t now = clock_monotonic();
        if (!outbox->sender || !sender_may_revive(outbox->sender) || now < outbox->revive_at)
                return 0;
        outbox->revive_at = now + REVIVE_SECONDS * USEC_PER_SEC;
        int r = make_sender(outbox, outbox->config, &made);
        if (r != 0)
                return r;
        retire_sender(outbox);
        outbox->sender = TAKE_PTR(made);
        return recover(outbox);
}

static int queue(Outbox *outbox, const int64_t *ids, int n)
{
        SenderOffer offer = SENDER_TAKEN;
        for (int i = 0; i < n && offer == SENDER_TAKEN; i++)
                offer = sender_offer(outbox->sender, ids[i]);
        if (offer == SENDER_CLOSED)
                outbox->throttled_until = sender_next(outbox->sender);
        return 0;
}

static int claim_and_queue(Outbox *outbox, usec_t now, const int64_t *ids, int n)
{
        const Claim claim = { outbox->options.store, outbox->sender, &outbox->config->mail.rate, now };
        outbox->has_claims = outbox->has_claims || n > 0;
        return claim_mails(&claim, ids, n, &outbox->throttled_until);
}

/* Without a sender that works, the mails that wait are left to the other daemons. */
static int hand_back(Outbox *outbox)
{
        StoreWrite write;
        if (!outbox->has_claims)
                return 0;
        int r = store_write_begin(outbox->options.store, &write);
        if (r == 0)
                r = store_write_end(&write, ledger_unclaim(outbox->options.store, 0));
        outbox->has_claims = r != 0;
        return r;
}

int outbox_offer(Outbox *outbox, usec_t now)
{
        int64_t ids[OFFER_BATCH];
        int n = 0;
        outbox->throttled_until = USEC_INFINITY;
        int r = outbox->to_recover ? recover(outbox) : 0;
        if (r == 0)
                r = revive(outbox);
        if (r != 0)
                return r;
        if (!outbox->sender || sender_failed(outbox->sender))
                return hand_back(outbox);
        if (sender_has_enough_mails(outbox->sender))
                return 0;
        r = obey_retry(outbox);
        if (r == 0)
                r = ledger_offers(outbox->options.store, now, OFFER_BATCH, ids, &n);
        if (r != 0)
                return r;
        return node_is_shared(outbox->options.node) ? claim_and_queue(outbox, now, ids, n)
                                                    : queue(outbox, ids, n);
}

void outbox_recover(Outbox *outbox)
{
        outbox->to_recover = true;
}

/*
 * Only mails due after @now are considered. A mail that is due now is queued or being sent, and outbox_fd()
 * becomes readable when the sender has finished it.
 */
int outbox_next(Outbox *outbox, usec_t now, usec_t *ret)
{
        usec_t mail = USEC_INFINITY;
        int r = outbox->sender ? ledger_next_after(outbox->options.store, now, &mail) : 0;
        usec_t until = outbox->throttled_until;
        if (outbox->sender && sender_may_revive(outbox->sender))
                until = now + REVIVE_SECONDS * USEC_PER_SEC;
        if (r == 0)
                *ret = mail < until ? mail : until;
        return r;
}

bool outbox_has_enough_mails(const Outbox *outbox)
{
        return outbox->sender && sender_has_enough_mails(outbox->sender);
}

bool outbox_failed(const Outbox *outbox)
{
        return outbox->sender && sender_failed(outbox->sender);
}

bool outbox_found_damage(Outbox *outbox)
{
        return outbox->sender && sender_found_damage(outbox->sender);
}

void outbox_stop(Outbox *outbox)
{
        mailbox_reader_stop(outbox->reader);
        retire_sender(outbox);
}

bool outbox_idle(Outbox *outbox)
{
        reap_retired(outbox, RETIRED_MAX);
        return outbox->n_retired == 0 && (!outbox->sender || sender_idle(outbox->sender)) &&
               mailbox_reader_idle(outbox->reader);
}

bool outbox_awaits_reply(const Outbox *outbox)
{
        bool awaits = outbox->sender && sender_awaits_reply(outbox->sender);
        for (int i = 0; i < outbox->n_retired; i++)
                awaits = awaits || sender_awaits_reply(outbox->retired[i]);
        return awaits;
}

usec_t outbox_oldest_sign(const Outbox *outbox)
{
        usec_t oldest = outbox->sender ? sender_oldest_sign(outbox->sender) : USEC_INFINITY;
        usec_t reader = mailbox_reader_oldest_sign(outbox->reader);
        oldest = reader < oldest ? reader : oldest;
        for (int i = 0; i < outbox->n_retired; i++) {
                usec_t sign = sender_oldest_sign(outbox->retired[i]);
                oldest = sign < oldest ? sign : oldest;
        }
        return oldest;
}
