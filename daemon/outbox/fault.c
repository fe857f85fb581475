#include "outbox/fault.h"

#include "mail/bounce.h"

enum { REPLY_REFUSED_MIN = 400, REPLY_PERMANENT_MIN = 500 };

Fault fault_of(const SmtpOutcome *outcome)
{
        if (outcome->verdict == SMTP_SENT || outcome->verdict == SMTP_UNKNOWN)
                return FAULT_NONE;
        if (outcome->reply_code >= REPLY_REFUSED_MIN &&
                        bounce_class_reply(outcome->reply) == BOUNCE_CLASS_OURS)
                return FAULT_OURS;
        return outcome->concerns_mail ? FAULT_MAIL : FAULT_SERVER;
}

MailReason fault_reason(Fault fault)
{
        return fault == FAULT_OURS     ? MAIL_REASON_OURS
               : fault == FAULT_SERVER ? MAIL_REASON_SERVER
                                       : MAIL_REASON_NONE;
}

bool fault_is_final(Fault fault, const SmtpOutcome *outcome)
{
        return fault == FAULT_MAIL && outcome->reply_code >= REPLY_PERMANENT_MIN;
}
