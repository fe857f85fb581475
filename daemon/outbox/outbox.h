#pragma once

/*
 * The outbox: how mail leaves and comes back. It carries the rows of the ledger to the mail server and
 * reads the mailbox that returned mail comes to. It knows no kind of mail: kinds (kind.h) and takers of
 * returned mail (taker.h) are tables that its maker hands to it.
 *
 * The life of a mail. Some other module adds a row to the ledger: PENDING, with a key that makes it unique
 * and a moment from which it may go. The loop calls outbox_offer(), which claims the rows whose moment has
 * come and puts their ids into the sender's queue; the throttle decides how many. The sender's thread takes
 * an id for each free connection and makes a delivery of it: the kind finds the address, says whether the
 * mail is still wanted, and composes it. The delivery carries everything but the final CRLF to the server.
 * Until then no server can have the mail, and whatever fails, the row stays PENDING and is composed anew at
 * the next attempt, under the same Message-ID.
 *
 * Then the ledger writer makes the row COMMITTED, attempt n, with the bytes: commits of several mails share
 * one sync of the disk. Within that transaction the kind checks once more that nothing has changed that the
 * mail rests on: an edit of the event or a refusal of the contact that came first counts, and the mail is
 * made anew. Only after the commit does the final CRLF go out. The server's reply decides:
 *
 *     2yz                                    SENT
 *     4yz                                    PENDING again, composed anew
 *     5yz                                    FAILED, and counted for the contact's address
 *     none: a lost connection, a crash       UNKNOWN: the same bytes go once more, some minutes later
 *     none, the second time                  PARKED: it may have arrived, and nothing more is tried
 *
 * A refusal of the second attempt is FAILED too, but the first copy may have arrived: the reader counts as
 * told.
 *
 * A mail that is not wanted any more is closed as SUPPRESSED, CANCELLED or EXPIRED, with a reason. At the
 * start, and whenever a sender has been replaced, rows that are COMMITTED and that no sender holds were
 * interrupted: outbox recovers them to UNKNOWN or PARKED. A mail that the server took and could not deliver
 * comes back to the mailbox, where a taker assigns it by its tag (mail/verp.h).
 */

#include "base/clock.h"
#include "config/config.h"
#include "outbox/kind.h"
#include "outbox/taker.h"
#include "store/store.h"

typedef struct Outbox Outbox;

/** All of it is borrowed and must outlive the outbox. Tables end with NULL. */
typedef struct OutboxOptions {
        const Clock *clock;
        ZoneTable *zones;
        Store *store; /* used by the caller's thread only; the outbox's threads open their own by the configuration's URL */
        DbUpkeep *upkeep;
        const OutboxTable *const *tables; /* OUTBOX_TABLES_MAX at the most */
        const OutboxTaker *const *takers;
} OutboxOptions;

/**
 * outbox_new() - recover what an earlier process has left COMMITTED, and start
 * @config: referenced
 * Return: 0, a condition of the store, negative errno.
 */
int outbox_new(const OutboxOptions *options, Config *config, Outbox **ret);

/** outbox_free() - stops; a mail between the final dot and its reply is waited for. */
Outbox *outbox_free(Outbox *outbox);
DEFINE_CLEANUP(Outbox, outbox_freep, outbox_free)

/**
 * outbox_prepare() - do all that can fail before the outbox goes on by another configuration; a sender that
 * has given up is to be replaced
 * @config: referenced
 * @ret:    for outbox_commit(), or for outbox_plan_free() when the configuration is not to hold
 *          after all; NULL on failure
 * Return: 0 or negative errno; the older configuration stays in force.
 */
typedef struct OutboxPlan OutboxPlan;
int outbox_prepare(Outbox *outbox, Config *config, OutboxPlan **ret);
OutboxPlan *outbox_plan_free(OutboxPlan *plan);
DEFINE_CLEANUP(OutboxPlan, outbox_plan_freep, outbox_plan_free)

/** outbox_commit() - go on by what was prepared; @plan is taken over. */
void outbox_commit(Outbox *outbox, OutboxPlan *plan);

/** outbox_fd() - readable when outbox_heed() and another outbox_offer() are due; borrowed. */
int outbox_fd(const Outbox *outbox);

/** outbox_heed() - take note of what has been dealt with. */
void outbox_heed(Outbox *outbox);

/**
 * outbox_offer() - give the sender what may be tried at @now. Return: 0, a condition of the store, negative
 * errno.
 */
int outbox_offer(Outbox *outbox, usec_t now);

/**
 * outbox_next() - when another outbox_offer() can find something; USEC_INFINITY: never, or outbox_fd() will
 * tell. Returns as outbox_offer().
 */
int outbox_next(Outbox *outbox, usec_t now, usec_t *ret);

/** outbox_has_enough() - whether the sender's queue is long enough for now. */
bool outbox_has_enough(const Outbox *outbox);

/** outbox_failed() - whether nothing is sent because the ledger could not be read or written. */
bool outbox_failed(const Outbox *outbox);

/**
 * outbox_stop() - nothing new begins: mails that are between dot and reply go on, all others end within a
 * second and are left to the ledger. Never waits.
 */
void outbox_stop(Outbox *outbox);

/** outbox_idle() - whether no mail is in hand; outbox_awaits_reply() - whether one has been handed over. */
bool outbox_idle(Outbox *outbox);
bool outbox_awaits_reply(const Outbox *outbox);

/** outbox_oldest_sign() - of the threads at work, as progress_oldest(). */
usec_t outbox_oldest_sign(const Outbox *outbox);
