#pragma once

/* Inside of remind/ only: a mail that the server refuses in the session, which is the same thing as one that comes back later. */

#include "mail/bounce.h"
#include "remind/errand.h"
#include "store/bounce.h"

typedef struct Refusal {
        BounceRecord record;
        BounceLimit limit;
        char status[BOUNCE_STATUS_SIZE];
        usec_t now;
        bool counts;       /* it says something of the address */
        BounceEntry entry; /* what became of it */
} Refusal;

/** refusal_init() - @ret borrows from @errand and @reply, and is not moved. */
void refusal_init(Refusal *ret, const Errand *errand, const char *reply, usec_t now);

/** refusal_write() - the row becomes FAILED, and what the reply says of the address is counted for the contact; within a transaction. */
int refusal_write(Store *store, Refusal *refusal);

/** refusal_tell() - to the journal, when it is written and the contact is not mailed any more for it. */
void refusal_tell(const Refusal *refusal, const Errand *errand);
