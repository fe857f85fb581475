#pragma once

/*
 * Private to outbox/: a mail that the server rejects during the session. It is counted like a returned mail.
 */

#include "mail/bounce.h"
#include "outbox/job.h"
#include "store/suppression.h"

typedef struct Rejection {
        ReturnedMail record;
        MailState from;
        SuppressionLimit limit;
        char status[BOUNCE_STATUS_SIZE];
        usec_t now;
        const MailCompanion *companions; /* the other rows of a new bundle */
        size_t n_companions;
        bool counts;              /* the reply concerns the contact's address */
        SuppressionOutcome entry; /* set by rejection_write() */
} Rejection;

/**
 * rejection_init() - classify the server's reply
 * @ret:  borrows from @job and @reply, and must not be moved in memory
 * @from: the state of the rows: PENDING before the commit, COMMITTED after it
 */
void rejection_init(Rejection *ret, const Job *job, MailState from, const char *reply, usec_t now);

/**
 * rejection_write() - set the rows of the mail to FAILED, and count the rejection for the contact's
 * address. Call it in a transaction.
 * Return: 0; STORE_E_CONFLICT if the row was closed or sent in another mail in the meantime: nothing is
 * changed; another condition of the store, or negative errno.
 */
int rejection_write(Store *store, Rejection *rejection);

/** rejection_tell() - log the rejection if it caused the suppression of the contact. */
void rejection_tell(const Rejection *rejection, const Job *job);
