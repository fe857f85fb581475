#pragma once

/* Inside of outbox/ only: a connection to the mail server and the delivery that uses it. */

#include "outbox/delivery.h"

typedef struct Connection {
        Config *config; /* the configuration of `smtp`; NULL before the first mail */
        Smtp *smtp;
        Delivery *delivery; /* borrowed */
        size_t n_sockets;   /* sockets of this connection in the current poll */
} Connection;

/**
 * connection_check() - check that the files that a connection needs can be read; log the fault. Return: 0
 * or negative errno.
 */
int connection_check(const Config *config);

/**
 * connection_open() - prepare the connection for a mail with @config (referenced). A connection made with
 * another configuration is closed first. Return: 0 or negative errno.
 */
int connection_open(Connection *connection, Config *config);
void connection_done(Connection *connection);
