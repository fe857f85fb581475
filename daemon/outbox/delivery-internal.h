#pragma once

/* Inside of outbox/delivery* only: the delivery, its changes of the ledger row, and its journal entries. */

#include "base/log.h"
#include "mail/verp.h"
#include "outbox/delivery.h"
#include "outbox/job.h"
#include "outbox/rejection.h"

enum { DELIVERY_MESSAGE_ID_SIZE = 384 };

/* One state change of the row, for the ledger writer. */
typedef struct Move {
        MailState state;
        usec_t now, next_attempt;
        MailReason reason;
        const char *reply;
        MailText text; /* for the first commit only */
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
        bool made;      /* the bytes are new and not in the ledger yet */
        bool replaces;  /* the ledger has void bytes of an earlier attempt */
        bool committed; /* the commit is written, or being written */
        SmtpOutcome outcome;
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
 * Each of the following functions submits one change of the row to the ledger writer. The delivery is in
 * DELIVERY_WRITING until the change is written.
 */

/**
 * delivery_commit() - write COMMITTED, and the mail's bytes if the ledger does not have them.
 * @on_written: called after the write; the result is in delivery->order
 */
void delivery_commit(Delivery *delivery, void (*on_written)(Delivery *));

/**
 * delivery_close_unwanted() - close the row without sending. A mail that may have arrived becomes PARKED
 * instead of @state.
 * delivery_postpone() - let the row wait until the time that the job gives.
 */
void delivery_close_unwanted(Delivery *delivery, MailState state, MailReason reason);
void delivery_postpone(Delivery *delivery);

/** delivery_end_attempts() - clear the next attempt of a damaged row: its state allows no attempt. */
void delivery_end_attempts(Delivery *delivery);

/** delivery_settle() - write the state that follows from the outcome of the attempt. */
void delivery_settle(Delivery *delivery);

/**
 * delivery_row_written() - end the delivery after a write that needs no further step. If the write found
 * stale data, the row is tried again a little later.
 */
void delivery_row_written(Delivery *delivery);

/**
 * delivery_tell_end() - log that the row was closed.
 * delivery_tell_outcome() - log the outcome of an attempt.
 */
void delivery_tell_end(const Delivery *delivery, MailState state, MailReason reason);
void delivery_tell_outcome(const Delivery *delivery);
