#pragma once

/*
 * Mail returned to bounces.address. The tag of the address names the mail that a report is about, and the
 * report is counted for the contact.
 */

#include "base/conditions.h"
#include "config/config.h"
#include "outbox/taker.h"
#include "store/suppression.h"

enum {
        /* a person's mail or an automatic answer: nothing was done */
        RETURNED_E_NO_BOUNCE = CONDITIONS_OUTBOX + 2,
        /* a bounce without a valid tag, or the contact's address has changed since */
        RETURNED_E_UNKNOWN = CONDITIONS_OUTBOX + 3,
};

/** The kind of a message and its effect. */
typedef enum ReturnedOutcome {
        RETURNED_AUTOMATIC,     /* an automatic answer */
        RETURNED_NO_BOUNCE,     /* a person's mail */
        RETURNED_FOREIGN,       /* RETURNED_E_UNKNOWN */
        RETURNED_NOT_LISTED,    /* the contact does not exist (any more), or has no address */
        RETURNED_OF_NO_ADDRESS, /* says nothing about the address: mail too large, refused as spam */
        RETURNED_ARRIVED,
        RETURNED_KNOWN,         /* counted before, or older than `convene contact restore` */
        RETURNED_HARD,          /* no such mailbox; the contact is now suppressed */
        RETURNED_HARD_AGAIN,    /* no such mailbox; the contact was suppressed already */
        RETURNED_SOFT,          /* counted as temporary */
        RETURNED_SOFT_TOO_LONG, /* temporary for days; the contact is now suppressed */
        RETURNED_N_OUTCOMES
} ReturnedOutcome;

/** The result, for display. */
typedef struct ReturnedReport {
        ReturnedOutcome outcome;
        bool counted;                         /* counted for the contact */
        bool again;                           /* counted before */
        bool suppressed;                      /* the contact is now suppressed */
        int64_t mail;                         /* id of the returned mail; 0 if unknown */
        char uid[256];                        /* of the contact, possibly truncated; "" if there is none */
        char status[SUPPRESSION_STATUS_SIZE]; /* "5.1.1", "" */
        char words[SUPPRESSION_REASON_SIZE]; /* the server's text, which may contain addresses; "" if none */
} ReturnedReport;

/**
 * returned_take() - read a returned message and count it for the contact, in one transaction. The same
 * message counts once. Logs the result.
 * @message:   as received, with LF or CRLF line ends
 * @recipient: the envelope recipient; NULL: it is taken from To, Delivered-To, X-Original-To and similar
 *             fields
 * @ret:       set on 0 and on both conditions
 *
 * Return: 0 if the message was counted or needs no counting; RETURNED_E_NO_BOUNCE or RETURNED_E_UNKNOWN if
 * it cannot be counted: do not try it again; a condition of the store or negative errno if nothing was
 * written: try it again later.
 */
int returned_take(Store *store, const Config *config, const char *message, size_t len, const char *recipient,
                usec_t now, ReturnedReport *ret);

/** returned_taker - takes the bounces from the mailbox and leaves all other messages. */
extern const OutboxTaker returned_taker;
