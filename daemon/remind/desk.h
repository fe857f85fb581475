#pragma once

/* Inside of remind/ only: a connection to the mail server, and the mail that is going over it. */

#include "remind/delivery.h"

typedef struct Desk {
        Config *config; /* it was made by; NULL before the first mail: a daemon that has nothing to send keeps no connections */
        Smtp *smtp;
        Delivery *delivery; /* borrowed */
        size_t n_sockets;   /* of those that are polled */
} Desk;

/** desk_check() - whether what a connection needs is there; the journal has why not. */
int desk_check(const Config *config);

/** desk_open() - make it ready for a mail by @config (referenced), anew where it was made by another one. */
int desk_open(Desk *desk, Config *config);
void desk_done(Desk *desk);
