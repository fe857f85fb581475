#pragma once

/*
 * Private to outbox/: the cause of a failed attempt. It determines which mails wait, and whether an
 * operator is informed.
 */

#include "mail/smtp.h"
#include "store/reason.h"

typedef enum Fault {
        FAULT_NONE,   /* the mail was sent, or the result is unknown */
        FAULT_MAIL,   /* the recipient's or this message's: greylisting, no such mailbox, too long */
        FAULT_SERVER, /* the server's: not reached, or it refused the session. All mails wait */
        FAULT_OURS,   /* the sender's: quota, permission, reputation, a policy. An operator has to act */
} Fault;

/** fault_of() - find the fault from the stage at which the attempt ended, and from the text of the reply. */
Fault fault_of(const SmtpOutcome *outcome);

/**
 * fault_reason() - the reason to record for a mail that waits after a fault; MAIL_REASON_NONE if the reply
 * of the server is reason enough
 */
MailReason fault_reason(Fault fault);

/**
 * fault_is_final() - whether the reply rejects this recipient or message permanently: FAULT_MAIL with a 5yz
 * reply
 */
bool fault_is_final(Fault fault, const SmtpOutcome *outcome);
