#pragma once

/*
 * Who carries mails out: a small queue of ledger ids, one thread that drives all connections to the mail server at once, and the writer's.
 * None of it runs on the main loop: to make a mail, and to wait for the disk, takes longer than a loop may stand.
 */

#include "base/clock.h"
#include "config/config.h"
#include "store/store.h"

typedef struct Sender Sender;

/**
 * sender_new() - start; connections are made when there is something to send, `config->mail.connections` at the most
 * @clock, @zones, @checkpointer: borrowed, must outlive it
 * @config: referenced
 * @notice_fd: an eventfd, borrowed: 1 is added to it when the queue has room, and when all of it was dealt with
 */
int sender_new(const Clock *clock, Config *config, ZoneTable *zones, Checkpointer *checkpointer,
                int notice_fd, Sender **ret);

/** sender_configure() - what is begun from now on goes by @config (referenced); what is under way ends as it began. Never waits. */
int sender_configure(Sender *sender, Config *config);

/** sender_stop() - what is not between dot and reply ends within a second, what is queued is left to the ledger. Never waits. */
void sender_stop(Sender *sender);

/** sender_idle() - whether no mail is in hand; sender_awaits_reply() - whether one has been handed over. */
bool sender_idle(Sender *sender);
bool sender_awaits_reply(const Sender *sender);

/** sender_oldest_sign() - as progress_oldest(); it shows one about once a second. */
usec_t sender_oldest_sign(const Sender *sender);

/** sender_free() - sender_stop(), and what is between dot and reply is waited for. */
Sender *sender_free(Sender *sender);

typedef enum SenderOffer {
        SENDER_TAKEN,  /* queued, or queued and under way already */
        SENDER_FULL,   /* when a mail is done there is room again */
        SENDER_CLOSED, /* the throttle lets nothing through: sender_next() */
} SenderOffer;

/** sender_has_enough() - whether the queue is long enough for now; a notice tells when it is not any more. */
bool sender_has_enough(Sender *sender);

/** sender_offer() - queue a ledger id unless it is queued or under way. */
SenderOffer sender_offer(Sender *sender, int64_t mail);

/** sender_next() - when the rate and the server let the next mail begin; USEC_INFINITY: a notice will tell. */
usec_t sender_next(Sender *sender);

/** sender_failed() - whether the ledger could not be read or written: nothing more is sent until someone looks. */
bool sender_failed(Sender *sender);
