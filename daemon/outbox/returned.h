#pragma once

/*
 * Mail returned to bounces.address. The tag in the address identifies the mail that was returned. The report
 * is counted for the contact of that mail.
 */

#include "base/conditions.h"
#include "config/config.h"
#include "outbox/taker.h"
#include "store/suppression.h"

enum {
        /* a person's mail or an automatic answer: nothing was done */
        RETURNED_E_NO_BOUNCE = CONDITIONS_OUTBOX + 2,
        /* a bounce without a valid tag, or for an address that the contact no longer has */
        RETURNED_E_UNKNOWN = CONDITIONS_OUTBOX + 3,
};

/** The result of processing a message. */
typedef enum ReturnedOutcome {
        RETURNED_AUTOMATIC,     /* an automatic answer */
        RETURNED_NO_BOUNCE,     /* a person's mail */
        RETURNED_FOREIGN,       /* as RETURNED_E_UNKNOWN */
        RETURNED_NOT_LISTED,    /* the contact does not exist (any more), or has no address */
        RETURNED_OF_NO_ADDRESS, /* not about the address: the mail was too large or looked like spam */
        RETURNED_ARRIVED,       /* the mail was delivered: its contact's soft returns are deleted */
        RETURNED_KNOWN,         /* counted before, or older than the contact's `convene contact restore` */
        RETURNED_HARD,          /* no such mailbox; the contact is now suppressed */
        RETURNED_HARD_AGAIN,    /* no such mailbox; the contact was suppressed already */
        RETURNED_SOFT,          /* counted as temporary */
        RETURNED_DELAYED,       /* the server goes on trying: not counted */
        RETURNED_COMPLAINT,     /* the recipient marked the mail as spam; the contact gets no more mail */
        RETURNED_SOFT_TOO_LONG, /* temporary on bounces.soft_days days; the contact is now suppressed */
        RETURNED_N_OUTCOMES
} ReturnedOutcome;

/** The result in detail, for display. */
typedef struct ReturnedReport {
        ReturnedOutcome outcome;
        bool counted;                         /* this call counted the message for the contact */
        bool again;                           /* RETURNED_KNOWN: not counted by this call */
        bool suppressed;                      /* the contact is now suppressed */
        int64_t mail;                         /* id of the returned mail; 0 if unknown */
        char uid[256];                        /* of the contact, possibly truncated; "" without a contact */
        char status[SUPPRESSION_STATUS_SIZE]; /* such as "5.1.1"; "" if none */
        char words[SUPPRESSION_REASON_SIZE]; /* the server's text, which may contain addresses; "" if none */
} ReturnedReport;

/**
 * returned_take() - read a returned message and count it for the contact, in one transaction. The same
 * message counts once. Logs the result if the return value is 0.
 * @message:   as received, with LF or CRLF line ends
 * @recipient: the envelope recipient; if NULL, it is read from To, Delivered-To, X-Original-To and similar
 *             fields
 * @ret:       set if the return value is 0 or one of the two conditions above
 *
 * Return: 0 if the message was counted or needs no counting; RETURNED_E_NO_BOUNCE or RETURNED_E_UNKNOWN if
 * it cannot be counted and must not be tried again; a condition of the store or negative errno if nothing
 * was written and the call may be repeated later.
 */
int returned_take(Store *store, const Config *config, const char *message, size_t len, const char *recipient,
                usec_t now, ReturnedReport *ret);

/** returned_taker - takes the bounces from the mailbox and leaves all other messages. */
extern const OutboxTaker returned_taker;
