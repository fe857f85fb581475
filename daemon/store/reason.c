#include "store/reason.h"

#include <stdio.h>

static const struct {
        const char *name, *text;
} reasons[MAIL_N_REASONS] = {
        [MAIL_REASON_NONE] = { "", "" },
        [MAIL_REASON_OVERTAKEN] = { "overtaken", "overtaken by a nearer reminder" },
        [MAIL_REASON_NOTICE] = { "notice", "told by the notice of the change" },
        [MAIL_REASON_LATE] = { "late",
                        "event or subscription came after this moment, and mail.late is skip" },
        [MAIL_REASON_POINTLESS] = { "pointless", "it had become pointless before the mail could go" },
        [MAIL_REASON_REMINDERS_OFF] = { "reminders-off",
                        "the contact's card says X-CONVENED-REMINDERS:OFF" },
        [MAIL_REASON_NO_ADDRESS] = { "no-address", "the contact has no mail address" },
        [MAIL_REASON_NOT_ASCII] = { "not-ascii",
                        "the name of the contact's mailbox is not ASCII, which mail servers do not take" },
        [MAIL_REASON_STOPPED] = { "stopped", "the contact wants no mail" },
        [MAIL_REASON_OPTED_OUT] = { "opted-out", "the contact opted out" },
        [MAIL_REASON_SUPPRESSED] = { "suppressed", "mail to the contact's address comes back" },
        [MAIL_REASON_EVENT_MUTED] = { "event-muted", "the contact wants no mail about this event" },
        [MAIL_REASON_KIND_MUTED] = { "kind-muted", "the contact wants no mail about events of this kind" },
        [MAIL_REASON_DIGEST] = { "digest", "the contact gets an agenda instead" },
        [MAIL_REASON_CONTACT_GONE] = { "contact-gone", "the contact is gone" },
        [MAIL_REASON_EVENT_GONE] = { "event-gone", "the event is gone" },
        [MAIL_REASON_EVENT_MOVED] = { "event-moved", "the event has moved or does not take place" },
        [MAIL_REASON_CHANGED_AGAIN] = { "changed-again", "overtaken by another change of the event" },
        [MAIL_REASON_NO_DIGEST] = { "no-digest", "the contact wants no agenda any more" },
        [MAIL_REASON_NOTHING_TO_TELL] = { "nothing-to-tell", "there is nothing to tell" },
        [MAIL_REASON_NOTHING_TO_CONFIRM] = { "nothing-to-confirm", "there is nothing to confirm any more" },
        [MAIL_REASON_QUIET_HOURS] = { "quiet-hours", "the contact's quiet hours" },
        [MAIL_REASON_BAD_ADDRESS] = { "bad-address", "an address that no mail can be sent to or from" },
        [MAIL_REASON_NOT_COMPOSED] = { "not-composed",
                        "no mail could be made of it: is the sender's or the contact's address right?" },
        [MAIL_REASON_NO_REPLY] = { "no-reply", "twice no reply after the message was handed over" },
        [MAIL_REASON_INTERRUPTED] = { "interrupted", "interrupted after the message was handed over" },
        [MAIL_REASON_INTERRUPTED_TWICE] = { "interrupted-twice",
                        "interrupted twice after the message was handed over" },
        [MAIL_REASON_RETURNED] = { "returned", "came back" },
        [MAIL_REASON_TOO_LONG] = { "too-long", "no mail could be made of it: it would be too long" },
        [MAIL_REASON_CHANGED_SINCE] = { "changed-since",
                        "the event has changed since the mail was handed over" },
        [MAIL_REASON_NO_BYTES] = { "no-bytes", "the bytes of the mail are gone, or cannot be read" },
        [MAIL_REASON_NOT_PUBLIC] = { "not-public",
                        "the event is not public, and the office has not listed the contact for it alone" },
        [MAIL_REASON_NOT_LISTED] = { "not-listed", "the contact is not listed for the event any more" },
        [MAIL_REASON_NO_KIND] = { "no-kind", "this program makes no mails of this kind" },
        [MAIL_REASON_RESTORED] = { "restored", "it may have gone before an older store was put back" },
        [MAIL_REASON_OURS] = { "ours", "the mail server refuses mail of this sender" },
        [MAIL_REASON_SERVER] = { "server", "the mail server cannot be reached, or refuses the connection" },
        [MAIL_REASON_ZONE_RENAMED] = { "zone-renamed",
                        "the contact was reminded already; only the name of the time zone has changed" },
        [MAIL_REASON_DAMAGED] = { "damaged", "what it is about is in a damaged part of the store" },
        [MAIL_REASON_UNTOLD] = { "untold", "the change was made with --notify=no" },
        [MAIL_REASON_WITH_WHOLE] = { "with-whole", "told in the mail about the event that it is a part of" },
        [MAIL_REASON_NO_UTF8] = { "no-utf8",
                        "the name of the contact's mailbox is not ASCII, and the mail server does not take that (SMTPUTF8)" },
        [MAIL_REASON_SETTLING] = { "settling", "waits for further changes of the event" },
        [MAIL_REASON_WITHDRAWN] = { "withdrawn", "the office has stopped the mail" },
        [MAIL_REASON_LATER_DIGEST] = { "later-digest", "overtaken by a later agenda" },
};

/* A newer program may have written a code that is unknown here; it becomes MAIL_REASON_NONE. */
static MailReason known(MailReason reason)
{
        return reason < MAIL_N_REASONS ? reason : MAIL_REASON_NONE;
}

const char *mail_reason_name(MailReason reason)
{
        return reasons[known(reason)].name;
}

const char *mail_reason_text(MailReason reason)
{
        return reasons[known(reason)].text;
}

void mail_reason_write(MailReason reason, const char *reply, char *ret, size_t size)
{
        const char *text = mail_reason_text(reason);
        snprintf(ret, size, "%s%s%s", text, text[0] && reply[0] ? ": " : "", reply);
}
