#pragma once

/*
 * Inside of outbox/ only: a mail that the server refuses in the session, which counts as one that comes
 * back later.
 */

#include "mail/bounce.h"
#include "outbox/job.h"
#include "store/suppression.h"

typedef struct Rejection {
        ReturnedMail record;
        SuppressionLimit limit;
        char status[BOUNCE_STATUS_SIZE];
        usec_t now;
        bool counts;              /* it says something of the address */
        SuppressionOutcome entry; /* what became of it */
} Rejection;

/** rejection_init() - @ret borrows from @job and @reply, and is not moved. */
void rejection_init(Rejection *ret, const Job *job, const char *reply, usec_t now);

/**
 * rejection_write() - the row becomes FAILED, and what the reply says of the address is counted for the
 * contact; within a transaction.
 */
int rejection_write(Store *store, Rejection *rejection);

/** rejection_tell() - tell the journal where the contact is not mailed any more for it. */
void rejection_tell(const Rejection *rejection, const Job *job);
