#pragma once

/*
 * The outbox sends the mails of the ledger to the mail server, and reads the mailbox for returned mail. It
 * knows no kind of mail itself: its creator passes the kinds (kind.h) and the takers of returned mail
 * (taker.h) as tables.
 *
 * The life of a mail. Another module adds a row to the ledger: PENDING, with a unique key and the time of
 * the first attempt. The main loop calls outbox_offer(), which puts the ids of all rows that are due into
 * the sender's queue; the throttle limits their number. For each free connection, the sender's thread takes
 * an id and starts a delivery: the kind finds the address, decides whether the mail is still wanted, and
 * composes it. The delivery sends everything except the final dot, the line that ends the data. Until the
 * server has the final dot, it cannot have accepted the mail. After a failure up to here the row stays
 * PENDING, and the next attempt composes the mail again, under the same Message-ID.
 *
 * Then the ledger writer sets the row to COMMITTED, counts the attempt and stores the bytes; the rows of
 * several mails share one transaction and its sync to disk. In this transaction the kind checks again that
 * the data of the mail has not changed. If the event was edited or the contact refused mail in the meantime,
 * the mail is composed again. The final dot is sent only when COMMITTED is on disk. The server's reply
 * decides the next state:
 *
 *     2yz                                    SENT
 *     4yz                                    PENDING again; the next attempt composes the mail again
 *     5yz about recipient or message         FAILED, and counted for the contact's address
 *     5yz about the sender (fault.h)         PENDING again, tried every 30 minutes; the operator is told
 *     none: a lost connection, a crash       UNKNOWN; the same bytes are sent once more, some minutes later
 *     none, the second time                  PARKED; the mail may have arrived, and is not tried again
 *
 * If the server rejects the second attempt, the row becomes FAILED too. The first copy may have arrived, so
 * the recipient counts as told. In the cases in which the table says PENDING, a second attempt leaves the
 * row UNKNOWN.
 *
 * A kind may send several rows of one recipient as one mail, a bundle, if they are due at about the same
 * time. Only one of these rows is offered; it leads the mail. Before the first commit the rows are still
 * independent, and another attempt may compose another bundle. The commit binds them (MailRecord.bundle):
 * from then on each change of state is a change of all of them. If the server rejects the message of a
 * bundle and not the recipient, the rows are sent one by one.
 *
 * A mail that is no longer wanted is closed as SUPPRESSED, CANCELLED or EXPIRED, with a reason. A row that
 * is COMMITTED without a sender at work on it was interrupted: when the outbox starts, and after it has
 * replaced a sender, it sets such a row to UNKNOWN, or to PARKED after the second attempt. If the server
 * accepts a mail and then cannot deliver it, the mail is returned to the mailbox. A taker finds the row by
 * the tag of the envelope address (mail/verp.h).
 *
 * If several daemons share the store (store/node.h), outbox_offer() claims the mails that it queues, so that
 * two daemons do not compose one mail. What keeps a mail from being sent by both is the commit, which one of
 * them can make. The rates of mail.rate are those of all daemons together: a claim counts as an attempt.
 */

#include "base/clock.h"
#include "config/config.h"
#include "outbox/kind.h"
#include "outbox/taker.h"
#include "store/node.h"
#include "store/store.h"

typedef struct Outbox Outbox;

/** All pointers are borrowed and must outlive the outbox. The tables end with NULL. */
typedef struct OutboxOptions {
        const Clock *clock;
        ZoneTable *zones;
        Store *store;     /* used on the caller's thread only; each thread of the outbox opens its own */
        const Node *node; /* this daemon among others; NULL: it is alone */
        DbUpkeep *upkeep;
        const OutboxTable *const *tables; /* at most OUTBOX_TABLES_MAX */
        const OutboxTaker *const *takers;
} OutboxOptions;

/**
 * outbox_new() - recover the rows that an earlier process left COMMITTED, and start the threads
 * @config: referenced
 * Return: 0, a condition of the store, negative errno.
 */
int outbox_new(const OutboxOptions *options, Config *config, Outbox **ret);

/** outbox_free() - stop the threads, after the reply to each mail whose final dot was sent. */
Outbox *outbox_free(Outbox *outbox);
DEFINE_CLEANUP(Outbox, outbox_freep, outbox_free)

/**
 * outbox_prepare() - do the steps of a change of configuration that can fail. The change replaces a sender
 * that has failed. The old configuration stays in use until outbox_commit().
 * @config: referenced
 * @ret:    to be passed to outbox_commit(), or to outbox_plan_free() if the change is cancelled; NULL on
 *          failure
 * Return: 0 or negative errno.
 */
typedef struct OutboxPlan OutboxPlan;
int outbox_prepare(Outbox *outbox, Config *config, OutboxPlan **ret);
OutboxPlan *outbox_plan_free(OutboxPlan *plan);
DEFINE_CLEANUP(OutboxPlan, outbox_plan_freep, outbox_plan_free)

/** outbox_commit() - use the prepared configuration; takes ownership of @plan. */
void outbox_commit(Outbox *outbox, OutboxPlan *plan);

/**
 * outbox_fd() - a descriptor, borrowed. When it is readable, call outbox_acknowledge() and outbox_offer().
 */
int outbox_fd(const Outbox *outbox);

/**
 * outbox_acknowledge() - make outbox_fd() unreadable again, and free replaced senders that have become idle.
 */
void outbox_acknowledge(Outbox *outbox);

/**
 * outbox_offer() - queue the mails that are due at @now. Return: 0, a condition of the store, negative
 * errno.
 */
int outbox_offer(Outbox *outbox, usec_t now);

/**
 * outbox_next() - when to call outbox_offer() next
 * @ret: UTC; USEC_INFINITY if no call is useful until outbox_fd() is readable
 * Return: as outbox_offer().
 */
int outbox_next(Outbox *outbox, usec_t now, usec_t *ret);

/**
 * outbox_has_enough_mails() - whether the sender's queue has enough mails: an outbox_offer() would add none.
 */
bool outbox_has_enough_mails(const Outbox *outbox);

/** outbox_recover() - let the next outbox_offer() recover the mails of daemons that have ended */
void outbox_recover(Outbox *outbox);

/** outbox_found_damage() - whether the sender has found a damaged part of the store since the last call. */
bool outbox_found_damage(Outbox *outbox);

/** outbox_failed() - whether sending has stopped because the ledger could not be read or written. */
bool outbox_failed(const Outbox *outbox);

/**
 * outbox_stop() - start no new delivery. A delivery whose final dot was sent waits for the reply. All others
 * are aborted within a second, and their mails stay in the ledger. Does not block.
 */
void outbox_stop(Outbox *outbox);

/** outbox_idle() - whether no mail is being sent and the mailbox is not being read. */
bool outbox_idle(Outbox *outbox);

/** outbox_awaits_reply() - whether the server's reply to a COMMITTED mail is still missing. */
bool outbox_awaits_reply(const Outbox *outbox);

/** outbox_oldest_sign() - the time of the oldest heartbeat of all threads, as progress_oldest(). */
usec_t outbox_oldest_sign(const Outbox *outbox);
