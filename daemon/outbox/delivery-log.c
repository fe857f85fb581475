#include "outbox/delivery-internal.h"

#include <stdio.h>

enum { REPLY_BYTES = 512 /* the maximum that an entry quotes of a reply */ };

static void quote_reply(const char *reply, bool addresses, char ret[static REPLY_BYTES])
{
        if (addresses)
                snprintf(ret, REPLY_BYTES, "%.*s", REPLY_BYTES - 1, reply);
        else
                log_hide_addresses(reply, ret, REPLY_BYTES);
}

/*
 * Writes a journal entry. It names a contact by the UID of the card. A reply of the server may quote
 * addresses; they are logged only if log.addresses is set.
 */
static void tell(const Delivery *delivery, JournalKind kind, const char *what, const char *reply)
{
        const Job *job = &delivery->job;
        bool addresses = delivery->config->log.addresses;
        const char *contact = job->contact_record ? job->contact_record->uid : NULL;
        const char *uid = job->mail->uid; /* "" for a mail that is about no event, such as a confirmation */
        char id[24], more[48] = "", hidden[REPLY_BYTES];
        if (job->n_companions > 0)
                snprintf(more, sizeof(more), " and %zu more in one mail", job->n_companions);
        if (reply) {
                quote_reply(reply, addresses, hidden);
                reply = hidden;
        }
        snprintf(id, sizeof(id), "%lld", (long long)job->mail->id);
        log_kind(kind,
                        LOG_FIELDS({ "MAIL_ID", id }, { "MAIL_KIND", job->mail->kind },
                                        { "EVENT_UID", uid[0] ? uid : NULL }, { "CONTACT", contact },
                                        { "ADDRESS", addresses ? job->address : NULL },
                                        { "SMTP_REPLY", reply }),
                        "mail %s (%s)%s%s%s to %s: %s%s%s", id, job->mail->kind, uid[0] ? " of " : "", uid,
                        more, contact ? contact : "a reader who is not listed", what,
                        reply && reply[0] ? ": " : "", reply ? reply : "");
}

static JournalKind kind_of_end(MailState state)
{
        return state == MAIL_PENDING  ? JOURNAL_MAIL_DEFERRED
               : state == MAIL_PARKED ? JOURNAL_MAIL_PARKED
               : state == MAIL_FAILED ? JOURNAL_MAIL_FAILED
                                      : JOURNAL_MAIL_DROPPED;
}

void delivery_tell_end(const Delivery *delivery, MailState state, MailReason reason)
{
        tell(delivery, kind_of_end(state), mail_reason_text(reason), NULL);
}

static JournalKind journal_kind(const Delivery *delivery)
{
        const SmtpOutcome *outcome = &delivery->outcome;
        const MailRecord *mail = delivery->job.mail;
        bool is_final = fault_is_final(delivery->fault, outcome) && !delivery_splits(delivery);
        switch (outcome->verdict) {
        case SMTP_SENT:
                return JOURNAL_MAIL_SENT;
        case SMTP_REFUSED:
                return is_final ? JOURNAL_MAIL_FAILED : JOURNAL_MAIL_DEFERRED;
        case SMTP_UNKNOWN:
                return mail->attempts >= 1 ? JOURNAL_MAIL_PARKED : JOURNAL_MAIL_UNKNOWN;
        case SMTP_NOT_DELIVERED:
                return is_final && mail->state != MAIL_UNKNOWN ? JOURNAL_MAIL_FAILED : JOURNAL_MAIL_DEFERRED;
        case SMTP_DEFERRED:
                break;
        }
        return JOURNAL_MAIL_DEFERRED;
}

/* Called for the first mail that waits because of the sender, so that there is one entry for all of them. */
void delivery_tell_ours(const Delivery *delivery)
{
        char reply[REPLY_BYTES];
        quote_reply(delivery->outcome.reply, delivery->config->log.addresses, reply);
        log_kind(JOURNAL_SENDER_REFUSED, LOG_FIELDS({ "SMTP_REPLY", reply }),
                        "the mail server refuses mail of this sender: %s. The mails wait; once the cause is mended, `convene outbox retry` sends them at once",
                        reply);
}

void delivery_tell_outcome(const Delivery *delivery)
{
        const SmtpOutcome *outcome = &delivery->outcome;
        static const char *const strings[] = {
                [SMTP_NOT_DELIVERED] = "not delivered",
                [SMTP_SENT] = "sent",
                [SMTP_DEFERRED] = "deferred by the server",
                [SMTP_REFUSED] = "refused by the server",
                [SMTP_UNKNOWN] = "handed over, but no reply came",
        };
        tell(delivery, journal_kind(delivery), strings[outcome->verdict], outcome->reply);
}
