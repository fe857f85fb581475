#pragma once

/* Inside of remind/ only: a connection to the mail server, and the mail that is going over it. */

#include "outbox/delivery.h"

typedef struct Connection {
        Config *config; /* it was made by; NULL before the first mail: a daemon that has nothing to send keeps no connections */
        Smtp *smtp;
        Delivery *delivery; /* borrowed */
        size_t n_sockets;   /* of those that are polled */
} Connection;

/** connection_check() - whether what a connection needs is there; the journal has why not. */
int connection_check(const Config *config);

/** connection_open() - make it ready for a mail by @config (referenced), anew where it was made by another one. */
int connection_open(Connection *connection, Config *config);
void connection_done(Connection *connection);
