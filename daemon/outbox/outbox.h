#pragma once

/*
 * The outbox sends mail and reads returned mail. It sends the rows of the ledger to the mail server and
 * reads the mailbox for returned mail. It knows no kind of mail itself: its creator passes the kinds
 * (kind.h) and the takers of returned mail (taker.h) as tables.
 *
 * The life of a mail. Another module adds a row to the ledger: PENDING, with a unique key and the time of
 * the first attempt. The main loop calls outbox_offer(), which puts the ids of all rows that are due into
 * the sender's queue; the throttle limits their number. For each free connection, the sender's thread takes
 * an id and starts a delivery: the kind finds the address, decides whether the mail is still wanted, and
 * composes it. The delivery sends everything except the final CRLF to the server. Until then the server
 * cannot have accepted the mail. After any failure so far the row stays PENDING, and the next attempt
 * composes the mail again, under the same Message-ID.
 *
 * Then the ledger writer sets the row to COMMITTED, counts the attempt and stores the bytes; the commits of
 * several mails share one sync to disk. In the same transaction the kind checks again that the data of the
 * mail has not changed. If the event was edited or the contact refused mail in the meantime, the mail is
 * composed again. The final CRLF is sent only after the commit. The server's reply decides:
 *
 *     2yz                                    SENT
 *     4yz                                    PENDING again, composed anew
 *     5yz                                    FAILED, and counted for the contact's address
 *     none: a lost connection, a crash       UNKNOWN: the same bytes are sent once more, some minutes later
 *     none, the second time                  PARKED: it may have arrived, and is not tried again
 *
 * If the second attempt is refused, the row is FAILED too. The first copy may have arrived, so the reader
 * counts as told.
 *
 * A mail that is no longer wanted is closed as SUPPRESSED, CANCELLED or EXPIRED, with a reason. Rows that
 * are COMMITTED but in no sender were interrupted: at the start, and after a sender was replaced, the
 * outbox sets them to UNKNOWN or PARKED. If the server accepts a mail and cannot deliver it, the mail is
 * returned to the mailbox, where a taker finds its row by its tag (mail/verp.h).
 */

#include "base/clock.h"
#include "config/config.h"
#include "outbox/kind.h"
#include "outbox/taker.h"
#include "store/store.h"

typedef struct Outbox Outbox;

/** All borrowed; must outlive the outbox. Tables end with NULL. */
typedef struct OutboxOptions {
        const Clock *clock;
        ZoneTable *zones;
        Store *store; /* for the caller's thread only; the outbox's threads open their own */
        DbUpkeep *upkeep;
        const OutboxTable *const *tables; /* OUTBOX_TABLES_MAX at the most */
        const OutboxTaker *const *takers;
} OutboxOptions;

/**
 * outbox_new() - recover the rows that an earlier process left COMMITTED, and start the threads
 * @config: referenced
 * Return: 0, a condition of the store, negative errno.
 */
int outbox_new(const OutboxOptions *options, Config *config, Outbox **ret);

/** outbox_free() - stop. Waits for the reply to each mail whose final dot was sent. */
Outbox *outbox_free(Outbox *outbox);
DEFINE_CLEANUP(Outbox, outbox_freep, outbox_free)

/**
 * outbox_prepare() - do everything that can fail in a change of configuration. A sender that has failed
 * will be replaced.
 * @config: referenced
 * @ret:    for outbox_commit(), or for outbox_plan_free() if the change is cancelled; NULL on failure
 * Return: 0 or negative errno; until outbox_commit() the old configuration is in use.
 */
typedef struct OutboxPlan OutboxPlan;
int outbox_prepare(Outbox *outbox, Config *config, OutboxPlan **ret);
OutboxPlan *outbox_plan_free(OutboxPlan *plan);
DEFINE_CLEANUP(OutboxPlan, outbox_plan_freep, outbox_plan_free)

/** outbox_commit() - use the prepared configuration; takes ownership of @plan. */
void outbox_commit(Outbox *outbox, OutboxPlan *plan);

/**
 * outbox_fd() - a descriptor that is readable when outbox_heed() and outbox_offer() should be called;
 * borrowed.
 */
int outbox_fd(const Outbox *outbox);

/** outbox_heed() - read the notice and free replaced senders that have become idle. */
void outbox_heed(Outbox *outbox);

/**
 * outbox_offer() - queue the mails that are due at @now. Return: 0, a condition of the store, negative
 * errno.
 */
int outbox_offer(Outbox *outbox, usec_t now);

/**
 * outbox_next() - the time of the next useful outbox_offer(); USEC_INFINITY: none until outbox_fd() is
 * readable. Return: as outbox_offer().
 */
int outbox_next(Outbox *outbox, usec_t now, usec_t *ret);

/** outbox_has_enough() - whether the sender's queue needs no more mails now. */
bool outbox_has_enough(const Outbox *outbox);

/** outbox_failed() - whether sending has stopped because the ledger could not be read or written. */
bool outbox_failed(const Outbox *outbox);

/**
 * outbox_stop() - start no new delivery. Mails whose final dot was sent wait for the reply; all others are
 * aborted within a second and stay in the ledger. Does not block.
 */
void outbox_stop(Outbox *outbox);

/**
 * outbox_idle() - whether no mail is being sent and the mailbox is not being read.
 * outbox_awaits_reply() - whether a mail is committed and its reply is missing.
 */
bool outbox_idle(Outbox *outbox);
bool outbox_awaits_reply(const Outbox *outbox);

/** outbox_oldest_sign() - the oldest heartbeat of the working threads, as progress_oldest(). */
usec_t outbox_oldest_sign(const Outbox *outbox);
