#include "outbox/rejection.h"

#include "base/log.h"

#include <stdio.h>

void rejection_init(Rejection *ret, const Job *job, MailState from, const char *reply, usec_t now)
{
        BounceClass class = bounce_class_reply(reply);
        *ret = (Rejection){
                .from = from,
                .record = { .mail = job->mail->id,
                                .contact = job->mail->contact,
                                .sent = now,
                                .address = job->address,
                                .hard = class == BOUNCE_CLASS_HARD,
                                .status = ret->status,
                                .reason = reply },
                .limit = { job->config->bounces.soft_days, job->config->bounces.soft_period },
                .now = now,
                .companions = job->companions,
                .n_companions = job->n_companions,
                .counts = job->contact && (class == BOUNCE_CLASS_HARD || class == BOUNCE_CLASS_SOFT),
        };
        bounce_find_status(reply, ret->status);
}

/* Before the commit the rows of a bundle are still independent, so one may have been closed meanwhile. */
static int close_companions(Store *store, const Rejection *rejection)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < rejection->n_companions; i++) {
                r = ledger_close_from(store, rejection->companions[i].id, rejection->from, MAIL_FAILED,
                                MAIL_REASON_NONE, rejection->record.reason, rejection->now);
                r = r == STORE_E_CONFLICT ? 0 : r;
        }
        return r;
}

/* A second copy was refused: the first one may have arrived. */
static MailState end_of(const Rejection *rejection)
{
        return rejection->from == MAIL_UNKNOWN ? MAIL_PARKED : MAIL_FAILED;
}

int rejection_write(Store *store, Rejection *rejection)
{
        const ReturnedMail *record = &rejection->record;
        int r = ledger_close_from(store, record->mail, rejection->from, end_of(rejection), MAIL_REASON_NONE,
                        record->reason, rejection->now);
        if (r == 0)
                r = close_companions(store, rejection);
        if (r != 0 || !rejection->counts)
                return r;
        return suppression_add(store, record, &rejection->limit, rejection->now, &rejection->entry);
}

void rejection_tell(const Rejection *rejection, const Job *job)
{
        char hidden[BOUNCE_WORDS_SIZE];
        const char *reply = rejection->record.reason;
        if (rejection->entry != SUPPRESSION_SUPPRESSED)
                return;
        const char *contact = job->contact_record->uid;
        if (!job->config->log.addresses) {
                log_hide_addresses(reply, hidden, sizeof(hidden));
                reply = hidden;
        }
        log_kind(JOURNAL_CONTACT_SUPPRESSED, LOG_FIELDS({ "CONTACT", contact }, { "SMTP_REPLY", reply }),
                        "contact %s is not mailed any more: %s", contact, reply);
}
