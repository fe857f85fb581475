#include "outbox/returned.h"

#include "base/log.h"
#include "base/utf8.h"
#include "contact/card.h"
#include "mail/bounce.h"
#include "store/ledger.h"
#include "store/object.h"
#include "store/optout.h"

#include <stdio.h>
#include <string.h>

_Static_assert(CONFIG_BOUNCE_LOCAL_MAX <= (int)VERP_LOCAL_MAX_BYTES,
                "a configured address has room for a tag");

/* A returned message and the mail that it is about. */
typedef struct Return {
        Store *store;
        const Config *config;
        usec_t now;
        Bounce *bounce;
        MailRecord *mail;
        ObjectRecord *contact; /* NULL if the contact does not exist (any more) */
        Card *card;
        const BounceRecipient
                        *recipient; /* the recipient to count; NULL if the report could not be parsed */
} Return;

static void return_done(Return *back)
{
        bounce_free(back->bounce);
        mail_record_free(back->mail);
        object_record_free(back->contact);
        card_free(back->card);
}

static const char *address_of(const Return *back)
{
        const char *address = back->card ? card_email(back->card) : NULL;
        return address ? address : "";
}

static int load_contact(Return *back)
{
        int r = back->mail->contact == 0
                                ? STORE_E_NOT_FOUND
                                : object_get_by_id(back->store, back->mail->contact, &back->contact);
        if (r == 0)
                r = card_parse(back->contact->text, back->contact->len, &back->card, NULL);
        return r == STORE_E_NOT_FOUND || r == CARD_E_INVALID ? 0 : r;
}

/*
 * Finds the mail by the tag. Return: RETURNED_E_UNKNOWN if there is no valid tag, or if the tag was made for
 * a former address of the contact; other results as ledger_get().
 */
static int find_mail(Return *back)
{
        const VerpTag *tag = &back->bounce->tag;
        int r = back->bounce->has_tag ? ledger_get(back->store, tag->mail, &back->mail) : STORE_E_NOT_FOUND;
        if (r == 0)
                r = load_contact(back);
        if (r == 0 && !verp_is_of(tag, back->mail->token, address_of(back)))
                r = STORE_E_NOT_FOUND;
        return r == STORE_E_NOT_FOUND ? RETURNED_E_UNKNOWN : r;
}

static BounceClass class_of(const Return *back)
{
        return back->recipient ? bounce_class(back->recipient) : BOUNCE_CLASS_SOFT;
}

static ReturnedOutcome outcome_of(SuppressionOutcome entry, bool hard)
{
        if (entry == SUPPRESSION_KNOWN)
                return RETURNED_KNOWN;
        if (entry == SUPPRESSION_COUNTED)
                return hard ? RETURNED_HARD_AGAIN : RETURNED_SOFT;
        return hard ? RETURNED_HARD : RETURNED_SOFT_TOO_LONG;
}

static int enter(const Return *back, bool hard, ReturnedReport *ret)
{
        SuppressionOutcome entry;
        ReturnedMail record = {
                .mail = back->mail->id,
                .contact = back->contact->id,
                .sent = back->mail->updated,
                .address = address_of(back),
                .hard = hard,
                .status = ret->status,
                .reason = ret->words,
        };
        SuppressionLimit limit = { back->config->bounces.soft_days, back->config->bounces.soft_period };
        int r = suppression_add(back->store, &record, &limit, back->now, &entry);
        if (r != 0)
                return r;
        ret->again = entry == SUPPRESSION_KNOWN;
        ret->counted = !ret->again;
        ret->suppressed = entry == SUPPRESSION_SUPPRESSED;
        ret->outcome = outcome_of(entry, hard);
        return 0;
}

/* A complaint is an opt-out from all mail. */
static int stop(const Return *back, ReturnedReport *ret)
{
        ret->outcome = RETURNED_COMPLAINT;
        int r = contact_stop(back->store, back->contact->id, MAIL_REASON_OPTED_OUT, back->now);
        return r != 0 ? r
                      : ledger_suppress_contact(back->store, back->contact->id, NULL, MAIL_REASON_OPTED_OUT,
                                        back->now);
}

static int count(const Return *back, ReturnedReport *ret)
{
        BounceClass class = class_of(back);
        ret->outcome = RETURNED_OF_NO_ADDRESS;
        if (!back->contact || address_of(back)[0] == '\0')
                ret->outcome = RETURNED_NOT_LISTED;
        else if (back->bounce->kind == BOUNCE_KIND_COMPLAINT)
                return stop(back, ret);
        else if (back->recipient && back->recipient->action == BOUNCE_DELAYED)
                ret->outcome = RETURNED_DELAYED;
        else if (class == BOUNCE_CLASS_SOFT || class == BOUNCE_CLASS_HARD)
                return enter(back, class == BOUNCE_CLASS_HARD, ret);
        else if (class == BOUNCE_CLASS_DELIVERED && back->recipient->action == BOUNCE_DELIVERED) {
                ret->outcome = RETURNED_ARRIVED;
                return suppression_delivered(back->store, back->contact->id);
        }
        return 0;
}

/* The texts of the journal. Only messages about our own mails are logged. */
static const char *const journal_outcomes[RETURNED_N_OUTCOMES] = {
        [RETURNED_NOT_LISTED] = "the mail went to a contact that is not listed",
        [RETURNED_OF_NO_ADDRESS] = "it says nothing of a contact's address",
        [RETURNED_ARRIVED] = "the mail has arrived",
        [RETURNED_KNOWN] = "known already, or from before the contact was restored",
        [RETURNED_HARD] = "there is no such mailbox; nothing more is mailed to it",
        [RETURNED_HARD_AGAIN] = "there is no such mailbox; nothing goes to it anyway",
        [RETURNED_SOFT] = "it could not be reached for now; counted",
        [RETURNED_DELAYED] = "it is delayed, and the server goes on trying",
        [RETURNED_COMPLAINT] = "the recipient has marked it as spam; nothing more is mailed to the contact",
        [RETURNED_SOFT_TOO_LONG] = "it could not be reached for many days; nothing more is mailed to it",
};

static void tell(const Return *back, const ReturnedReport *report)
{
        char id[24], hidden[BOUNCE_WORDS_SIZE];
        const char *words = report->words, *contact = report->uid[0] ? report->uid : NULL;
        if (!back->config->log.addresses) {
                log_hide_addresses(words, hidden, sizeof(hidden));
                words = hidden;
        }
        snprintf(id, sizeof(id), "%lld", (long long)report->mail);
        log_kind(report->suppressed ? JOURNAL_CONTACT_SUPPRESSED : JOURNAL_MAIL_BOUNCED,
                        LOG_FIELDS({ "MAIL_ID", id }, { "CONTACT", contact }, { "STATUS", report->status },
                                        { "SMTP_REPLY", words }),
                        "mail %s to %s came back: %s: %s %s", id,
                        contact ? contact : "a contact that is not listed",
                        journal_outcomes[report->outcome], report->status, words);
}

static void describe(const Return *back, ReturnedReport *ret)
{
        ret->mail = back->mail->id;
        snprintf(ret->uid, sizeof(ret->uid), "%s", back->contact ? back->contact->uid : "");
        if (!back->recipient)
                return;
        const char *words = back->recipient->words;
        snprintf(ret->words, sizeof(ret->words), "%.*s",
                        (int)utf8_cut(words, strlen(words), sizeof(ret->words) - 1), words);
        if (!bounce_find_status(back->recipient->words, ret->status) ||
                        strcmp(back->recipient->status + (back->recipient->status[0] != '\0'), ".0.0") != 0)
                snprintf(ret->status, sizeof(ret->status), "%s", back->recipient->status);
}

static int take(Return *back, ReturnedReport *ret)
{
        int r = find_mail(back);
        if (r == RETURNED_E_UNKNOWN)
                ret->outcome = RETURNED_FOREIGN;
        if (r != 0)
                return r;
        back->recipient = bounce_verdict(back->bounce, address_of(back));
        describe(back, ret);
        return count(back, ret);
}

/* The card, which has the address, is read in the same transaction that counts the message. */
static int take_in_transaction(Return *back, ReturnedReport *ret)
{
        BounceKind kind = back->bounce->kind;
        if (kind == BOUNCE_KIND_AUTO || kind == BOUNCE_KIND_OTHER) {
                ret->outcome = kind == BOUNCE_KIND_AUTO ? RETURNED_AUTOMATIC : RETURNED_NO_BOUNCE;
                return RETURNED_E_NO_BOUNCE;
        }
        StoreWrite write;
        int r = store_write_begin(back->store, &write);
        if (r == 0)
                r = store_write_end(&write, take(back, ret));
        if (r == 0)
                tell(back, ret);
        return r;
}

int returned_take(Store *store, const Config *config, const char *message, size_t len, const char *recipient,
                usec_t now, ReturnedReport *ret)
{
        CLEANUP(return_done) Return back = { .store = store, .config = config, .now = now };
        ReturnedReport report = { 0 };
        int r = bounce_parse(message, len, recipient, &back.bounce);
        if (r == 0)
                r = take_in_transaction(&back, &report);
        if (r == 0 || r == RETURNED_E_NO_BOUNCE || r == RETURNED_E_UNKNOWN)
                *ret = report;
        return r;
}

static int take_from_mailbox(Store *store, const Config *config, const char *message, size_t len, usec_t now)
{
        ReturnedReport report;
        int r = returned_take(store, config, message, len, NULL, now, &report);
        return r == RETURNED_E_NO_BOUNCE || r == RETURNED_E_UNKNOWN ? TAKER_E_LEAVE : r;
}

const OutboxTaker returned_taker = { "bounces", take_from_mailbox };
