#pragma once

/*
 * Private to outbox/: the sender has a small queue of ledger ids, one thread for all connections to the mail
 * server, and a ledger writer with its thread. Mails are not sent on the main loop, because composing a mail
 * and syncing to disk would block the loop for too long.
 */

#include "base/clock.h"
#include "config/config.h"
#include "outbox/kind.h"
#include "store/store.h"

typedef struct Sender Sender;

/** All pointers are borrowed and must outlive the sender. */
typedef struct SenderOptions {
        const Clock *clock;
        ZoneTable *zones;
        DbUpkeep *upkeep;
        const OutboxTable *const *tables; /* ends with NULL */
        /* An eventfd, borrowed. After a delivery the sender adds 1 if it needs mails or is stopping. */
        int notice_fd;
} SenderOptions;

/**
 * sender_new() - start the threads. Connections are opened when there is mail to send, at most
 * `config->mail.connections`.
 * @config: referenced
 * Return: 0 or negative errno.
 */
int sender_new(const SenderOptions *options, Config *config, Sender **ret);

/**
 * sender_check() - check that the files named by the configuration, such as the password file, can be read.
 * Return: 0 or negative errno.
 */
int sender_check(const Config *config);

/**
 * sender_configure() - use another configuration for new deliveries. Current deliveries keep the old one.
 * Does not block.
 * @config: checked by sender_check(); referenced
 */
void sender_configure(Sender *sender, Config *config);

/**
 * sender_stop() - abort all deliveries within a second, except those that wait for a reply after the final
 * dot. Queued mails stay in the ledger. Does not block.
 */
void sender_stop(Sender *sender);

/** sender_idle() - whether no delivery is running. */
bool sender_idle(Sender *sender);

/** sender_awaits_reply() - whether the server's reply to a COMMITTED mail is still missing. */
bool sender_awaits_reply(const Sender *sender);

/** sender_oldest_sign() - the heartbeat of the sender's thread, as worker_oldest_sign() */
usec_t sender_oldest_sign(const Sender *sender);

/** sender_free() - call sender_stop(), and wait for the missing replies. */
Sender *sender_free(Sender *sender);
DEFINE_CLEANUP(Sender, sender_freep, sender_free)

typedef enum SenderOffer {
        SENDER_TAKEN,  /* the mail is queued now, or was queued or being sent already */
        SENDER_FULL,   /* the queue has no free slot until a delivery ends, or the sender is stopping */
        SENDER_CLOSED, /* the throttle allows no mail until sender_next() */
} SenderOffer;

/**
 * sender_has_enough_mails() - whether the queue needs no more mails now. When it needs some again,
 * `notice_fd` becomes readable.
 */
bool sender_has_enough_mails(Sender *sender);

/** sender_offer() - queue a ledger id unless it is queued or being sent. */
SenderOffer sender_offer(Sender *sender, int64_t mail);

/**
 * sender_forgive() - let the circuit breaker forget all failures, because an operator has removed their
 * cause.
 */
void sender_forgive(Sender *sender);

/**
 * sender_count() - count a mail that was sent before this sender was made, for the limits of mail.rate. Call
 * it before the first sender_offer().
 * @time: UTC; call it with ascending times
 */
void sender_count(Sender *sender, usec_t time);

/** sender_holds() - whether a mail is queued or being sent. */
bool sender_holds(Sender *sender, int64_t mail);

/**
 * sender_next() - when the throttle allows the next mail
 * Return: UTC; USEC_INFINITY if it allows none before a delivery has ended
 */
usec_t sender_next(Sender *sender);

/** sender_found_damage() - whether the sender has found a damaged part of the store since the last call. */
bool sender_found_damage(Sender *sender);

/**
 * sender_failed() - whether the ledger could not be read or written. A sender that has failed sends nothing
 * more, and must be replaced.
 */
bool sender_failed(Sender *sender);

/**
 * sender_may_revive() - whether the sender has failed because the server of the store was away, or because
 * this daemon has expired (store/node.h); then another sender may go on when the store answers again
 */
bool sender_may_revive(Sender *sender);
