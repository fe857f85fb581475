#pragma once

/* A connection to the configured mail server, and the delivery that uses it. */

#include "outbox/delivery.h"

typedef struct Connection {
        Config *config; /* `smtp` was made with it; NULL before the first mail */
        Smtp *smtp;
        Delivery *delivery; /* borrowed; NULL while the connection is free */
        size_t n_sockets;   /* number of its sockets in the current poll */
} Connection;

/**
 * connection_smtp_new() - make a submitter with the configuration's server and account; it does not connect
 * @on_dialogue: gets each line of the dialogue; NULL for none
 * Return: 0 or negative errno. A password file that cannot be read is logged.
 */
int connection_smtp_new(const Config *config, SmtpDialogue on_dialogue, void *userdata, Smtp **ret);

/**
 * connection_check() - check that the files needed by a connection can be read; log a file that cannot.
 * Return: 0 or negative errno.
 */
int connection_check(const Config *config);

/**
 * connection_open() - prepare the connection for a mail, without connecting. If it was made with another
 * configuration, it is closed first.
 * @config: referenced
 * Return: 0 or negative errno.
 */
int connection_open(Connection *connection, Config *config);
void connection_done(Connection *connection);
