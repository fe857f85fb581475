#pragma once

/*
 * One row of the ledger on its way out: is it still wanted, its bytes fixed, one attempt, and what that attempt means (the table in the
 * manual of the ledger's states). Runs on an SMTP thread with a store and a connection of its own.
 */

#include "base/clock.h"
#include "config/config.h"
#include "mail/smtp.h"
#include "remind/patterns.h"
#include "remind/scribe.h"
#include "store/ledger.h"

/** What a row showed of the server, for the gate before it. */
typedef enum OutboxServer {
        OUTBOX_NOT_ASKED,
        OUTBOX_SERVER_WORKS,  /* it took the mail, or refused this one */
        OUTBOX_SERVER_TROUBLE /* it could not be reached, or does not want to hear from us at all */
} OutboxServer;

/**
 * The end of a thread's last mail on its way into the ledger: written with its next mail's commit, or by receipt_settle(), which a thread
 * calls before it waits for work, or ends.
 */
typedef struct Receipt Receipt;

int receipt_new(Receipt **ret);
Receipt *receipt_free(Receipt *receipt);
DEFINE_CLEANUP(Receipt, receipt_freep, receipt_free)

/** receipt_settle() - have it on the disk. Return: as outbox_send(). */
int receipt_settle(Receipt *receipt, Scribe *scribe);

typedef struct Outbox {
        Store *store;   /* read only */
        Scribe *scribe; /* writes the ledger */
        Receipt *receipt;
        Patterns *patterns;
        const Clock *clock;
        const Config *config;
        Smtp *smtp;
        bool (*on_wait)(bool committed,
                        void *userdata); /* as SmtpMail has it; also asked right before the commit, and told right after */
        void *userdata;
} Outbox;

/**
 * outbox_send() - do what is to be done for one row now
 *
 * Return: 0 when the row was brought to its next state (also one that is not wanted any more), or left as it was because on_wait said
 * so; a store condition or negative errno when
 * the ledger could not be written: then nothing more may be sent.
 */
int outbox_send(Outbox *outbox, int64_t mail, OutboxServer *ret_server);
