#pragma once

/*
 * The takers of returned mail, as a table that is passed to outbox_new(). Each message of the mailbox is
 * offered to the takers in the table's order, until one takes it. A message that no taker takes stays in
 * the mailbox for a person.
 */

#include "base/conditions.h"
#include "config/config.h"
#include "store/store.h"

enum { TAKER_E_LEAVE = CONDITIONS_OUTBOX + 1 }; /* the message is not for this taker */

typedef struct OutboxTaker {
        const char *name;

        /*
         * Processes a message.
         * @message: as received, with LF or CRLF line ends
         * Return: 0 if the message was processed and may be removed from the mailbox; TAKER_E_LEAVE; a
         * condition of the store or negative errno if nothing was done and the message is to be offered
         * again later.
         */
        int (*take)(Store *store, const Config *config, const char *message, size_t len, usec_t now);
} OutboxTaker;
