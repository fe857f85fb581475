#pragma once

/*
 * Inside of outbox/delivery* only: a delivery, its moves of the ledger row, and what it tells the journal.
 */

#include "base/log.h"
#include "mail/verp.h"
#include "outbox/delivery.h"
#include "outbox/job.h"
#include "outbox/rejection.h"

enum { DELIVERY_MESSAGE_ID_SIZE = 384 };

/* One transition of the row, for the writer. */
typedef struct Move {
        MailState state;
        usec_t now, next_attempt;
        MailReason reason;
        const char *reply;
        MailText text; /* for the first commit */
} Move;

struct Delivery {
        const DeliveryShared *shared;
        Config *config;
        Smtp *smtp; /* NULL when it is not needed any more */
        DeliveryStage stage;
        Job job;
        Buffer bytes; /* of the mail, when they are made here */
        char message_id[DELIVERY_MESSAGE_ID_SIZE];
        char sender[VERP_ADDRESS_SIZE];
        bool made;      /* the bytes are not in the ledger yet */
        bool replaces;  /* the ledger has bytes that were never committed */
        bool committed; /* or about to be */
        SmtpOutcome outcome;
        DeliveryServer server;
        int result;

        LedgerOrder order;
        Move move;
        Rejection rejection;
        void (*on_written)(Delivery *delivery);
};

/** delivery_finish() - nothing more is to be done. */
void delivery_finish(Delivery *delivery, int result);

/*
 * Each of these submits one move of the row to the writer; the delivery is DELIVERY_WRITING until that is
 * done.
 */

/**
 * delivery_commit() - the mail's bytes, where the ledger does not have them, and COMMITTED; @on_written:
 * with the order's result.
 */
void delivery_commit(Delivery *delivery, void (*on_written)(Delivery *));

/**
 * delivery_close_unwanted() - nothing is sent: close it as what it says; delivery_postpone() - not now, as
 * the job says.
 */
void delivery_close_unwanted(Delivery *delivery, MailState state, MailReason reason);
void delivery_postpone(Delivery *delivery);

/** delivery_end_attempts() - the row waits for an attempt in a state that has none: it waits no more. */
void delivery_end_attempts(Delivery *delivery);

/** delivery_settle() - what the outcome of the attempt means for the row. */
void delivery_settle(Delivery *delivery);

/**
 * delivery_row_written() - of an order that nothing else depends on. A row that rests on something that has
 * changed is looked at again a little later.
 */
void delivery_row_written(Delivery *delivery);

/**
 * delivery_tell() - to the journal; @reply may be NULL. delivery_tell_end(): of a row that was closed;
 * delivery_tell_outcome(): of an attempt.
 */
void delivery_tell_end(const Delivery *delivery, MailState state, MailReason reason);
void delivery_tell_outcome(const Delivery *delivery);
