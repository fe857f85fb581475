#pragma once

/*
 * Mails that came back, and the contacts that are not mailed for it. What is counted belongs to the address
 * that the mail went to: a card that gets another one is mailed again. For the same address there is one
 * way out: suppression_clear().
 */

#include "base/buffer.h"
#include "store/store.h"

enum { SUPPRESSION_ADDRESS_SIZE = 320, SUPPRESSION_STATUS_SIZE = 16, SUPPRESSION_REASON_SIZE = 512 };

/* One mail that came back. */
typedef struct ReturnedMail {
        int64_t mail, contact;
        usec_t sent; /* when it went out; a mail from before the contact was restored does not count */
        const char *address; /* that it went to */
        bool hard;           /* there is no such mailbox; false: it could not be reached for now */
        const char *status;  /* "5.1.1", "" */
        const char *reason;  /* the server's words, "" */
} ReturnedMail;

/* When nothing more is sent: mails came back on so many different days of that span. */
typedef struct SuppressionLimit {
        int days;
        usec_t period;
} SuppressionLimit;

typedef enum SuppressionOutcome {
        SUPPRESSION_KNOWN, /* counted before, or from before the contact was restored, or the contact is gone */
        SUPPRESSION_COUNTED,
        SUPPRESSION_SUPPRESSED, /* counted, and nothing more is mailed from now on; what waits is closed */
} SuppressionOutcome;

/**
 * suppression_add() - count a mail that came back; a mail counts once, but a hard one for more than a soft
 * one. One transaction.
 */
int suppression_add(Store *store, const ReturnedMail *record, const SuppressionLimit *limit, usec_t now,
                SuppressionOutcome *ret);

/** suppression_delivered() - mail to the contact has arrived: forget its soft returns */
int suppression_delivered(Store *store, int64_t contact);

/** suppression_forget() - forget all soft returns before a moment: they count for no limit any more */
int suppression_forget(Store *store, usec_t before);

/* The returned mails that count against a contact's address. */
typedef struct SuppressionState {
        bool suppressed;
        char status[SUPPRESSION_STATUS_SIZE], reason[SUPPRESSION_REASON_SIZE]; /* of what suppressed it */
        usec_t since;                                                          /* when that was */
        int64_t n_soft; /* mails that came back softly and still count */
        usec_t last;    /* when the last one did; 0 */
} SuppressionState;

/**
 * suppression_state() - of a contact with this address; suppression_is_suppressed() - the first field alone
 */
int suppression_state(Store *store, int64_t contact, const char *address, SuppressionState *ret);
int suppression_is_suppressed(Store *store, int64_t contact, const char *address, bool *ret);

/** suppression_clear() - mail goes again; mails that were sent before this do not count any more */
int suppression_clear(Store *store, int64_t contact, usec_t now);

/**
 * suppression_count() - the number of contacts that are not mailed to their present address, and of those
 * with soft returns that count
 */
int suppression_count(Store *store, int64_t *ret_suppressed, int64_t *ret_soft);
