#pragma once

/*
 * Returned mails, and the contacts that get no mail because of them. The count belongs to the address: a
 * contact whose card has a new address gets mail again. For the same address only suppression_clear() ends
 * the suppression.
 */

#include "base/buffer.h"
#include "store/store.h"

enum { SUPPRESSION_ADDRESS_SIZE = 320, SUPPRESSION_STATUS_SIZE = 16, SUPPRESSION_REASON_SIZE = 512 };

/* One returned mail. */
typedef struct ReturnedMail {
        int64_t mail, contact;
        usec_t sent;         /* when it was sent; not counted if before suppression_clear() */
        const char *address; /* the address it was sent to */
        bool hard;           /* no such mailbox; false: a temporary failure */
        const char *status;  /* "5.1.1", "" */
        const char *reason;  /* the server's text, "" */
} ReturnedMail;

/* The limit for suppression: mails were returned on this number of different days within the period. */
typedef struct SuppressionLimit {
        int days;
        usec_t period;
} SuppressionLimit;

typedef enum SuppressionOutcome {
        SUPPRESSION_KNOWN, /* counted before, sent before suppression_clear(), or contact gone */
        SUPPRESSION_COUNTED,
        SUPPRESSION_SUPPRESSED, /* counted; contact suppressed now, its waiting mails closed */
} SuppressionOutcome;

/**
 * suppression_add() - count a returned mail, in one transaction. A mail counts once; a hard return replaces
 * a soft return of the same mail.
 */
int suppression_add(Store *store, const ReturnedMail *record, const SuppressionLimit *limit, usec_t now,
                SuppressionOutcome *ret);

/** suppression_delivered() - forget the soft returns of a contact, because a mail was delivered */
int suppression_delivered(Store *store, int64_t contact);

/** suppression_forget() - forget all soft returns before a time: they no longer count for any limit */
int suppression_forget(Store *store, usec_t before);

/* The returned mails that count for a contact's address. */
typedef struct SuppressionState {
        bool suppressed;
        char status[SUPPRESSION_STATUS_SIZE], reason[SUPPRESSION_REASON_SIZE]; /* of the last cause */
        usec_t since;                                                          /* when it began */
        int64_t n_soft; /* temporary returns that still count */
        usec_t last;    /* time of the last one; 0 */
} SuppressionState;

/**
 * suppression_state() - the state of a contact with this address
 * suppression_is_suppressed() - only its first field
 */
int suppression_state(Store *store, int64_t contact, const char *address, SuppressionState *ret);
int suppression_is_suppressed(Store *store, int64_t contact, const char *address, bool *ret);

/** suppression_clear() - end the suppression of a contact; mails sent before @now no longer count */
int suppression_clear(Store *store, int64_t contact, usec_t now);

/**
 * suppression_count() - the number of contacts whose present address is suppressed, and of those with soft
 * returns that count
 */
int suppression_count(Store *store, int64_t *ret_suppressed, int64_t *ret_soft);
