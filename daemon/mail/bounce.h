#pragma once

/*
 * Reads a message that was returned to the envelope sender of a mail: a delivery status notification (RFC
 * 3464 in the multipart/report of RFC 6522, and the international form of RFC 6533), the older forms of
 * qmail (QSBMF) and Exim, or a message that is not a bounce. Pure; the input is not trusted.
 */

#include "base/cleanup.h"
#include "mail/bounce-recipient.h"
#include "mail/verp.h"

#include <stdbool.h>
#include <stddef.h>

enum {
        BOUNCE_RECIPIENTS_MAX = 32,       /* more are left out */
        BOUNCE_MESSAGE_MAX = 1024 * 1024, /* octets that are read; the report is at the beginning */
};

typedef enum BounceKind {
        BOUNCE_KIND_REPORT,  /* tells the fate of the mail */
        BOUNCE_KIND_UNCLEAR, /* a mail server's, in an unknown form */
        BOUNCE_KIND_AUTO,    /* automatic: out of office, a receipt, a complaint, a mailing list's */
        BOUNCE_KIND_OTHER,   /* a person's, or unreadable */
} BounceKind;

typedef struct Bounce {
        BounceKind kind;
        bool has_tag;
        VerpTag tag;           /* of the address that received the message */
        char envelope_id[128]; /* Original-Envelope-Id; "" for none */
        char reporter[256];    /* Reporting-MTA; "" for none */
        size_t n;
        BounceRecipient recipients[]; /* at least one for a report */
} Bounce;

/**
 * bounce_parse() - read a message
 * @recipient: the envelope's recipient; NULL to search the headers alone
 * Return: 0, negative errno.
 */
int bounce_parse(const char *message, size_t len, const char *recipient, Bounce **ret);
Bounce *bounce_free(Bounce *bounce);
DEFINE_CLEANUP(Bounce, bounce_freep, bounce_free)

/** The meaning of a status for the address that the mail went to, the mildest first. */
typedef enum BounceClass {
        BOUNCE_CLASS_DELIVERED, /* delivered, or relayed to a server that sends no reports */
        BOUNCE_CLASS_MESSAGE,   /* no fault of the address, but of the message, its sender or a policy */
        BOUNCE_CLASS_SOFT,      /* not reachable at present */
        BOUNCE_CLASS_HARD,      /* there is no such mailbox */
} BounceClass;

/**
 * bounce_class() - classify one recipient; of several contradictory statuses the more specific one counts.
 */
BounceClass bounce_class(const BounceRecipient *recipient);

/**
 * bounce_class_reply() - classify a complete SMTP reply to MAIL, RCPT or the message: "550 5.1.1
 * <x@example.org>: no such user".
 */
BounceClass bounce_class_reply(const char *reply);

/**
 * bounce_verdict() - choose the decisive recipient of a report: the one with @address, or else the one with
 * the mildest class. Borrowed; NULL for none.
 */
const BounceRecipient *bounce_verdict(const Bounce *bounce, const char *address);
