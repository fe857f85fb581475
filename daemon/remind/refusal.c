#include "remind/refusal.h"

#include "base/log.h"

#include <stdio.h>

void refusal_init(Refusal *ret, const Errand *errand, const char *reply, usec_t now)
{
        BounceClass class = bounce_class_reply(reply);
        *ret = (Refusal){
                .record = { .mail = errand->mail->id,
                                .contact = errand->mail->contact,
                                .sent = now,
                                .address = errand->address,
                                .hard = class == BOUNCE_CLASS_HARD,
                                .status = ret->status,
                                .reason = reply },
                .limit = { errand->config->bounces.soft_days, errand->config->bounces.soft_period },
                .now = now,
                .counts = errand->contact && (class == BOUNCE_CLASS_HARD || class == BOUNCE_CLASS_SOFT),
        };
        bounce_find_status(reply, ret->status);
}

int refusal_write(Store *store, Refusal *refusal)
{
        const BounceRecord *record = &refusal->record;
        int r = ledger_close(store, record->mail, MAIL_FAILED, record->reason, refusal->now);
        if (r != 0 || !refusal->counts)
                return r;
        return bounce_add(store, record, &refusal->limit, refusal->now, &refusal->entry);
}

void refusal_tell(const Refusal *refusal, const Errand *errand)
{
        char hidden[BOUNCE_WORDS_SIZE];
        const char *reply = refusal->record.reason;
        if (refusal->entry != BOUNCE_ENTRY_SUPPRESSED)
                return;
        const char *contact = errand->contact_record->uid;
        if (!errand->config->log.addresses) {
                log_hide_addresses(reply, hidden, sizeof(hidden));
                reply = hidden;
        }
        log_kind(JOURNAL_CONTACT_SUPPRESSED, LOG_FIELDS({ "CONTACT", contact }, { "SMTP_REPLY", reply }),
                        "contact %s is not mailed any more: %s", contact, reply);
}
