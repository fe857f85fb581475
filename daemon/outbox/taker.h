#pragma once

/*
 * The takers of returned mail, as a table that is passed to outbox_new(). Each message is offered to them
 * in order until one accepts it. A message that no taker accepts stays in the mailbox for a person.
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
         * Return: 0 if it was processed and may be removed; TAKER_E_LEAVE; a condition of the store or
         * negative errno if nothing was done: the message is offered again later.
         */
        int (*take)(Store *store, const Config *config, const char *message, size_t len, usec_t now);
} OutboxTaker;
