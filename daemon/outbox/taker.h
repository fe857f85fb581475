#pragma once

/*
 * The takers of mail that comes back to the mailbox, as a table that is handed to outbox_new(). Each
 * message is shown to them in order until one takes it; a message that none takes stays in the mailbox for
 * a person.
 */

#include "base/conditions.h"
#include "config/config.h"
#include "store/store.h"

enum { TAKER_E_LEAVE = CONDITIONS_OUTBOX + 1 }; /* not this taker's matter */

typedef struct OutboxTaker {
        const char *name;

        /*
         * @message: as it came, with LF or CRLF ends
         * Return: 0 when it was dealt with and may be removed; TAKER_E_LEAVE; a condition of the store or negative errno: nothing was done,
         * and it is shown again later.
         */
        int (*take)(Store *store, const Config *config, const char *message, size_t len, usec_t now);
} OutboxTaker;
