#pragma once

/*
 * Private to outbox/delivery*.c: the delivery, the changes it makes to the ledger row, and its log entries.
 */

#include "base/log.h"
#include "contact/address.h"
#include "mail/verp.h"
#include "outbox/delivery.h"
#include "outbox/fault.h"
#include "outbox/job.h"
#include "outbox/rejection.h"

enum { DELIVERY_MESSAGE_ID_SIZE = 384 };

/* One state change of the row, which the ledger writer will write. */
typedef struct Move {
        MailState state;
        usec_t now, next_attempt;
        MailReason reason;
        const char *reply;
        MailText text; /* for a commit; used only if the ledger does not have the bytes */
} Move;

struct Delivery {
        const DeliveryShared *shared;
        Config *config;
        Smtp *smtp; /* NULL when no longer needed */
        DeliveryStage stage;
        Job job;
        Buffer bytes; /* the mail, if composed in this attempt */
        char message_id[DELIVERY_MESSAGE_ID_SIZE];
        char sender[VERP_ADDRESS_SIZE];
        char recipient[ADDRESS_WIRE_SIZE]; /* with A-labels */
        bool made;      /* the mail was composed in this attempt: the ledger does not have the bytes yet */
        bool replaces;  /* the ledger has bytes of an earlier attempt, which the new bytes replace */
        bool committed; /* the state COMMITTED is written, or being written */
        SmtpOutcome outcome;
        Fault fault;        /* of `outcome` */
        bool first_of_ours; /* this mail is the first that waits because of FAULT_OURS */
        DeliveryServer server;
        int result;

        LedgerOrder order;
        Move move;
        Rejection rejection;
        void (*on_written)(Delivery *delivery);
};

/** delivery_finish() - end the delivery with @result. */
void delivery_finish(Delivery *delivery, int result);

/*
 * Each of the functions from here to delivery_settle(), except delivery_splits(), submits one change of the
 * row to the ledger writer. The delivery stays in DELIVERY_WRITING until that change is written.
 */

/**
 * delivery_commit() - set the row to COMMITTED, and store the mail's bytes if the ledger does not have them
 * @on_written: called after the write, whose result is in delivery->order
 */
void delivery_commit(Delivery *delivery, void (*on_written)(Delivery *));

/**
 * delivery_close_unwanted() - close the row without sending, with @state. A mail that may have arrived
 * becomes PARKED instead.
 */
void delivery_close_unwanted(Delivery *delivery, MailState state, MailReason reason);

/** delivery_postpone() - postpone the row to the `wait_until` of its job. */
void delivery_postpone(Delivery *delivery);

/**
 * delivery_wait_for_repair() - postpone the row, because something that the mail needs is in a damaged part
 * of the store
 */
void delivery_wait_for_repair(Delivery *delivery);

/**
 * delivery_end_attempts() - clear the time of the next attempt in a damaged row, whose state allows no
 * attempt.
 */
void delivery_end_attempts(Delivery *delivery);

/** delivery_splits() - whether the server has rejected a bundle whose rows are to be sent one by one */
bool delivery_splits(const Delivery *delivery);

/** delivery_settle() - write the state that follows from the outcome of the attempt. */
void delivery_settle(Delivery *delivery);

/**
 * delivery_row_written() - handle the result of the last write of a delivery. The delivery ends, unless the
 * write found stale data: then the row is postponed a little.
 */
void delivery_row_written(Delivery *delivery);

/** delivery_tell_end() - log that the row was closed. */
void delivery_tell_end(const Delivery *delivery, MailState state, MailReason reason);

/** delivery_tell_ours() - log that the server refuses mail of this sender. */
void delivery_tell_ours(const Delivery *delivery);

/** delivery_tell_outcome() - log the outcome of an attempt. */
void delivery_tell_outcome(const Delivery *delivery);
