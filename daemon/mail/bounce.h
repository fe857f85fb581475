#pragma once

/*
 * Reads a message that was returned to the envelope sender of a mail: a delivery status notification (RFC
 * 3464 in the multipart/report of RFC 6522, and the international form of RFC 6533), the older forms of
 * qmail (QSBMF) and Exim, a text of a mail server that says that a mailbox does not exist, a complaint (RFC
 * 5965), or a message that is not a bounce. The functions have no side effects, and do not
 * trust their input.
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
        BOUNCE_KIND_REPORT,    /* reports whether the mail was delivered */
        BOUNCE_KIND_UNCLEAR,   /* from a mail server, but in an unknown form */
        BOUNCE_KIND_COMPLAINT, /* the recipient has marked the mail as unwanted (RFC 5965) */
        BOUNCE_KIND_AUTO,      /* another automatic message: out of office, receipt, mailing list */
        BOUNCE_KIND_OTHER,     /* from a person, or unreadable */
} BounceKind;

typedef struct Bounce {
        BounceKind kind;
        bool has_tag;
        VerpTag tag;           /* in the address to which the message was sent; only if has_tag */
        char envelope_id[128]; /* Original-Envelope-Id; "" for none */
        char reporter[256];    /* Reporting-MTA; "" for none */
        size_t n;
        BounceRecipient recipients[]; /* at least one for a report */
} Bounce;

/**
 * bounce_parse() - read a message
 * @recipient: the envelope's recipient, which may have the tag; if NULL, only the headers are searched for
 *             it
 *
 * Return: 0, negative errno.
 */
int bounce_parse(const char *message, size_t len, const char *recipient, Bounce **ret);
Bounce *bounce_free(Bounce *bounce);
DEFINE_CLEANUP(Bounce, bounce_freep, bounce_free)

/** The meaning of a status for the address to which the mail was sent, the mildest first. */
typedef enum BounceClass {
        BOUNCE_CLASS_DELIVERED, /* delivered, or relayed to a server that sends no reports */
        BOUNCE_CLASS_MESSAGE,   /* the fault is in this message: too long, malformed */
        BOUNCE_CLASS_OURS,      /* the fault is the sender's: quota, permission, reputation, a policy */
        BOUNCE_CLASS_SOFT,      /* not reachable at present */
        BOUNCE_CLASS_HARD,      /* there is no such mailbox */
} BounceClass;

/**
 * bounce_class() - classify one recipient. If its Status field is missing or says only x.0.0, the status in
 * the reply text counts.
 */
BounceClass bounce_class(const BounceRecipient *recipient);

/**
 * bounce_class_reply() - classify a complete SMTP reply to MAIL, RCPT or the message: "550 5.1.1
 * <x@example.org>: no such user".
 */
BounceClass bounce_class_reply(const char *reply);

/**
 * bounce_verdict() - choose the decisive recipient of a report: the one with @address, or else the one with
 * the mildest class. The result is borrowed; NULL if there is no recipient.
 */
const BounceRecipient *bounce_verdict(const Bounce *bounce, const char *address);
