#include "remind/outbox.h"

#include "base/log.h"
#include "contact/card.h"
#include "remind/compose.h"
#include "remind/due.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_MAX_BYTES = 1024 * 1024, LATE_AFTER_MINUTES = 60 };

/* Minutes until the next try after one that surely delivered nothing; the last one goes on for ever. */
static const int retry_minutes[] = { 1, 2, 5, 10, 15, 30 };

enum { OUTBOX_CLOSED = 100 }; /* the row has its final state, or has to wait: nothing is to be sent */

/* A row with what is needed to send it. */
typedef struct Letter {
        Outbox *outbox;
        MailRecord *mail;
        ObjectRecord *contact_record;
        Card *contact;
        usec_t now;
        bool ended; /* on_wait said so before the commit */
} Letter;

static void letter_done(Letter *letter)
{
        mail_record_free(letter->mail);
        object_record_free(letter->contact_record);
        card_free(letter->contact);
}

/* What may already have arrived is not called expired or cancelled: an operator should know that it is open. */
static int close_unwanted(Letter *letter, MailState state, const char *reason)
{
        MailState final = letter->mail->state == MAIL_UNKNOWN ? MAIL_PARKED : state;
        int r = ledger_close(letter->outbox->store, letter->mail->id, final, reason, letter->now);
        return r != 0 ? r : OUTBOX_CLOSED;
}

static int load_contact(Letter *letter)
{
        int r = object_get_by_id(letter->outbox->store, letter->mail->contact, &letter->contact_record);
        if (r == 0)
                r = card_parse(letter->contact_record->text, letter->contact_record->len, &letter->contact,
                                NULL);
        if (r == STORE_E_NOT_FOUND || r == CARD_E_INVALID)
                return close_unwanted(letter, MAIL_SUPPRESSED, "the contact is gone");
        return r;
}

static int check_wanted(Letter *letter)
{
        const char *reason = NULL;
        if (letter->now >= letter->mail->expires)
                return close_unwanted(letter, MAIL_EXPIRED, "the event ended before the mail could go");
        int r = due_why_not(letter->outbox->store, letter->mail->contact, letter->contact, letter->mail->uid,
                        &reason);
        if (r == 0 && reason)
                return close_unwanted(letter, MAIL_SUPPRESSED, reason);
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

static int freeze(const Reminder *reminder, void *userdata)
{
        Letter *letter = userdata;
        MailRecord *mail = letter->mail;
        if (mail->bytes)
                return 0;
        char sender[320], message_id[384];
        int r = sender_address(letter->outbox->config->mail.from, sender, sizeof(sender));
        if (r < 0)
                return r;
        const char *at = strchr(sender, '@');
        /* From the key, so that even a lost ledger makes no second Message-ID for the same reminder. */
        snprintf(message_id, sizeof(message_id), "reminder.%.40s@%s", mail->key, at ? at + 1 : "localhost");
        CLEANUP(buffer_done) Buffer bytes = BUFFER_INIT(MESSAGE_MAX_BYTES);
        ComposeOptions options = {
                .config = letter->outbox->config,
                .zones = store_zones(letter->outbox->store),
                .contact = letter->contact,
                .token = mail->token,
                .message_id = message_id,
                .now = letter->now,
                .late = letter->now - mail->due > LATE_AFTER_MINUTES * 60 * USEC_PER_SEC,
        };
        r = compose_reminder(reminder, &options, &bytes);
        if (r == 0)
                r = ledger_freeze(letter->outbox->store, mail->id, message_id, bytes.data, bytes.len,
                                letter->now);
        return r;
}

/* The row is read again once its bytes are fixed: what is sent is what the ledger has. */
static int prepare(Letter *letter)
{
        int64_t id = letter->mail->id;
        int r = load_contact(letter);
        if (r == 0)
                r = check_wanted(letter);
        if (r != 0)
                return r;
        r = due_rebuild(letter->outbox->store, letter->outbox->config, letter->mail, letter->now, freeze,
                        letter);
        if (r == STORE_E_NOT_FOUND)
                return close_unwanted(letter, MAIL_CANCELLED, "the event has moved or does not take place");
        if (r == -EINVAL)
                return close_unwanted(letter, MAIL_FAILED,
                                "no mail could be made of it: is the sender's or the contact's address "
                                "right?");
        if (r != 0)
                return r;
        letter->mail = mail_record_free(letter->mail);
        return ledger_get(letter->outbox->store, id, &letter->mail);
}

static bool on_wait(bool committed, void *userdata)
{
        Letter *letter = userdata;
        Outbox *outbox = letter->outbox;
        bool go_on = !outbox->on_wait || outbox->on_wait(committed, outbox->userdata);
        letter->ended |= !go_on && !committed;
        return go_on;
}

static int on_commit(void *userdata)
{
        Letter *letter = userdata;
        if (!on_wait(false, letter))
                return -EINTR;
        int r = ledger_commit_attempt(
                        letter->outbox->store, letter->mail->id, clock_now(letter->outbox->clock));
        if (r == 0)
                on_wait(true, letter);
        return r;
}

static int retry_later(Letter *letter, const char *reason, usec_t now)
{
        size_t last = sizeof(retry_minutes) / sizeof(retry_minutes[0]) - 1;
        size_t tries = (size_t)(letter->mail->tries + letter->mail->attempts);
        usec_t wait = retry_minutes[tries < last ? tries : last] * 60 * USEC_PER_SEC;
        return ledger_retry(letter->outbox->store, letter->mail->id, MAIL_PENDING, now + wait, reason, now);
}

static int after_unknown(Letter *letter, const char *reason, usec_t now)
{
        Outbox *outbox = letter->outbox;
        if (letter->mail->attempts >= 1)
                return ledger_close(outbox->store, letter->mail->id, MAIL_PARKED,
                                "twice no reply after the message was handed over", now);
        return ledger_retry(outbox->store, letter->mail->id, MAIL_UNKNOWN,
                        now + outbox->config->mail.retry_unknown, reason, now);
}

static int settle(Letter *letter, const SmtpOutcome *outcome)
{
        Store *store = letter->outbox->store;
        int64_t id = letter->mail->id;
        usec_t now = clock_now(letter->outbox->clock);
        switch (outcome->verdict) {
        case SMTP_SENT:
                return ledger_close(store, id, MAIL_SENT, outcome->reply, now);
        case SMTP_REFUSED:
                return ledger_close(store, id, MAIL_FAILED, outcome->reply, now);
        case SMTP_DEFERRED:
                return retry_later(letter, outcome->reply, now);
        case SMTP_UNKNOWN:
                return after_unknown(letter, outcome->reply, now);
        case SMTP_NOT_DELIVERED:
                break;
        }
        /* A first commit without a reply stays in force: the second attempt that never got to its own commit is simply tried again. */
        if (letter->mail->state == MAIL_UNKNOWN)
                return ledger_retry(store, id, MAIL_UNKNOWN,
                                now + letter->outbox->config->mail.retry_unknown, outcome->reply, now);
        if (outcome->recipient_refused)
                return ledger_close(store, id, MAIL_FAILED, outcome->reply, now);
        return retry_later(letter, outcome->reply, now);
}

static void tell(const Letter *letter, const SmtpOutcome *outcome)
{
        static const char *const words[] = {
                [SMTP_NOT_DELIVERED] = "not delivered",
                [SMTP_SENT] = "sent",
                [SMTP_DEFERRED] = "deferred by the server",
                [SMTP_REFUSED] = "refused by the server",
                [SMTP_UNKNOWN] = "handed over, but no reply came",
        };
        char id[24];
        snprintf(id, sizeof(id), "%lld", (long long)letter->mail->id);
        log_write(outcome->verdict == SMTP_SENT ? LOG_INFO : LOG_WARNING,
                        LOG_FIELDS({ "MAIL_ID", id }, { "EVENT_UID", letter->mail->uid },
                                        { "CONTACT", letter->contact_record->uid },
                                        { "SMTP_REPLY", outcome->reply }),
                        "mail %s of %s to %s: %s: %s", id, letter->mail->uid, letter->contact_record->uid,
                        words[outcome->verdict], outcome->reply);
}

static int attempt(Letter *letter)
{
        char sender[320];
        int r = sender_address(letter->outbox->config->mail.from, sender, sizeof(sender));
        if (r < 0)
                return r;
        SmtpMail mail = {
                .sender = sender,
                .recipient = card_email(letter->contact),
                .bytes = letter->mail->bytes,
                .len = letter->mail->bytes_len,
                .on_commit = on_commit,
                .on_wait = on_wait,
                .userdata = letter,
        };
        SmtpOutcome outcome = { 0 };
        r = smtp_submit(letter->outbox->smtp, &mail, &outcome);
        if (letter->ended && (r < 0 || outcome.verdict == SMTP_NOT_DELIVERED))
                return OUTBOX_CLOSED;
        if (r == -EINVAL)
                return close_unwanted(letter, MAIL_FAILED, "an address that no mail can be sent to or from");
        if (r < 0)
                return r;
        tell(letter, &outcome);
        return settle(letter, &outcome);
}

int outbox_send(Outbox *outbox, int64_t id)
{
        CLEANUP(letter_done) Letter letter = { .outbox = outbox, .now = clock_now(outbox->clock) };
        int r = ledger_get(outbox->store, id, &letter.mail);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        if (letter.mail->state != MAIL_PENDING && letter.mail->state != MAIL_UNKNOWN)
                return 0;
        r = prepare(&letter);
        if (r == 0)
                r = attempt(&letter);
        return r == OUTBOX_CLOSED ? 0 : r;
}
