/* The changes that a delivery makes to its row: one change of state for each result. */

#include "outbox/delivery-internal.h"

#include "mail/bounce.h"

enum { STALE_SECONDS = 1, OURS_MINUTES = 30, REPAIR_MINUTES = 30 };

/* After an attempt that certainly delivered nothing: minutes until the next one. The last value repeats. */
static const int retry_minutes[] = { 1, 2, 5, 10, 15, 30 };

void delivery_finish(Delivery *delivery, int result)
{
        delivery->smtp = NULL;
        delivery->result = result;
        delivery->stage = DELIVERY_DONE;
}

static void postpone_stale(Delivery *delivery);

/*
 * STORE_E_CONFLICT is not an error: the row was closed in the meantime.
 */
void delivery_row_written(Delivery *delivery)
{
        int r = delivery->order.result;
        if (r == JOB_STALE)
                return postpone_stale(delivery);
        delivery_finish(delivery, r == STORE_E_CONFLICT ? 0 : r);
}

static void on_unwanted_written(Delivery *delivery)
{
        const Move *move = &delivery->move;
        if (delivery->order.result == 0)
                delivery_tell_end(delivery, move->state, move->reason);
        delivery_row_written(delivery);
}

static void on_wait_written(Delivery *delivery)
{
        if (delivery->order.result == 0 && delivery->first_of_ours)
                delivery_tell_ours(delivery);
        delivery_row_written(delivery);
}

static void on_refusal_written(Delivery *delivery)
{
        if (delivery->order.result == 0)
                rejection_tell(&delivery->rejection, &delivery->job);
        delivery_row_written(delivery);
}

static int write_close(Store *store, void *userdata)
{
        const Delivery *delivery = userdata;
        const Move *move = &delivery->move;
        return ledger_close(store, delivery->job.mail->id, move->state, move->reason,
                        move->reply ? move->reply : "", move->now);
}

static int write_sent(Store *store, void *userdata)
{
        const Delivery *delivery = userdata;
        const Job *job = &delivery->job;
        int r = write_close(store, userdata);
        return r == 0 && job->kind->on_sent ? job->kind->on_sent(job, store, delivery->move.now) : r;
}

/* Closes the row if it and the job's data are still current: they were read in another transaction. */
static int write_unwanted(Store *store, void *userdata)
{
        const Delivery *delivery = userdata;
        const Job *job = &delivery->job;
        const Move *move = &delivery->move;
        int r = job_still_holds(job, store);
        return r == 0 ? ledger_close_from(store, job->mail->id, job->mail->state, move->state, move->reason,
                                        "", move->now)
                      : r;
}

/* Another row of a bundle may have been changed since it was read: that conflict is not an error. */
static int pass_conflict(int r)
{
        return r == STORE_E_CONFLICT ? 0 : r;
}

/*
 * Records why the mail waits, and whether it is the first that waits because of the sender.
 * @r: the result of the write before; if it is not 0, it is returned
 */
static int write_reason(Store *store, Delivery *delivery, int r)
{
        int64_t n = 1;
        if (r == 0 && delivery->move.reason == MAIL_REASON_OURS)
                r = ledger_reason_count(store, MAIL_REASON_OURS, &n);
        delivery->first_of_ours = n == 0;
        if (r != 0 || delivery->move.reason == MAIL_REASON_NONE)
                return r;
        r = ledger_explain(store, delivery->job.mail->id, delivery->move.reason);
        for (size_t i = 0; r == 0 && i < delivery->job.n_companions; i++)
                r = pass_conflict(ledger_explain(
                                store, delivery->job.companions[i].id, delivery->move.reason));
        return r;
}

/* Before the commit the rows of a bundle are still independent, so each of them is postponed. */
static int retry_companions(Store *store, const Delivery *delivery)
{
        const Job *job = &delivery->job;
        const Move *move = &delivery->move;
        int r = 0;
        for (size_t i = 0; r == 0 && move->state == MAIL_PENDING && i < job->n_companions; i++)
                r = pass_conflict(ledger_retry(store, job->companions[i].id, move->state, move->next_attempt,
                                move->reply, move->now));
        return r;
}

static int write_retry(Store *store, void *userdata)
{
        Delivery *delivery = userdata;
        const Move *move = &delivery->move;
        int r = ledger_retry(store, delivery->job.mail->id, move->state, move->next_attempt, move->reply,
                        move->now);
        return write_reason(store, delivery, r == 0 ? retry_companions(store, delivery) : r);
}

static int write_defer(Store *store, void *userdata)
{
        Delivery *delivery = userdata;
        const Move *move = &delivery->move;
        return write_reason(store, delivery,
                        ledger_defer(store, delivery->job.mail->id, move->next_attempt, move->reply,
                                        move->now));
}

static int write_postpone(Store *store, void *userdata)
{
        const Delivery *delivery = userdata;
        const Move *move = &delivery->move;
        return ledger_postpone(store, delivery->job.mail->id, move->next_attempt, move->reason, move->now);
}

/* Postpones the row if the job's data, such as the card with the quiet hours, is unchanged. */
static int write_wait(Store *store, void *userdata)
{
        const Delivery *delivery = userdata;
        int r = job_still_holds(&delivery->job, store);
        return r == 0 ? write_postpone(store, userdata) : r;
}

/* As write_unwanted(), for a bundle that may have arrived: each of its rows is judged alone. */
static int write_scatter(Store *store, void *userdata)
{
        const Delivery *delivery = userdata;
        int r = job_still_holds(&delivery->job, store);
        return r == 0 ? ledger_scatter(store, delivery->job.mail->id, delivery->move.now) : r;
}

static int write_end_attempts(Store *store, void *userdata)
{
        const Delivery *delivery = userdata;
        return ledger_end_attempts(store, delivery->job.mail->id);
}

static int write_commit(Store *store, void *userdata)
{
        const Delivery *delivery = userdata;
        const Move *move = &delivery->move;
        int64_t id = delivery->job.mail->id;
        int r = job_still_holds(&delivery->job, store);
        if (r != 0)
                return r;
        r = delivery->made ? ledger_commit_first_attempt(store, id, &move->text, move->now)
                           : ledger_commit_attempt(store, id, move->now);
        return r == STORE_E_STALE ? JOB_STALE : r;
}

static int write_refusal(Store *store, void *userdata)
{
        Delivery *delivery = userdata;
        return rejection_write(store, &delivery->rejection);
}

/* After the commit, ledger_split() changes all rows of the bundle. Before it, the rows are independent. */
static int write_split(Store *store, void *userdata)
{
        const Delivery *delivery = userdata;
        const Job *job = &delivery->job;
        const Move *move = &delivery->move;
        if (delivery->outcome.verdict == SMTP_REFUSED)
                return ledger_split(store, job->mail->id, move->reply, move->now);
        int r = ledger_set_alone(store, job->mail->id, move->reply, move->now);
        for (size_t i = 0; r == 0 && i < job->n_companions; i++)
                r = pass_conflict(ledger_set_alone(store, job->companions[i].id, move->reply, move->now));
        return r;
}

static void submit(Delivery *delivery, LedgerWrite write, void (*on_written)(Delivery *), bool hurry)
{
        delivery->stage = DELIVERY_WRITING;
        delivery->on_written = on_written;
        delivery->order = (LedgerOrder){ .write = write, .userdata = delivery };
        ledger_writer_submit(delivery->shared->writer, &delivery->order, hurry);
}

static MailText text_of(const Delivery *delivery)
{
        return (MailText){
                .message_id = delivery->message_id,
                .bytes = delivery->bytes.data,
                .len = delivery->bytes.len,
                .made = delivery->job.now,
                .dictionary = delivery->job.dictionary,
                .repeated = delivery->job.repeated,
                .n_repeated = delivery->job.n_repeated,
                .replaces = delivery->replaces,
                .is_second = delivery->job.mail->attempts > 0,
                .finish = delivery->job.told_finish,
                .place = delivery->job.told_place,
                .expires = delivery->job.told_expires,
                .told = delivery->job.told,
                .n_told = delivery->job.n_told,
                .as_of = delivery->job.sequence,
                .companions = delivery->job.companions,
                .n_companions = delivery->job.n_companions,
        };
}

static void close_row(Delivery *delivery, MailState state, MailReason reason, usec_t now)
{
        delivery->move = (Move){ .state = state, .reason = reason, .now = now };
        submit(delivery, write_close, delivery_row_written, true);
}

static void retry_row(Delivery *delivery, MailState state, usec_t next_attempt, usec_t now)
{
        delivery->move = (Move){
                .state = state,
                .now = now,
                .next_attempt = next_attempt,
                .reason = fault_reason(delivery->fault),
                .reply = delivery->outcome.reply,
        };
        submit(delivery, write_retry, on_wait_written, true);
}

bool delivery_splits(const Delivery *delivery)
{
        return delivery->job.n_companions > 0 && fault_is_final(delivery->fault, &delivery->outcome) &&
               bounce_class_reply(delivery->outcome.reply) == BOUNCE_CLASS_MESSAGE;
}

/*
 * Handles a permanent rejection of this recipient or this message. If the fault is in the message, and the
 * message is a bundle, the server may still accept a mail for each of its rows.
 */
static void refuse_row(Delivery *delivery, usec_t now)
{
        if (delivery_splits(delivery)) {
                delivery->move = (Move){ .now = now, .reply = delivery->outcome.reply };
                return submit(delivery, write_split, delivery_row_written, true);
        }
        MailState from = delivery->outcome.verdict == SMTP_REFUSED ? MAIL_COMMITTED
                                                                   : delivery->job.mail->state;
        rejection_init(&delivery->rejection, &delivery->job, from, delivery->outcome.reply, now);
        submit(delivery, write_refusal, on_refusal_written, true);
}

/*
 * A mail that may have arrived becomes PARKED. EXPIRED or CANCELLED would hide from the operator that it may
 * have arrived. The rows of a bundle are judged one by one, because some of them may still be wanted.
 */
void delivery_close_unwanted(Delivery *delivery, MailState state, MailReason reason)
{
        const MailRecord *mail = delivery->job.mail;
        if (mail->state == MAIL_UNKNOWN && mail->bundle > 0 && mail->bytes) {
                delivery->move = (Move){ .state = MAIL_PENDING, .reason = reason, .now = delivery->job.now };
                return submit(delivery, write_scatter, on_unwanted_written, true);
        }
        MailState final = mail->state == MAIL_UNKNOWN || mail->attempts > 0 ? MAIL_PARKED : state;
        delivery->move = (Move){ .state = final, .reason = reason, .now = delivery->job.now };
        submit(delivery, write_unwanted, on_unwanted_written, true);
}

void delivery_postpone(Delivery *delivery)
{
        const Job *job = &delivery->job;
        delivery->move = (Move){ .now = job->now, .next_attempt = job->wait_until, .reason = job->reason };
        submit(delivery, write_wait, delivery_row_written, true);
}

/*
 * Postpones a row whose data was stale. The delay limits the load if the data changes again and again. A
 * notice that has settled keeps this reason, by which it is one mail with others.
 */
static void postpone_stale(Delivery *delivery)
{
        usec_t now = clock_now(delivery->shared->clock);
        bool settled = delivery->job.mail->reason == MAIL_REASON_SETTLING;
        delivery->move = (Move){ .now = now,
                .next_attempt = now + STALE_SECONDS * USEC_PER_SEC,
                .reason = settled ? MAIL_REASON_SETTLING : MAIL_REASON_NONE };
        submit(delivery, write_postpone, delivery_row_written, true);
}

void delivery_wait_for_repair(Delivery *delivery)
{
        usec_t now = delivery->job.now;
        log_kind(JOURNAL_STORE_FAILS, NULL,
                        "mail %lld waits: the card or the event is in a damaged part of the store; `convene check` names it",
                        (long long)delivery->job.mail->id);
        delivery->move = (Move){ .now = now,
                .next_attempt = now + REPAIR_MINUTES * 60 * USEC_PER_SEC,
                .reason = MAIL_REASON_DAMAGED };
        submit(delivery, write_postpone, delivery_row_written, true);
}

void delivery_end_attempts(Delivery *delivery)
{
        log_error("mail %lld was queued although it is %s: its row is damaged; it is no longer queued",
                        (long long)delivery->job.mail->id, mail_state_name(delivery->job.mail->state));
        submit(delivery, write_end_attempts, delivery_row_written, true);
}

void delivery_commit(Delivery *delivery, void (*on_written)(Delivery *))
{
        delivery->move = (Move){ .now = clock_now(delivery->shared->clock), .text = text_of(delivery) };
        submit(delivery, write_commit, on_written, true);
}

/*
 * Returns the time until the next attempt. If the server refuses the mail because of its sender, the time is
 * always OURS_MINUTES: a quota or a policy does not change within minutes, and each attempt may count
 * against it.
 */
static usec_t retry_wait(const Delivery *delivery)
{
        size_t last = sizeof(retry_minutes) / sizeof(retry_minutes[0]) - 1;
        size_t tries = (size_t)delivery->job.mail->tries;
        bool ours = delivery->fault == FAULT_OURS && delivery->outcome.concerns_mail;
        return (ours ? OURS_MINUTES : retry_minutes[tries < last ? tries : last]) * 60 * USEC_PER_SEC;
}

static void after_deferral(Delivery *delivery, usec_t now)
{
        delivery->move = (Move){
                .now = now,
                .next_attempt = now + retry_wait(delivery),
                .reason = fault_reason(delivery->fault),
                .reply = delivery->outcome.reply,
        };
        submit(delivery, write_defer, on_wait_written, true);
}

static void after_unknown(Delivery *delivery, usec_t now)
{
        if (delivery->job.mail->attempts >= 1)
                close_row(delivery, MAIL_PARKED, MAIL_REASON_NO_REPLY, now);
        else
                retry_row(delivery, MAIL_UNKNOWN, now + delivery->config->mail.retry_unknown, now);
}

/*
 * Handles an attempt that ended before the row was COMMITTED. A row that was UNKNOWN stays UNKNOWN, and its
 * second attempt is repeated, unless the server refuses it for good.
 */
static void after_failure(Delivery *delivery, usec_t now)
{
        if (delivery->outcome.lacks_utf8)
                delivery_close_unwanted(delivery, MAIL_FAILED, MAIL_REASON_NO_UTF8);
        else if (fault_is_final(delivery->fault, &delivery->outcome))
                refuse_row(delivery, now);
        else if (delivery->job.mail->state == MAIL_UNKNOWN)
                retry_row(delivery, MAIL_UNKNOWN, now + delivery->config->mail.retry_unknown, now);
        else
                retry_row(delivery, MAIL_PENDING, now + retry_wait(delivery), now);
}

/*
 * Sets the row to SENT. The write is not urgent: it waits some milliseconds for an urgent one, to share its
 * sync to disk. A crash before the write causes a second copy, like a crash before the reply.
 */
static void after_success(Delivery *delivery, usec_t now)
{
        delivery->move = (Move){ .state = MAIL_SENT, .reply = delivery->outcome.reply, .now = now };
        submit(delivery, write_sent, delivery_row_written, false);
}

void delivery_settle(Delivery *delivery)
{
        usec_t now = clock_now(delivery->shared->clock);
        switch (delivery->outcome.verdict) {
        case SMTP_SENT:
                return after_success(delivery, now);
        case SMTP_REFUSED:
                return delivery->fault == FAULT_OURS ? after_deferral(delivery, now)
                                                     : refuse_row(delivery, now);
        case SMTP_DEFERRED:
                return after_deferral(delivery, now);
        case SMTP_UNKNOWN:
                return after_unknown(delivery, now);
        case SMTP_NOT_DELIVERED:
                break;
        }
        after_failure(delivery, now);
}
