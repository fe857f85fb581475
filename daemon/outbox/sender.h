#pragma once

/*
 * Inside of outbox/ only: the sender, which carries mails out: a small queue of ledger ids, one thread that
 * drives all connections to the mail server at once, and the ledger writer's thread. None of it runs on the
 * main loop: making a mail and waiting for the disk take longer than the loop may stand still.
 */

#include "base/clock.h"
#include "config/config.h"
#include "outbox/kind.h"
#include "store/store.h"

typedef struct Sender Sender;

/** All of it is borrowed and must outlive the sender. */
typedef struct SenderOptions {
        const Clock *clock;
        ZoneTable *zones;
        DbUpkeep *upkeep;
        const OutboxTable *const *tables; /* ends with NULL */
        int notice_fd; /* an eventfd: 1 is added when the queue has room, and when all of it was dealt with */
} SenderOptions;

/**
 * sender_new() - start; connections are made when there is something to send, `config->mail.connections` at
 * the most
 * @config: referenced
 * Return: 0 or negative errno.
 */
int sender_new(const SenderOptions *options, Config *config, Sender **ret);

/**
 * sender_check() - whether a sender can go by a configuration: the password file can be read. Return: 0 or
 * negative errno.
 */
int sender_check(const Config *config);

/**
 * sender_configure() - mails begun from now on go by @config (referenced, seen by sender_check()); those
 * under way end as they began. Never waits.
 */
void sender_configure(Sender *sender, Config *config);

/**
 * sender_stop() - what is not between dot and reply ends within a second, what is queued is left to the
 * ledger. Never waits.
 */
void sender_stop(Sender *sender);

/** sender_idle() - whether no mail is in hand; sender_awaits_reply() - whether one has been handed over. */
bool sender_idle(Sender *sender);
bool sender_awaits_reply(const Sender *sender);

/** sender_oldest_sign() - as worker_oldest_sign() */
usec_t sender_oldest_sign(const Sender *sender);

/** sender_free() - sender_stop(), and what is between dot and reply is waited for. */
Sender *sender_free(Sender *sender);
DEFINE_CLEANUP(Sender, sender_freep, sender_free)

typedef enum SenderOffer {
        SENDER_TAKEN,  /* queued, or queued and under way already */
        SENDER_FULL,   /* when a mail is done there is room again */
        SENDER_CLOSED, /* the throttle lets nothing through: sender_next() */
} SenderOffer;

/**
 * sender_has_enough() - whether the queue is long enough for now; a notice follows when it is not any more.
 */
bool sender_has_enough(Sender *sender);

/** sender_offer() - queue a ledger id unless it is queued or under way. */
SenderOffer sender_offer(Sender *sender, int64_t mail);

/** sender_holds() - whether a mail is queued or under way. */
bool sender_holds(Sender *sender, int64_t mail);

/**
 * sender_next() - when the rate and the server let the next mail begin; USEC_INFINITY: a notice will tell.
 */
usec_t sender_next(Sender *sender);

/**
 * sender_failed() - whether the ledger could not be read or written: nothing more is sent until it is
 * replaced.
 */
bool sender_failed(Sender *sender);
