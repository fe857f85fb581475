#pragma once

/* Inside of outbox/ only: a connection to the mail server, and the mail that is going over it. */

#include "outbox/delivery.h"

typedef struct Connection {
        Config *config; /* that it was made by; NULL before the first mail */
        Smtp *smtp;
        Delivery *delivery; /* borrowed */
        size_t n_sockets;   /* of those that are polled */
} Connection;

/**
 * connection_check() - whether the files that a connection needs can be read; the journal has the fault.
 * Return: 0 or negative errno.
 */
int connection_check(const Config *config);

/**
 * connection_open() - make it ready for a mail by @config (referenced); one of another configuration is
 * closed first. Return: 0 or negative errno.
 */
int connection_open(Connection *connection, Config *config);
void connection_done(Connection *connection);
