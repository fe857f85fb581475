#pragma once

/*
 * Inside of outbox/ only: a mail that the server refuses during the session. It is counted like a returned
 * mail.
 */

#include "mail/bounce.h"
#include "outbox/job.h"
#include "store/suppression.h"

typedef struct Rejection {
        ReturnedMail record;
        SuppressionLimit limit;
        char status[BOUNCE_STATUS_SIZE];
        usec_t now;
        bool counts;              /* the reply concerns the contact's address */
        SuppressionOutcome entry; /* result of the counting */
} Rejection;

/** rejection_init() - classify a reply. @ret borrows from @job and @reply and must not be moved. */
void rejection_init(Rejection *ret, const Job *job, const char *reply, usec_t now);

/**
 * rejection_write() - set the row to FAILED and count the refusal for the contact. Call it in a
 * transaction.
 */
int rejection_write(Store *store, Rejection *rejection);

/** rejection_tell() - log the refusal if it suppressed the contact. */
void rejection_tell(const Rejection *rejection, const Job *job);
