#pragma once

/*
 * Inside of remind/ only: one row of the ledger on its way out: is it still wanted, its bytes fixed, one attempt, and what that attempt
 * means (the table in the manual of the ledger's states). Nothing here waits: a delivery says whether its connection or the writer is to
 * be heard next.
 */

#include "base/clock.h"
#include "config/config.h"
#include "mail/smtp.h"
#include "outbox/ledger-writer.h"
#include "remind/compose-cache.h"
#include "store/ledger.h"

typedef struct Delivery Delivery;

/** What the deliveries of a thread share. */
typedef struct Outbox {
        Store *store;         /* read only */
        LedgerWriter *writer; /* writes the ledger */
        ComposeCache *cache;  /* of one configuration */
        const Clock *clock;
} Outbox;

typedef enum DeliveryStage {
        DELIVERY_SENDING, /* its connection is under way: delivery_go_on() when that has got further */
        DELIVERY_WRITING, /* an order is with the writer: delivery_written() when that gives it back */
        DELIVERY_DONE,
} DeliveryStage;

/** What a row showed of the server, for the throttle before it. */
typedef enum DeliveryServer {
        DELIVERY_NOT_ASKED,
        DELIVERY_SERVER_WORKS,  /* it took the mail, or refused this one */
        DELIVERY_SERVER_TROUBLE /* it could not be reached, or does not want to hear from us at all */
} DeliveryServer;

/**
 * delivery_begin() - do what is to be done for one row now
 * @outbox, @smtp: borrowed for the life of the delivery
 * @config: referenced
 * Return: 0; a store condition or negative errno when the ledger could not be read or there is no memory: then nothing was begun.
 */
int delivery_begin(const Outbox *outbox, Config *config, Smtp *smtp, int64_t mail, Delivery **ret);
Delivery *delivery_free(Delivery *delivery); /* one that is DELIVERY_DONE */
DEFINE_CLEANUP(Delivery, delivery_freep, delivery_free)

DeliveryStage delivery_stage(const Delivery *delivery);

/** delivery_needs_connection() - or another delivery may have it. */
bool delivery_needs_connection(const Delivery *delivery);

/** delivery_is_committed() - whether the server may have the mail, and its reply is owed; also while the commit is being written. */
bool delivery_is_committed(const Delivery *delivery);

/** delivery_go_on() - its connection has got somewhere. */
void delivery_go_on(Delivery *delivery);

/** delivery_of_order() - whose order it is; delivery_written() - it has been dealt with. */
Delivery *delivery_of_order(const LedgerOrder *order);
void delivery_written(Delivery *delivery);

/** delivery_stop() - end what is being sent and not committed; the row is left as it was. */
void delivery_stop(Delivery *delivery);

/** delivery_server() - at its end. */
DeliveryServer delivery_server(const Delivery *delivery);

/**
 * delivery_result() - at its end: 0 when the row was brought to its next state (also one that is not wanted any more), or was left as it
 * was; a store condition or negative errno when the ledger could not be written: then nothing more may be sent.
 */
int delivery_result(const Delivery *delivery);
