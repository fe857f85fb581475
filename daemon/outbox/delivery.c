#include "outbox/delivery-internal.h"

#include "contact/address.h"
#include "mail/bare-address.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
        MESSAGE_MAX_BYTES = 1024 * 1024,
        NOTHING_TO_DO = 120, /* in this file only: there is no row, or its state allows no attempt */
        DAMAGED = 121, /* in this file only: the row has a next attempt, which its state does not allow */
        CANNOT_READ = 122, /* in this file only: objects of the mail are in a damaged part of the store */
};

/*
 * Makes the Message-ID from the row's key, so that a mail has the same Message-ID even after the ledger was
 * lost.
 */
static int make_message_id(Delivery *delivery)
{
        char sender[320];
        const MailRecord *mail = delivery->job.mail;
        int r = bare_address(delivery->config->mail.from, sender, sizeof(sender));
        const char *at = r == 0 ? strchr(sender, '@') : NULL;
        /* A second copy with other bytes (ledger_scatter()) has a name of its own. */
        bool is_anew = mail->state == MAIL_PENDING && mail->attempts > 0;
        snprintf(delivery->message_id, sizeof(delivery->message_id), "%s.%.40s%s@%s", mail->kind, mail->key,
                        is_anew ? ".2" : "", at ? at + 1 : "localhost");
        return r;
}

/*
 * Uses the composed bytes for this attempt. They are stored when the row becomes COMMITTED. Before that the
 * mail cannot have arrived, and another attempt would compose it again.
 */
static void use_made_bytes(Delivery *delivery)
{
        MailRecord *mail = delivery->job.mail;
        delivery->made = true;
        delivery->replaces = mail->bytes != NULL;
        mail->bytes = delivery->bytes.data;
        mail->bytes_len = delivery->bytes.len;
}

static DeliveryServer judge(const SmtpOutcome *outcome)
{
        bool failed = outcome->verdict == SMTP_NOT_DELIVERED || outcome->verdict == SMTP_DEFERRED;
        return failed && !outcome->concerns_mail ? DELIVERY_SERVER_TROUBLE : DELIVERY_SERVER_WORKS;
}

/* Makes the envelope sender. It is the same for every attempt; its tag identifies a returned mail. */
static int make_envelope_sender(Delivery *delivery)
{
        const Job *job = &delivery->job;
        const Config *config = delivery->config;
        if (config->bounces.address[0] == '\0')
                return bare_address(config->mail.from, delivery->sender, sizeof(delivery->sender));
        return verp_print(config->bounces.address, job->mail->id, job->mail->token,
                        job->contact ? job->address : "", delivery->sender);
}

static int refuse_address(Delivery *delivery)
{
        delivery_close_unwanted(delivery, MAIL_FAILED, MAIL_REASON_BAD_ADDRESS);
        return 0;
}

static int attempt(Delivery *delivery)
{
        char recipient[ADDRESS_WIRE_SIZE];
        int r = make_envelope_sender(delivery);
        if (r == 0)
                r = address_to_wire(delivery->job.address, recipient);
        if (r < 0)
                return refuse_address(delivery);
        snprintf(delivery->recipient, sizeof(delivery->recipient), "%s", recipient);
        SmtpMail mail = {
                .sender = delivery->sender,
                .recipient = delivery->recipient,
                .bytes = delivery->job.mail->bytes,
                .len = delivery->job.mail->bytes_len,
        };
        r = smtp_begin(delivery->smtp, &mail);
        return r == -EINVAL ? refuse_address(delivery) : r;
}

/* Checks the mail and composes its bytes if they are not fixed. */
static int prepare(Delivery *delivery)
{
        Job *job = &delivery->job;
        int r = make_message_id(delivery);
        if (r == 0)
                r = job_check(job, delivery->message_id, &delivery->bytes);
        if (r == 0 && !job_is_fixed(job))
                use_made_bytes(delivery);
        return r;
}

static int read_row(Delivery *delivery, int64_t id)
{
        const DeliveryShared *shared = delivery->shared;
        int r = job_begin(&shared->source, id, clock_now(shared->clock), &delivery->job);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? NOTHING_TO_DO : r;
        const MailRecord *mail = delivery->job.mail;
        if (mail->state == MAIL_PENDING || mail->state == MAIL_UNKNOWN)
                return 0;
        return mail->next_attempt > 0 ? DAMAGED : NOTHING_TO_DO;
}

void delivery_end_reading(const DeliveryShared *shared)
{
        Store *store = shared->source.store;
        if (store && store_in_transaction(store))
                store_rollback(store);
}

/*
 * Reads everything in one transaction, so that all data of the mail comes from one state of the store. If
 * the data has changed since, job_still_holds() finds that in the transaction of the commit.
 */
static int read_and_prepare(Delivery *delivery, int64_t id)
{
        Store *store = delivery->shared->source.store;
        int r = store_in_transaction(store) ? 0 : store_begin_read(store);
        if (r != 0)
                return r;
        r = read_row(delivery, id);
        if (r == 0)
                r = prepare(delivery);
        /* The row could be read, but not an object that the mail needs. Other mails may not need it. */
        if (r == DB_E_CORRUPT && delivery->job.kind)
                r = CANNOT_READ;
        bool failed = r != 0 && r != JOB_CLOSE && r != JOB_WAIT && r != NOTHING_TO_DO && r != DAMAGED;
        if (failed || delivery->shared->reads_alone)
                delivery_end_reading(delivery->shared);
        return r;
}

static int begin(Delivery *delivery, int64_t id)
{
        int r = read_and_prepare(delivery, id);
        switch (r) {
        case 0:
                return attempt(delivery);
        case JOB_CLOSE:
                delivery_close_unwanted(delivery, delivery->job.close_as, delivery->job.reason);
                return 0;
        case JOB_WAIT:
                delivery_postpone(delivery);
                return 0;
        case NOTHING_TO_DO:
                delivery_finish(delivery, 0);
                return 0;
        case DAMAGED:
                delivery_end_attempts(delivery);
                return 0;
        case CANNOT_READ:
                delivery_wait_for_repair(delivery);
                return 0;
        default:
                return r;
        }
}

int delivery_begin(const DeliveryShared *shared, Config *config, Smtp *smtp, int64_t mail, Delivery **ret)
{
        CLEANUP(delivery_freep) Delivery *delivery = calloc(1, sizeof(*delivery));
        if (!delivery)
                return -ENOMEM;
        delivery->shared = shared;
        delivery->config = config_ref(config);
        delivery->smtp = smtp;
        delivery->bytes = (Buffer)BUFFER_INIT(MESSAGE_MAX_BYTES);
        int r = begin(delivery, mail);
        if (r == 0)
                *ret = TAKE_PTR(delivery);
        return r;
}

Delivery *delivery_free(Delivery *delivery)
{
        if (!delivery)
                return NULL;
        job_done(&delivery->job);
        buffer_done(&delivery->bytes);
        config_unref(delivery->config);
        free(delivery);
        return NULL;
}

DeliveryStage delivery_stage(const Delivery *delivery)
{
        return delivery->stage;
}

static bool is_at_commit(const Delivery *delivery)
{
        return delivery->smtp && smtp_stage(delivery->smtp) == SMTP_AT_COMMIT;
}

bool delivery_needs_connection(const Delivery *delivery)
{
        return delivery->stage == DELIVERY_SENDING ||
               (delivery->stage == DELIVERY_WRITING && is_at_commit(delivery));
}

bool delivery_is_committed(const Delivery *delivery)
{
        return delivery->committed;
}

/*
 * Sends the final dot if COMMITTED was written. Otherwise the row was closed in the meantime, its data is
 * stale, or the ledger has failed. With stale data the mail is composed again later.
 */
static void on_commit_written(Delivery *delivery)
{
        if (delivery->order.result == 0) {
                delivery->made = false;
                delivery->stage = DELIVERY_SENDING;
                smtp_commit(delivery->smtp);
        } else {
                delivery->committed = false;
                smtp_abort(delivery->smtp);
                delivery_row_written(delivery);
        }
}

static void end(Delivery *delivery)
{
        delivery->committed = false;
        delivery->outcome = *smtp_outcome(delivery->smtp);
        delivery->smtp = NULL;
        delivery->fault = fault_of(&delivery->outcome);
        delivery_tell_outcome(delivery);
        delivery->server = judge(&delivery->outcome);
        delivery_settle(delivery);
}

void delivery_go_on(Delivery *delivery)
{
        SmtpStage stage = smtp_stage(delivery->smtp);
        if (stage == SMTP_DONE) {
                end(delivery);
        } else if (stage == SMTP_AT_COMMIT) {
                delivery->committed = true;
                delivery_commit(delivery, on_commit_written);
        }
}

Delivery *delivery_of_order(const LedgerOrder *order)
{
        return order->userdata;
}

void delivery_written(Delivery *delivery)
{
        delivery->on_written(delivery);
}

void delivery_stop(Delivery *delivery)
{
        if (delivery->stage != DELIVERY_SENDING || delivery->committed)
                return;
        smtp_abort(delivery->smtp);
        delivery_finish(delivery, 0);
}

DeliveryServer delivery_server(const Delivery *delivery)
{
        return delivery->server;
}

int delivery_result(const Delivery *delivery)
{
        return delivery->result;
}
