#pragma once

/*
 * The SMTP threads: a small queue of ledger ids, and threads that each have a store connection and a mail connection of their own. libcurl
 * blocks while it waits for a reply, so none of this runs on the main loop.
 */

#include "base/clock.h"
#include "config/config.h"
#include "store/store.h"

typedef struct Workers Workers;

/**
 * workers_new() - start `config->mail.connections` threads
 * @clock:  borrowed, must outlive them
 * @config: referenced
 * @notice_fd: an eventfd, borrowed: 1 is added to it whenever a mail was dealt with
 */
int workers_new(const Clock *clock, Config *config, ZoneTable *zones, int notice_fd, Workers **ret);

/** workers_configure() - what is begun from now on goes by @config (referenced); what is under way ends as it began. Never waits. */
int workers_configure(Workers *workers, Config *config);

/** workers_stop() - what is not between dot and reply ends within a second, what is queued is left to the ledger. Never waits. */
void workers_stop(Workers *workers);

/** workers_idle() - whether no thread has a mail in hand; workers_await_reply() - whether one has handed a mail over. */
bool workers_idle(Workers *workers);
bool workers_await_reply(const Workers *workers);

/** workers_oldest_sign() - as progress_oldest(); each thread shows one about once a second. */
usec_t workers_oldest_sign(const Workers *workers);

/** workers_free() - workers_stop(), and what is between dot and reply is waited for. */
Workers *workers_free(Workers *workers);

typedef enum WorkersOffer {
        WORKERS_TAKEN,  /* queued, or queued and under way already */
        WORKERS_FULL,   /* when a mail is done there is room again */
        WORKERS_CLOSED, /* the gate lets nothing through: workers_next() */
} WorkersOffer;

/** workers_offer() - queue a ledger id unless it is queued or under way. */
WorkersOffer workers_offer(Workers *workers, int64_t mail);

/** workers_next() - when the rate and the server let the next mail begin; USEC_INFINITY: a notice will tell. */
usec_t workers_next(Workers *workers);

/** workers_failed() - whether a thread could not write the ledger: nothing more is sent until someone looks. */
bool workers_failed(Workers *workers);
