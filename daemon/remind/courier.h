#pragma once

/*
 * Who carries mails out: a small queue of ledger ids, one thread that drives all connections to the mail server at once, and the scribe's.
 * None of it runs on the main loop: to make a mail, and to wait for the disk, takes longer than a loop may stand.
 */

#include "base/clock.h"
#include "config/config.h"
#include "store/store.h"

typedef struct Courier Courier;

/**
 * courier_new() - start; connections are made when there is something to send, `config->mail.connections` at the most
 * @clock, @zones, @checkpointer: borrowed, must outlive it
 * @config: referenced
 * @notice_fd: an eventfd, borrowed: 1 is added to it when the queue has room, and when all of it was dealt with
 */
int courier_new(const Clock *clock, Config *config, ZoneTable *zones, Checkpointer *checkpointer,
                int notice_fd, Courier **ret);

/** courier_configure() - what is begun from now on goes by @config (referenced); what is under way ends as it began. Never waits. */
int courier_configure(Courier *courier, Config *config);

/** courier_stop() - what is not between dot and reply ends within a second, what is queued is left to the ledger. Never waits. */
void courier_stop(Courier *courier);

/** courier_idle() - whether no mail is in hand; courier_awaits_reply() - whether one has been handed over. */
bool courier_idle(Courier *courier);
bool courier_awaits_reply(const Courier *courier);

/** courier_oldest_sign() - as progress_oldest(); it shows one about once a second. */
usec_t courier_oldest_sign(const Courier *courier);

/** courier_free() - courier_stop(), and what is between dot and reply is waited for. */
Courier *courier_free(Courier *courier);

typedef enum CourierOffer {
        COURIER_TAKEN,  /* queued, or queued and under way already */
        COURIER_FULL,   /* when a mail is done there is room again */
        COURIER_CLOSED, /* the gate lets nothing through: courier_next() */
} CourierOffer;

/** courier_has_enough() - whether the queue is long enough for now; a notice tells when it is not any more. */
bool courier_has_enough(Courier *courier);

/** courier_offer() - queue a ledger id unless it is queued or under way. */
CourierOffer courier_offer(Courier *courier, int64_t mail);

/** courier_next() - when the rate and the server let the next mail begin; USEC_INFINITY: a notice will tell. */
usec_t courier_next(Courier *courier);

/** courier_failed() - whether the ledger could not be read or written: nothing more is sent until someone looks. */
bool courier_failed(Courier *courier);
