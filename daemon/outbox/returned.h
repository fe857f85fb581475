#pragma once

/*
 * Mail that came back to bounces.address: the mail that it reports on is found by its tag, and the report
 * is counted for the contact.
 */

#include "base/conditions.h"
#include "config/config.h"
#include "outbox/taker.h"
#include "store/suppression.h"

enum {
        /* a person's mail, an automatic answer: nothing was done, and nothing is to be */
        RETURNED_E_NO_BOUNCE = CONDITIONS_OUTBOX + 2,
        /* a bounce, but of no mail of ours: no tag, a forged one, or the contact's address has changed since */
        RETURNED_E_UNKNOWN = CONDITIONS_OUTBOX + 3,
};

/** The kind of a message, and its effect. */
typedef enum ReturnedOutcome {
        RETURNED_AUTOMATIC,     /* an automatic answer */
        RETURNED_NO_BOUNCE,     /* a person's mail */
        RETURNED_FOREIGN,       /* RETURNED_E_UNKNOWN */
        RETURNED_NOT_LISTED,    /* the contact of the mail is gone, or never was */
        RETURNED_OF_NO_ADDRESS, /* nothing about the contact's address: too large, refused as spam */
        RETURNED_ARRIVED,
        RETURNED_KNOWN,         /* counted before, or older than `convene contact restore` */
        RETURNED_HARD,          /* no such mailbox; nothing is mailed to the contact from now on */
        RETURNED_HARD_AGAIN,    /* no such mailbox; nothing was mailed to it already */
        RETURNED_SOFT,          /* counted */
        RETURNED_SOFT_TOO_LONG, /* for many days; nothing is mailed to the contact from now on */
        RETURNED_N_OUTCOMES
} ReturnedOutcome;

/** The result, to be shown. */
typedef struct ReturnedReport {
        ReturnedOutcome outcome;
        bool counted;    /* for the contact */
        bool again;      /* it had been counted before */
        bool suppressed; /* nothing is mailed to the contact from now on */
        int64_t mail;    /* that came back; 0 where it is not known */
        char uid[256];   /* of the contact, cut where it is longer; "" where there is none */
        char status[SUPPRESSION_STATUS_SIZE]; /* "5.1.1", "" */
        char words[SUPPRESSION_REASON_SIZE];  /* the server's, which may quote addresses; "" */
} ReturnedReport;

/**
 * returned_take() - read a message and enter what it says; one transaction, and the same message twice
 * counts once. Tells the journal.
 * @message:   as it came, with LF or CRLF ends
 * @recipient: the envelope's, where the caller knows it; NULL: To, Delivered-To, X-Original-To
 *             and the like tell
 * @ret:       set for 0 and for both conditions
 *
 * Return: 0 when it was counted, or needs not be; RETURNED_E_NO_BOUNCE, RETURNED_E_UNKNOWN: it will never
 * be, and may be put away; a condition of the store or negative errno: nothing was entered, and it is to be
 * handed over once more later.
 */
int returned_take(Store *store, const Config *config, const char *message, size_t len, const char *recipient,
                usec_t now, ReturnedReport *ret);

/** returned_taker - takes the bounces out of the mailbox, and leaves everything else. */
extern const OutboxTaker returned_taker;
