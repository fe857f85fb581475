#pragma once

/*
 * Inside of outbox/ only: one attempt to send one row of the ledger: whether it is still wanted, its bytes,
 * the transaction with the server, and what its outcome means for the row (the table of states in
 * outbox.h). Nothing here waits: a delivery says whether it needs its connection or the ledger writer next.
 */

#include "base/clock.h"
#include "config/config.h"
#include "mail/smtp.h"
#include "outbox/job.h"
#include "outbox/ledger-writer.h"

typedef struct Delivery Delivery;

/** The means that the deliveries of a thread share; borrowed. */
typedef struct DeliveryShared {
        JobSource source;     /* its store is read only */
        LedgerWriter *writer; /* writes the ledger */
        const Clock *clock;
} DeliveryShared;

typedef enum DeliveryStage {
        DELIVERY_SENDING, /* its connection is under way: delivery_go_on() when that has got further */
        DELIVERY_WRITING, /* an order is with the writer: delivery_written() when that gives it back */
        DELIVERY_DONE,
} DeliveryStage;

/** The state of the server as a delivery has seen it, for the throttle. */
typedef enum DeliveryServer {
        DELIVERY_NOT_ASKED,
        DELIVERY_SERVER_WORKS,  /* it took the mail, or refused this one */
        DELIVERY_SERVER_TROUBLE /* it could not be reached, or does not want to hear from us at all */
} DeliveryServer;

/**
 * delivery_begin() - do what is to be done for one row now
 * @shared, @smtp: borrowed for the life of the delivery
 * @config: referenced
 * Return: 0; a store condition or negative errno when the ledger could not be read or there is no memory:
 * then nothing was begun.
 */
int delivery_begin(const DeliveryShared *shared, Config *config, Smtp *smtp, int64_t mail, Delivery **ret);
Delivery *delivery_free(Delivery *delivery); /* one that is DELIVERY_DONE */
DEFINE_CLEANUP(Delivery, delivery_freep, delivery_free)

DeliveryStage delivery_stage(const Delivery *delivery);

/** delivery_needs_connection() - or another delivery may have it. */
bool delivery_needs_connection(const Delivery *delivery);

/**
 * delivery_is_committed() - whether the server may have the mail, and its reply is owed; also while the
 * commit is being written.
 */
bool delivery_is_committed(const Delivery *delivery);

/** delivery_go_on() - its connection has got somewhere. */
void delivery_go_on(Delivery *delivery);

/** delivery_of_order() - the delivery that an order belongs to; delivery_written() - the order is done. */
Delivery *delivery_of_order(const LedgerOrder *order);
void delivery_written(Delivery *delivery);

/** delivery_stop() - end what is being sent and not committed; the row is left as it was. */
void delivery_stop(Delivery *delivery);

/** delivery_server() - at its end. */
DeliveryServer delivery_server(const Delivery *delivery);

/**
 * delivery_result() - at its end: 0 when the row was brought to its next state (also one that is not wanted
 * any more), or was left as it was; a store condition or negative errno when the ledger could not be
 * written: then nothing more may be sent.
 */
int delivery_result(const Delivery *delivery);
