#pragma once

/*
 * Returned mails, and the contacts that get no mail because of them. The count belongs to the address: if a
 * contact's card gets a new address, the contact gets mail again. For the same address only
 * suppression_clear() ends the suppression.
 */

#include "base/buffer.h"
#include "store/store.h"

enum { SUPPRESSION_ADDRESS_SIZE = 320, SUPPRESSION_STATUS_SIZE = 16, SUPPRESSION_REASON_SIZE = 512 };

/* One returned mail. */
typedef struct ReturnedMail {
        int64_t mail, contact;
        usec_t sent;         /* when it was sent; a mail sent before suppression_clear() does not count */
        const char *address; /* the address it was sent to */
        bool hard;           /* true: no such mailbox; false: a temporary failure */
        const char *status;  /* "5.1.1"; "" for none */
        const char *reason;  /* the server's text; "" for none */
} ReturnedMail;

/* The limit for suppression: within the period, mails were returned on this number of different days. */
typedef struct SuppressionLimit {
        int days;
        usec_t period;
} SuppressionLimit;

typedef enum SuppressionOutcome {
        SUPPRESSION_KNOWN, /* not counted: counted before, sent before suppression_clear(), or no contact */
        SUPPRESSION_COUNTED,
        SUPPRESSION_SUPPRESSED, /* counted; the contact is now suppressed and its waiting mails are closed */
} SuppressionOutcome;

/**
 * suppression_add() - count a returned mail, in one transaction. A mail counts once; a hard return replaces
 * a soft return of the same mail.
 */
int suppression_add(Store *store, const ReturnedMail *record, const SuppressionLimit *limit, usec_t now,
                SuppressionOutcome *ret);

/**
 * suppression_put() - suppress a contact again that was suppressed before, as when its card comes back
 * @cause: the contact, and the address, status and reason of the suppression
 * @at:    when it began
 */
int suppression_put(Store *store, const ReturnedMail *cause, usec_t at);

/** suppression_delivered() - delete the soft returns of a contact, because a mail was delivered */
int suppression_delivered(Store *store, int64_t contact);

/**
 * suppression_forget() - delete all soft returns from before a time, which no longer count for any limit
 */
int suppression_forget(Store *store, usec_t before);

/* The returned mails that count for a contact's address. */
typedef struct SuppressionState {
        bool suppressed;
        char status[SUPPRESSION_STATUS_SIZE], reason[SUPPRESSION_REASON_SIZE]; /* of the last cause */
        usec_t since;                                                          /* start of the suppression */
        int64_t n_soft; /* temporary returns that still count */
        usec_t last;    /* time of the last temporary return; 0 if there is none */
} SuppressionState;

/**
 * suppression_state() - the state of a contact with this address
 * suppression_is_suppressed() - only the field `suppressed` of the state
 */
int suppression_state(Store *store, int64_t contact, const char *address, SuppressionState *ret);
int suppression_is_suppressed(Store *store, int64_t contact, const char *address, bool *ret);

/** suppression_clear() - end the suppression of a contact; mails sent before @now no longer count */
int suppression_clear(Store *store, int64_t contact, usec_t now);

/**
 * suppression_count() - count contacts
 * @ret_suppressed: contacts whose present address is suppressed
 * @ret_soft:       contacts with soft returns that still count
 */
int suppression_count(Store *store, int64_t *ret_suppressed, int64_t *ret_soft);
