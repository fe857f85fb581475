#include "remind/refusal.h"

#include "base/log.h"
#include "mail/bounce.h"
#include "store/bounce.h"

#include <stdio.h>

typedef struct Refusal {
        BounceRecord record;
        BounceLimit limit;
        usec_t now;
        bool counts;
        BounceEntry entry; /* what became of it */
} Refusal;

static int write_refusal(Store *store, void *userdata)
{
        Refusal *refusal = userdata;
        const BounceRecord *record = &refusal->record;
        int r = ledger_close(store, record->mail, MAIL_FAILED, record->reason, refusal->now);
        if (r != 0 || !refusal->counts)
                return r;
        return bounce_add(store, record, &refusal->limit, refusal->now, &refusal->entry);
}

static void tell(const Errand *errand, const char *reply)
{
        const char *contact = errand->contact_record->uid;
        char hidden[BOUNCE_WORDS_SIZE];
        if (!errand->config->log.addresses) {
                log_hide_addresses(reply, hidden, sizeof(hidden));
                reply = hidden;
        }
        log_kind(JOURNAL_CONTACT_SUPPRESSED, LOG_FIELDS({ "CONTACT", contact }, { "SMTP_REPLY", reply }),
                        "contact %s is not mailed any more: %s", contact, reply);
}

int refusal_close(Scribe *scribe, const Errand *errand, const char *reply, usec_t now)
{
        char status[BOUNCE_STATUS_SIZE] = "";
        BounceClass class = bounce_class_reply(reply);
        bounce_find_status(reply, status);
        Refusal refusal = {
                .record = { .mail = errand->mail->id,
                                .contact = errand->mail->contact,
                                .sent = now,
                                .address = errand->address,
                                .hard = class == BOUNCE_CLASS_HARD,
                                .status = status,
                                .reason = reply },
                .limit = { errand->config->bounces.soft_days, errand->config->bounces.soft_period },
                .now = now,
                .counts = errand->contact && (class == BOUNCE_CLASS_HARD || class == BOUNCE_CLASS_SOFT),
        };
        int r = scribe_write(scribe, write_refusal, &refusal);
        if (r == 0 && refusal.entry == BOUNCE_ENTRY_SUPPRESSED)
                tell(errand, reply);
        return r;
}
