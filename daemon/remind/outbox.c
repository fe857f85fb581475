#include "remind/outbox.h"

#include "base/log.h"
#include "remind/errand.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_MAX_BYTES = 1024 * 1024, REPLY_BYTES = 512 };

/* Minutes until the next try after one that surely delivered nothing; the last one goes on for ever. */
static const int retry_minutes[] = { 1, 2, 5, 10, 15, 30 };

/* A row with those who work on it. */
typedef struct Delivery {
        Outbox *outbox;
        Errand errand;
        bool ended; /* on_wait said so before the commit */
} Delivery;

/* Contacts are named by their cards; a server may quote an address, which the journal has only where that is wanted. */
static void tell(const Delivery *delivery, JournalKind kind, const char *what, const char *reply)
{
        const Errand *errand = &delivery->errand;
        bool addresses = delivery->outbox->config->log.addresses;
        const char *contact = errand->contact_record ? errand->contact_record->uid : NULL;
        char id[24], hidden[REPLY_BYTES];
        if (reply && !addresses) {
                log_hide_addresses(reply, hidden, sizeof(hidden));
                reply = hidden;
        }
        snprintf(id, sizeof(id), "%lld", (long long)errand->mail->id);
        log_kind(kind,
                        LOG_FIELDS({ "MAIL_ID", id }, { "MAIL_KIND", errand->mail->kind },
                                        { "EVENT_UID", errand->mail->uid }, { "CONTACT", contact },
                                        { "ADDRESS", addresses ? errand->address : NULL },
                                        { "SMTP_REPLY", reply }),
                        "mail %s (%s) of %s to %s: %s%s%s", id, errand->mail->kind, errand->mail->uid,
                        contact ? contact : "somebody who is not listed", what, reply ? ": " : "",
                        reply ? reply : "");
}

static JournalKind kind_of_end(MailState state)
{
        return state == MAIL_PARKED   ? JOURNAL_MAIL_PARKED
               : state == MAIL_FAILED ? JOURNAL_MAIL_FAILED
                                      : JOURNAL_MAIL_DROPPED;
}

/* What may already have arrived is not called expired or cancelled: an operator should know that it is open. */
static int close_unwanted(const Delivery *delivery, MailState state, const char *reason)
{
        const MailRecord *mail = delivery->errand.mail;
        MailState final = mail->state == MAIL_UNKNOWN ? MAIL_PARKED : state;
        int r = ledger_close(delivery->outbox->store, mail->id, final, reason, delivery->errand.now);
        if (r == 0)
                tell(delivery, kind_of_end(final), reason, NULL);
        return r;
}

/* The domain of the sender's address, for the Message-ID. */
static int sender_address(const char *from, char *ret, size_t size)
{
        const char *start = strrchr(from, '<');
        start = start ? start + 1 : from;
        int len = (int)strcspn(start, ">");
        return snprintf(ret, size, "%.*s", len, start) < (int)size ? 0 : -ENAMETOOLONG;
}

/* From the key, so that even a lost ledger makes no second Message-ID for the same mail. */
static int make_message_id(const Delivery *delivery, char *ret, size_t size)
{
        char sender[320];
        const MailRecord *mail = delivery->errand.mail;
        int r = sender_address(delivery->outbox->config->mail.from, sender, sizeof(sender));
        const char *at = r == 0 ? strchr(sender, '@') : NULL;
        snprintf(ret, size, "%s.%.40s@%s", mail->kind, mail->key, at ? at + 1 : "localhost");
        return r;
}

/* The row is read again once its bytes are fixed: what is sent is what the ledger has. */
static int freeze(Delivery *delivery, const char *message_id, const Buffer *bytes)
{
        Errand *errand = &delivery->errand;
        int64_t id = errand->mail->id;
        int r = ledger_freeze(errand->store, id, message_id, bytes->data, bytes->len, errand->now);
        if (r != 0)
                return r;
        errand->mail = mail_record_free(errand->mail);
        return ledger_get(errand->store, id, &errand->mail);
}

/* Return: 0 when there is something to send, ERRAND_CLOSE when the row has been dealt with, others as outbox_send(). */
static int prepare(Delivery *delivery)
{
        Errand *errand = &delivery->errand;
        char message_id[384];
        CLEANUP(buffer_done) Buffer bytes = BUFFER_INIT(MESSAGE_MAX_BYTES);
        int r = make_message_id(delivery, message_id, sizeof(message_id));
        if (r == 0)
                r = errand_check(errand, message_id, &bytes);
        if (r == ERRAND_CLOSE)
                r = close_unwanted(delivery, errand->close_as, errand->reason);
        else if (r == ERRAND_WAIT)
                r = ledger_postpone(errand->store, errand->mail->id, errand->wait_until, errand->reason,
                                errand->now);
        else
                return r != 0 || errand->mail->bytes ? r : freeze(delivery, message_id, &bytes);
        return r != 0 ? r : ERRAND_CLOSE;
}

static bool on_wait(bool committed, void *userdata)
{
        Delivery *delivery = userdata;
        Outbox *outbox = delivery->outbox;
        bool go_on = !outbox->on_wait || outbox->on_wait(committed, outbox->userdata);
        delivery->ended |= !go_on && !committed;
        return go_on;
}

static int on_commit(void *userdata)
{
        Delivery *delivery = userdata;
        if (!on_wait(false, delivery))
                return -EINTR;
        int r = ledger_commit_attempt(delivery->outbox->store, delivery->errand.mail->id,
                        clock_now(delivery->outbox->clock));
        if (r == 0)
                on_wait(true, delivery);
        return r;
}

static int retry_later(const Delivery *delivery, const char *reason, usec_t now)
{
        const MailRecord *mail = delivery->errand.mail;
        size_t last = sizeof(retry_minutes) / sizeof(retry_minutes[0]) - 1;
        size_t tries = (size_t)(mail->tries + mail->attempts);
        usec_t wait = retry_minutes[tries < last ? tries : last] * 60 * USEC_PER_SEC;
        return ledger_retry(delivery->outbox->store, mail->id, MAIL_PENDING, now + wait, reason, now);
}

static int after_unknown(const Delivery *delivery, const char *reason, usec_t now)
{
        const Outbox *outbox = delivery->outbox;
        const MailRecord *mail = delivery->errand.mail;
        if (mail->attempts >= 1)
                return ledger_close(outbox->store, mail->id, MAIL_PARKED,
                                "twice no reply after the message was handed over", now);
        return ledger_retry(outbox->store, mail->id, MAIL_UNKNOWN, now + outbox->config->mail.retry_unknown,
                        reason, now);
}

/* A first commit without a reply stays in force: the second attempt that never got to its own commit is simply tried again. */
static int after_failure(const Delivery *delivery, const SmtpOutcome *outcome, usec_t now)
{
        const Outbox *outbox = delivery->outbox;
        const MailRecord *mail = delivery->errand.mail;
        if (mail->state == MAIL_UNKNOWN)
                return ledger_retry(outbox->store, mail->id, MAIL_UNKNOWN,
                                now + outbox->config->mail.retry_unknown, outcome->reply, now);
        if (outcome->recipient_refused)
                return ledger_close(outbox->store, mail->id, MAIL_FAILED, outcome->reply, now);
        return retry_later(delivery, outcome->reply, now);
}

static int settle(const Delivery *delivery, const SmtpOutcome *outcome)
{
        Store *store = delivery->outbox->store;
        int64_t id = delivery->errand.mail->id;
        usec_t now = clock_now(delivery->outbox->clock);
        switch (outcome->verdict) {
        case SMTP_SENT:
                return ledger_close(store, id, MAIL_SENT, outcome->reply, now);
        case SMTP_REFUSED:
                return ledger_close(store, id, MAIL_FAILED, outcome->reply, now);
        case SMTP_DEFERRED:
                return retry_later(delivery, outcome->reply, now);
        case SMTP_UNKNOWN:
                return after_unknown(delivery, outcome->reply, now);
        case SMTP_NOT_DELIVERED:
                break;
        }
        return after_failure(delivery, outcome, now);
}

static JournalKind journal_kind(const Delivery *delivery, const SmtpOutcome *outcome)
{
        const MailRecord *mail = delivery->errand.mail;
        switch (outcome->verdict) {
        case SMTP_SENT:
                return JOURNAL_MAIL_SENT;
        case SMTP_REFUSED:
                return JOURNAL_MAIL_FAILED;
        case SMTP_UNKNOWN:
                return mail->attempts >= 1 ? JOURNAL_MAIL_PARKED : JOURNAL_MAIL_UNKNOWN;
        case SMTP_NOT_DELIVERED:
                return outcome->recipient_refused && mail->state != MAIL_UNKNOWN ? JOURNAL_MAIL_FAILED
                                                                                 : JOURNAL_MAIL_DEFERRED;
        case SMTP_DEFERRED:
                break;
        }
        return JOURNAL_MAIL_DEFERRED;
}

static void tell_outcome(const Delivery *delivery, const SmtpOutcome *outcome)
{
        static const char *const words[] = {
                [SMTP_NOT_DELIVERED] = "not delivered",
                [SMTP_SENT] = "sent",
                [SMTP_DEFERRED] = "deferred by the server",
                [SMTP_REFUSED] = "refused by the server",
                [SMTP_UNKNOWN] = "handed over, but no reply came",
        };
        tell(delivery, journal_kind(delivery, outcome), words[outcome->verdict], outcome->reply);
}

static OutboxServer judge(const SmtpOutcome *outcome)
{
        bool trouble = outcome->verdict == SMTP_NOT_DELIVERED && !outcome->recipient_refused;
        return trouble ? OUTBOX_SERVER_TROUBLE : OUTBOX_SERVER_WORKS;
}

static int attempt(Delivery *delivery, OutboxServer *ret_server)
{
        char sender[320];
        int r = sender_address(delivery->outbox->config->mail.from, sender, sizeof(sender));
        if (r < 0)
                return r;
        SmtpMail mail = {
                .sender = sender,
                .recipient = delivery->errand.address,
                .bytes = delivery->errand.mail->bytes,
                .len = delivery->errand.mail->bytes_len,
                .on_commit = on_commit,
                .on_wait = on_wait,
                .userdata = delivery,
        };
        SmtpOutcome outcome = { 0 };
        r = smtp_submit(delivery->outbox->smtp, &mail, &outcome);
        if (delivery->ended && (r < 0 || outcome.verdict == SMTP_NOT_DELIVERED))
                return ERRAND_CLOSE;
        if (r == -EINVAL)
                return close_unwanted(
                                delivery, MAIL_FAILED, "an address that no mail can be sent to or from");
        if (r < 0)
                return r;
        tell_outcome(delivery, &outcome);
        *ret_server = judge(&outcome);
        return settle(delivery, &outcome);
}

static void delivery_done(Delivery *delivery)
{
        errand_done(&delivery->errand);
}

int outbox_send(Outbox *outbox, int64_t id, OutboxServer *ret_server)
{
        CLEANUP(delivery_done) Delivery delivery = { .outbox = outbox };
        *ret_server = OUTBOX_NOT_ASKED;
        int r = errand_begin(outbox->store, outbox->config, id, clock_now(outbox->clock), &delivery.errand);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        if (delivery.errand.mail->state != MAIL_PENDING && delivery.errand.mail->state != MAIL_UNKNOWN)
                return 0;
        r = prepare(&delivery);
        if (r == 0)
                r = attempt(&delivery, ret_server);
        return r == ERRAND_CLOSE ? 0 : r;
}
