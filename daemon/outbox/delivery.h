#pragma once

/*
 * Inside of outbox/ only: one attempt to send the mail of one ledger row. A delivery checks whether the
 * mail is still wanted, composes it, runs the SMTP transaction and writes the state that follows (the table
 * of states in outbox.h). No function here blocks: after each step a delivery waits either for its
 * connection or for the ledger writer.
 */

#include "base/clock.h"
#include "config/config.h"
#include "mail/smtp.h"
#include "outbox/job.h"
#include "outbox/ledger-writer.h"

typedef struct Delivery Delivery;

/** Shared by the deliveries of one thread; all borrowed. */
typedef struct DeliveryShared {
        JobSource source;     /* its store is read-only */
        LedgerWriter *writer; /* writes the ledger */
        const Clock *clock;
} DeliveryShared;

typedef enum DeliveryStage {
        DELIVERY_SENDING, /* waits for its connection; call delivery_go_on() after each step of it */
        DELIVERY_WRITING, /* waits for the ledger writer; call delivery_written() when the order is done */
        DELIVERY_DONE,
} DeliveryStage;

/** The state of the mail server after a delivery, for the throttle. */
typedef enum DeliveryServer {
        DELIVERY_NOT_ASKED,
        DELIVERY_SERVER_WORKS,  /* it answered for this mail, or accepted its data without a reply */
        DELIVERY_SERVER_TROUBLE /* it could not be reached, or it refused the session */
} DeliveryServer;

/**
 * delivery_begin() - start the delivery of one row
 * @shared, @smtp: borrowed for the life of the delivery
 * @config: referenced
 * Return: 0; a store condition or negative errno if the ledger could not be read or memory ran out: then no
 * delivery was made.
 */
int delivery_begin(const DeliveryShared *shared, Config *config, Smtp *smtp, int64_t mail, Delivery **ret);
Delivery *delivery_free(Delivery *delivery); /* only in DELIVERY_DONE */
DEFINE_CLEANUP(Delivery, delivery_freep, delivery_free)

DeliveryStage delivery_stage(const Delivery *delivery);

/**
 * delivery_needs_connection() - whether the delivery still uses its connection; if not, another delivery
 * may use it.
 */
bool delivery_needs_connection(const Delivery *delivery);

/**
 * delivery_is_committed() - whether the mail is COMMITTED, or the commit is being written, and the server's
 * reply is still missing.
 */
bool delivery_is_committed(const Delivery *delivery);

/** delivery_go_on() - continue after a step of the connection. */
void delivery_go_on(Delivery *delivery);

/**
 * delivery_of_order() - the delivery that an order belongs to.
 * delivery_written() - continue after the delivery's order was written.
 */
Delivery *delivery_of_order(const LedgerOrder *order);
void delivery_written(Delivery *delivery);

/** delivery_stop() - abort a delivery that is sending and not committed. The row is not changed. */
void delivery_stop(Delivery *delivery);

/** delivery_server() - the state of the server; valid in DELIVERY_DONE. */
DeliveryServer delivery_server(const Delivery *delivery);

/**
 * delivery_result() - the result; valid in DELIVERY_DONE. Return: 0 if the row has its next state or was
 * left unchanged; a store condition or negative errno if the ledger could not be written: then the sender
 * must stop.
 */
int delivery_result(const Delivery *delivery);
