#include "remind/outbox.h"

#include "base/log.h"
#include "mail/verp.h"
#include "remind/errand.h"
#include "remind/refusal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
        MESSAGE_MAX_BYTES = 1024 * 1024,
        REPLY_BYTES = 512,
        MESSAGE_ID_BYTES = 384,
        RECEIPT_WAITS_MS = 200 /* for another mail of the same connection, whose commit it can join */
};

/* Minutes until the next try after one that surely delivered nothing; the last one goes on for ever. */
static const int retry_minutes[] = { 1, 2, 5, 10, 15, 30 };

/* A row with those who work on it. */
typedef struct Delivery {
        Outbox *outbox;
        Errand errand;
        Buffer bytes; /* of the mail, when they are made here */
        char message_id[MESSAGE_ID_BYTES];
        bool made;  /* the bytes are not in the ledger yet */
        bool ended; /* on_wait said so before the commit */
        int commit; /* what the ledger said to the commit */
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

/* One transition of a row, for the scribe. */
typedef struct Move {
        int64_t mail;
        MailState state;
        usec_t now, next_attempt;
        const char *reason;
        const MailText *text; /* NULL when the ledger has it */
} Move;

/* Of a mail that has gone: its end goes into the ledger with the next mail's commit, and nobody waits for it. */
struct Receipt {
        ScribeOrder order;
        Move move;
        char reason[REPLY_BYTES];
        usec_t since; /* monotonic */
        bool is_open;
};

int receipt_new(Receipt **ret)
{
        Receipt *receipt = calloc(1, sizeof(*receipt));
        if (!receipt)
                return -ENOMEM;
        *ret = receipt;
        return 0;
}

Receipt *receipt_free(Receipt *receipt)
{
        free(receipt);
        return NULL;
}

int receipt_settle(Receipt *receipt, Scribe *scribe)
{
        if (!receipt->is_open)
                return 0;
        receipt->is_open = false;
        return scribe_finish(scribe, &receipt->order);
}

static int write_close(Store *store, void *userdata)
{
        const Move *move = userdata;
        return ledger_close(store, move->mail, move->state, move->reason, move->now);
}

static int write_retry(Store *store, void *userdata)
{
        const Move *move = userdata;
        int r = move->text ? ledger_freeze(store, move->mail, move->text, move->now) : 0;
        return r != 0 ? r
                      : ledger_retry(store, move->mail, move->state, move->next_attempt, move->reason,
                                        move->now);
}

static int write_defer(Store *store, void *userdata)
{
        const Move *move = userdata;
        return ledger_defer(store, move->mail, move->next_attempt, move->reason, move->now);
}

static int write_postpone(Store *store, void *userdata)
{
        const Move *move = userdata;
        return ledger_postpone(store, move->mail, move->next_attempt, move->reason, move->now);
}

static int write_commit(Store *store, void *userdata)
{
        const Move *move = userdata;
        return move->text ? ledger_commit_first_attempt(store, move->mail, move->text, move->now)
                          : ledger_commit_attempt(store, move->mail, move->now);
}

static MailText text_of(const Delivery *delivery)
{
        return (MailText){
                .message_id = delivery->message_id,
                .bytes = delivery->bytes.data,
                .len = delivery->bytes.len,
                .made = delivery->errand.now,
                .tells_parked = delivery->errand.tells_parked,
        };
}

static int close_row(const Delivery *delivery, MailState state, const char *reason, usec_t now)
{
        Move move = { .mail = delivery->errand.mail->id, .state = state, .reason = reason, .now = now };
        return scribe_write(delivery->outbox->scribe, write_close, &move);
}

static int retry_row(const Delivery *delivery, MailState state, usec_t next_attempt, const char *reason,
                usec_t now)
{
        MailText text = text_of(delivery);
        Move move = { delivery->errand.mail->id, state, now, next_attempt, reason,
                delivery->made ? &text : NULL };
        return scribe_write(delivery->outbox->scribe, write_retry, &move);
}

/* What may already have arrived is not called expired or cancelled: an operator should know that it is open. */
static int close_unwanted(const Delivery *delivery, MailState state, const char *reason)
{
        MailState final = delivery->errand.mail->state == MAIL_UNKNOWN ? MAIL_PARKED : state;
        int r = close_row(delivery, final, reason, delivery->errand.now);
        if (r == 0)
                tell(delivery, kind_of_end(final), reason, NULL);
        return r;
}

static int postpone(const Delivery *delivery)
{
        const Errand *errand = &delivery->errand;
        Move move = { errand->mail->id, 0, errand->now, errand->wait_until, errand->reason, NULL };
        return scribe_write(delivery->outbox->scribe, write_postpone, &move);
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
static int make_message_id(Delivery *delivery)
{
        char sender[320];
        const MailRecord *mail = delivery->errand.mail;
        int r = sender_address(delivery->outbox->config->mail.from, sender, sizeof(sender));
        const char *at = r == 0 ? strchr(sender, '@') : NULL;
        snprintf(delivery->message_id, sizeof(delivery->message_id), "%s.%.40s@%s", mail->kind, mail->key,
                        at ? at + 1 : "localhost");
        return r;
}

/* They go into the ledger with what comes first, the commit or the first failure: before that nothing of them can have arrived. */
static void use_made_bytes(Delivery *delivery)
{
        MailRecord *mail = delivery->errand.mail;
        delivery->made = true;
        mail->bytes = delivery->bytes.data;
        mail->bytes_len = delivery->bytes.len;
}

/* Return: 0 when there is something to send, ERRAND_CLOSE when the row has been dealt with, others as outbox_send(). */
static int prepare(Delivery *delivery)
{
        Errand *errand = &delivery->errand;
        int r = make_message_id(delivery);
        if (r == 0)
                r = errand_check(errand, delivery->message_id, &delivery->bytes);
        if (r == 0 && !errand->mail->bytes)
                use_made_bytes(delivery);
        if (r == ERRAND_CLOSE)
                r = close_unwanted(delivery, errand->close_as, errand->reason);
        else if (r == ERRAND_WAIT)
                r = postpone(delivery);
        else
                return r;
        return r != 0 ? r : ERRAND_CLOSE;
}

/* A server that lets this mail wait is no reason to keep the ledger waiting for the one before. */
static void hurry_receipt(const Outbox *outbox)
{
        const Receipt *receipt = outbox->receipt;
        if (receipt->is_open && clock_monotonic() - receipt->since > RECEIPT_WAITS_MS * USEC_PER_MSEC)
                scribe_finish(outbox->scribe, &outbox->receipt->order);
}

static bool on_wait(bool committed, void *userdata)
{
        Delivery *delivery = userdata;
        Outbox *outbox = delivery->outbox;
        hurry_receipt(outbox);
        bool go_on = !outbox->on_wait || outbox->on_wait(committed, outbox->userdata);
        delivery->ended |= !go_on && !committed;
        return go_on;
}

static int on_commit(void *userdata)
{
        Delivery *delivery = userdata;
        if (!on_wait(false, delivery))
                return -EINTR;
        MailText text = text_of(delivery);
        Move move = {
                .mail = delivery->errand.mail->id,
                .now = clock_now(delivery->outbox->clock),
                .text = delivery->made ? &text : NULL,
        };
        delivery->commit = scribe_write(delivery->outbox->scribe, write_commit, &move);
        if (delivery->commit != 0)
                return -ECANCELED;
        delivery->made = false;
        on_wait(true, delivery);
        return 0;
}

static usec_t retry_wait(const MailRecord *mail)
{
        size_t last = sizeof(retry_minutes) / sizeof(retry_minutes[0]) - 1, tries = (size_t)mail->tries;
        return retry_minutes[tries < last ? tries : last] * 60 * USEC_PER_SEC;
}

static int after_deferral(const Delivery *delivery, const char *reason, usec_t now)
{
        const MailRecord *mail = delivery->errand.mail;
        Move move = { mail->id, 0, now, now + retry_wait(mail), reason, NULL };
        return scribe_write(delivery->outbox->scribe, write_defer, &move);
}

static int after_unknown(const Delivery *delivery, const char *reason, usec_t now)
{
        const Outbox *outbox = delivery->outbox;
        const MailRecord *mail = delivery->errand.mail;
        if (mail->attempts >= 1)
                return close_row(delivery, MAIL_PARKED, "twice no reply after the message was handed over",
                                now);
        return retry_row(delivery, MAIL_UNKNOWN, now + outbox->config->mail.retry_unknown, reason, now);
}

/* A first commit without a reply stays in force: the second attempt that never got to its own commit is simply tried again. */
static int after_failure(const Delivery *delivery, const SmtpOutcome *outcome, usec_t now)
{
        const Outbox *outbox = delivery->outbox;
        const MailRecord *mail = delivery->errand.mail;
        if (mail->state == MAIL_UNKNOWN)
                return retry_row(delivery, MAIL_UNKNOWN, now + outbox->config->mail.retry_unknown,
                                outcome->reply, now);
        if (outcome->recipient_refused)
                return refusal_close(delivery->outbox->scribe, &delivery->errand, outcome->reply, now);
        return retry_row(delivery, MAIL_PENDING, now + retry_wait(mail), outcome->reply, now);
}

/* The next mail need not wait for the disk. A crash before it is written makes one copy more, as one before the reply does. */
static int close_sent(const Delivery *delivery, const char *reply, usec_t now)
{
        Outbox *outbox = delivery->outbox;
        Receipt *receipt = outbox->receipt;
        int r = receipt_settle(receipt, outbox->scribe);
        if (r != 0)
                return r;
        snprintf(receipt->reason, sizeof(receipt->reason), "%s", reply);
        receipt->move = (Move){ delivery->errand.mail->id, MAIL_SENT, now, 0, receipt->reason, NULL };
        receipt->order = (ScribeOrder){ .write = write_close, .userdata = &receipt->move };
        receipt->since = clock_monotonic();
        receipt->is_open = true;
        scribe_submit(outbox->scribe, &receipt->order);
        return 0;
}

static int settle(const Delivery *delivery, const SmtpOutcome *outcome)
{
        usec_t now = clock_now(delivery->outbox->clock);
        switch (outcome->verdict) {
        case SMTP_SENT:
                return close_sent(delivery, outcome->reply, now);
        case SMTP_REFUSED:
                return refusal_close(delivery->outbox->scribe, &delivery->errand, outcome->reply, now);
        case SMTP_DEFERRED:
                return after_deferral(delivery, outcome->reply, now);
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

/* A function of the row and the address, so that every attempt has the same: what comes back tells which mail it was. */
static int make_envelope_sender(const Delivery *delivery, char ret[static VERP_ADDRESS_SIZE])
{
        const Errand *errand = &delivery->errand;
        const Config *config = delivery->outbox->config;
        if (config->bounces.address[0] == '\0')
                return sender_address(config->mail.from, ret, VERP_ADDRESS_SIZE);
        return verp_print(config->bounces.address, errand->mail->id, errand->mail->token,
                        errand->contact ? errand->address : "", ret);
}

static int attempt(Delivery *delivery, OutboxServer *ret_server)
{
        char sender[VERP_ADDRESS_SIZE];
        int r = make_envelope_sender(delivery, sender);
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
        /* Somebody has closed it in the meantime: an opt-out, another change of the event. */
        if (delivery->commit == STORE_E_CONFLICT)
                return ERRAND_CLOSE;
        if (delivery->commit != 0)
                return delivery->commit;
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
        buffer_done(&delivery->bytes);
}

/* All that is read for one mail is of one moment, and the store looks once for what has changed. */
static int read_and_prepare(Delivery *delivery, int64_t id)
{
        const Outbox *outbox = delivery->outbox;
        int r = errand_begin(outbox->store, outbox->config, outbox->patterns, id, clock_now(outbox->clock),
                        &delivery->errand);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? ERRAND_CLOSE : r;
        MailState state = delivery->errand.mail->state;
        return state == MAIL_PENDING || state == MAIL_UNKNOWN ? prepare(delivery) : ERRAND_CLOSE;
}

int outbox_send(Outbox *outbox, int64_t id, OutboxServer *ret_server)
{
        CLEANUP(delivery_done)
        Delivery delivery = { .outbox = outbox, .bytes = BUFFER_INIT(MESSAGE_MAX_BYTES) };
        *ret_server = OUTBOX_NOT_ASKED;
        int r = store_begin_read(outbox->store);
        if (r != 0)
                return r;
        r = read_and_prepare(&delivery, id);
        store_rollback(outbox->store);
        if (r == 0)
                r = attempt(&delivery, ret_server);
        /* A row that somebody has closed in the meantime stays as it is: that is no fault of the ledger. */
        return r == ERRAND_CLOSE || r == STORE_E_CONFLICT ? 0 : r;
}
