#pragma once

/*
 * Private to outbox/: one attempt to send the mail of one ledger row. A delivery checks whether the mail is
 * still wanted, composes it, runs the SMTP transaction and writes the row's next state, which the table in
 * outbox.h gives. No function here blocks: after each step a delivery waits either for its connection or for
 * the ledger writer.
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
        bool reads_alone; /* delivery_begin() leaves no transaction open for delivery_end_reading() */
} DeliveryShared;

typedef enum DeliveryStage {
        DELIVERY_SENDING, /* waits for its connection; call delivery_go_on() after each of its steps */
        DELIVERY_WRITING, /* waits for the ledger writer; call delivery_written() when it has finished */
        DELIVERY_DONE,
} DeliveryStage;

/** The state of the mail server as a delivery found it, for the throttle. */
typedef enum DeliveryServer {
        DELIVERY_NOT_ASKED,
        DELIVERY_SERVER_WORKS,  /* it replied about this mail, or it took the data and gave no reply */
        DELIVERY_SERVER_TROUBLE /* it could not be reached, or it refused the session or the sender */
} DeliveryServer;

/**
 * delivery_begin() - start the delivery of one row
 * @shared, @smtp: borrowed for the life of the delivery
 * @config: referenced
 * Return: 0. If the ledger could not be read or memory ran out, no delivery is made, and a condition of the
 * store or negative errno is returned.
 */
int delivery_begin(const DeliveryShared *shared, Config *config, Smtp *smtp, int64_t mail, Delivery **ret);

/**
 * delivery_end_reading() - end the transaction in which the deliveries begun since the last call have read
 * the store. One transaction for several mails is cheaper, because SQLite drops its cache for each new one.
 */
void delivery_end_reading(const DeliveryShared *shared);

Delivery *delivery_free(Delivery *delivery); /* only in DELIVERY_DONE */
DEFINE_CLEANUP(Delivery, delivery_freep, delivery_free)

DeliveryStage delivery_stage(const Delivery *delivery);

/**
 * delivery_needs_connection() - whether the delivery still uses its connection. If it does not, another
 * delivery may use the connection.
 */
bool delivery_needs_connection(const Delivery *delivery);

/**
 * delivery_is_committed() - whether the row's state COMMITTED is written, or being written, and the server's
 * reply is still missing.
 */
bool delivery_is_committed(const Delivery *delivery);

/** delivery_go_on() - continue after a step of the connection. */
void delivery_go_on(Delivery *delivery);

/** delivery_of_order() - the delivery that submitted an order of the ledger writer. */
Delivery *delivery_of_order(const LedgerOrder *order);

/** delivery_written() - continue after the delivery's order was written or has failed. */
void delivery_written(Delivery *delivery);

/**
 * delivery_stop() - abort the delivery if it is in DELIVERY_SENDING and not committed. The row does not
 * change.
 */
void delivery_stop(Delivery *delivery);

/** delivery_server() - the state of the server; valid in DELIVERY_DONE. */
DeliveryServer delivery_server(const Delivery *delivery);

/**
 * delivery_result() - the result; valid in DELIVERY_DONE. Return: 0 if the row has its next state or did not
 * change; a condition of the store or negative errno if the ledger could not be written. After such a
 * failure the sender must stop.
 */
int delivery_result(const Delivery *delivery);
