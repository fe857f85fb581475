#pragma once

/*
 * A message that came back to the envelope sender of a mail: a delivery status notification (RFC 3464 in
 * the multipart/report of RFC 6522, RFC 6533's international one too), the older forms of qmail (QSBMF) and
 * Exim, or something that is no bounce at all. Pure; the input is not trusted.
 */

#include "base/cleanup.h"
#include "mail/bounce-recipient.h"
#include "mail/verp.h"

#include <stdbool.h>
#include <stddef.h>

enum {
        BOUNCE_RECIPIENTS_MAX = 32, /* more are left out */
        BOUNCE_MESSAGE_MAX =
                        1024 * 1024, /* octets that are looked at; what is told stands at the beginning */
};

typedef enum BounceKind {
        BOUNCE_KIND_REPORT,  /* says what became of the mail */
        BOUNCE_KIND_UNCLEAR, /* a mail server's, with nothing in it that could be read */
        BOUNCE_KIND_AUTO,    /* an automatic answer: out of office, a receipt, a complaint, a list's */
        BOUNCE_KIND_OTHER,   /* a person's, or none that can be read */
} BounceKind;

typedef struct Bounce {
        BounceKind kind;
        bool has_tag;
        VerpTag tag;           /* of the address that it came to */
        char envelope_id[128]; /* Original-Envelope-Id, "" */
        char reporter[256];    /* Reporting-MTA, "" */
        size_t n;
        BounceRecipient recipients[]; /* of a report at least one */
} Bounce;

/**
 * bounce_parse() - read a message
 * @recipient: the envelope's, where the caller knows it; NULL: of the headers alone
 * Return: 0, negative errno.
 */
int bounce_parse(const char *message, size_t len, const char *recipient, Bounce **ret);
Bounce *bounce_free(Bounce *bounce);
DEFINE_CLEANUP(Bounce, bounce_freep, bounce_free)

/** The meaning of a status for the address that the mail went to, the mildest first. */
typedef enum BounceClass {
        BOUNCE_CLASS_DELIVERED, /* it arrived, or was handed on to where nothing is told */
        BOUNCE_CLASS_MESSAGE,   /* nothing: the message, its sender or a policy was the reason */
        BOUNCE_CLASS_SOFT,      /* it cannot be reached for now */
        BOUNCE_CLASS_HARD,      /* there is no such mailbox */
} BounceClass;

/** bounce_class() - of one recipient; of several statuses that are at odds, the more particular counts. */
BounceClass bounce_class(const BounceRecipient *recipient);

/**
 * bounce_class_reply() - of an SMTP reply to MAIL, RCPT or the message, whole: "550 5.1.1 <x@example.org>:
 * no such user".
 */
BounceClass bounce_class_reply(const char *reply);

/**
 * bounce_verdict() - the recipient that counts of a report: that of @address, or else the one that fared
 * best. Borrowed.
 */
const BounceRecipient *bounce_verdict(const Bounce *bounce, const char *address);
