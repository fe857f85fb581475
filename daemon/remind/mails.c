/*
 * The table of the kinds of mail. For each kind, callbacks decide whether the recipient may get the mail and
 * whether it is still wanted, and compose it. The kinds have their own files, mails-*.c.
 */

#include "remind/mails.h"

#include "remind/compose-cache.h"
#include "remind/consent.h"
#include "remind/mails-internal.h"
#include "remind/notice.h"
#include "remind/reader.h"
#include "store/due-index.h"
#include "store/subscription.h"

#include <string.h>

/*
 * Finds whether a later mail says something else than the fixed bytes of this one; false if the bytes are
 * not fixed. Digests are not checked here, but event by event in mails_look_at_told().
 */
static int look_for_newer(const Job *job, Store *store, bool *ret_otherwise)
{
        *ret_otherwise = false;
        return job_is_fixed(job) && job->mail->uid[0]
                               ? notice_told_otherwise(store, job->mail, job->now, ret_otherwise)
                               : 0;
}

int mails_load_listed(Job *job)
{
        bool otherwise = false;
        int r = job_load_contact(job);
        if (r == 0)
                r = subscription_version(job->store, job->mail->contact, &job->listings);
        if (r == 0)
                r = consent_why_not(
                                job->store, job->mail->contact, job->contact, job->mail->uid, &job->refusal);
        if (r == 0 && job->refusal)
                return job_close(job, MAIL_SUPPRESSED, job->refusal);
        if (r == 0)
                r = look_for_newer(job, job->store, &otherwise);
        return otherwise ? job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_SINCE) : r;
}

/* Checks an event of the mail other than the row's: an entry of a digest, or the event of a parked mail. */
static int check_other_event(const Job *job, Store *store, int64_t object)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        MailReason refusal = MAIL_REASON_NONE;
        int r = object_get_by_id(store, object, &record);
        if (r == 0)
                r = consent_why_not(store, job->mail->contact, job->contact, record->uid, &refusal);
        return r == STORE_E_NOT_FOUND || (r == 0 && refusal) ? JOB_STALE : r;
}

static int check_other_events(const Job *job, Store *store)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < job->n_versions; i++) {
                const JobVersion *version = &job->versions[i];
                if (version->object != job->mail->contact && version->object != job->mail->object &&
                                !version->is_named)
                        r = check_other_event(job, store, version->object);
        }
        return r;
}

/*
 * Checks again whether the contact may get the mail. After job_check_versions() job->contact is current:
 * with a changed card it returns JOB_STALE. Listings are compared because they decide how much may be shown.
 */
int mails_check_listed(const Job *job, Store *store)
{
        MailReason refusal = MAIL_REASON_NONE;
        int64_t listings = job->listings;
        bool otherwise = false;
        int r = job_check_versions(job, store);
        if (r == 0 && job->contact)
                r = consent_why_not(store, job->mail->contact, job->contact, job->mail->uid, &refusal);
        if (r == 0 && job->contact)
                r = subscription_version(store, job->mail->contact, &listings);
        if (r == 0 && job->close_as == 0)
                r = look_for_newer(job, store, &otherwise);
        if (r == 0 && (otherwise || refusal != job->refusal || listings != job->listings))
                return JOB_STALE;
        return r == 0 && !refusal ? check_other_events(job, store) : r;
}

typedef struct Recheck {
        const Job *job;
        Store *store;
} Recheck;

static int recheck_row(const MailRecord *mail, void *userdata)
{
        const Recheck *recheck = userdata;
        int64_t change = 0;
        DueEntry due = { .notify = DUE_NOTIFY_SETTLED };
        bool is_cancel = strcmp(mail->kind, MAIL_KIND_CANCEL) == 0;
        int r = is_cancel ? due_index_get(recheck->store, mail->object, &due) : 0;
        if (r == 0 && due_notify_deletes(due.notify))
                return due_index_wake(recheck->store, mail->object);
        r = object_change(recheck->store, mail->object, &change);
        if (r == DB_E_CORRUPT)
                return due_index_wake_known(recheck->store, mail->object);
        if (r != 0 || change == job_version(recheck->job, mail->object))
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return due_index_wake(recheck->store, mail->object);
}

/*
 * If an event of the mail has changed since the row became COMMITTED, makes the event due: it will be
 * compared with the mail that was sent, and the contact may get a notice. If the event is to be deleted when
 * its notices are sent, it is due, too.
 */
static int recheck_events(const Job *job, Store *store, usec_t now)
{
        Recheck recheck = { job, store };
        (void)now;
        int r = recheck_row(job->mail, &recheck);
        return r == 0 ? ledger_bundle_each(store, job->mail->id, recheck_row, &recheck) : r;
}

int making_rest_on_event(Making *making)
{
        Job *job = making->job;
        int r = object_change(job->store, job->mail->object, &making->event_change);
        if (r == 0 || r == STORE_E_NOT_FOUND)
                r = job_rests_on(job, job->mail->object, making->event_change);
        return r == 0 ? audience_of(job->store, job->mail->contact, job->mail->object, &making->audience)
                      : r;
}

int making_name_whole(Making *making, const Event *part)
{
        Job *job = making->job;
        WholeItem *whole = &making->whole;
        int r = making->out ? whole_load(job->store, part, job->mail->contact, whole) : 0;
        if (r != 0 || !whole->record)
                return r;
        making->options.whole = &whole->item;
        return job_names(job, whole->record->id, whole->record->change);
}

/* The state is CANCELLED, because such a mail is reopened if the event becomes visible again in time. */
int making_close_hidden(Making *making)
{
        return job_close(making->job, MAIL_CANCELLED, MAIL_REASON_NOT_PUBLIC);
}

static int rest_on_parked(Making *making)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < making->parked.n; i++)
                r = job_rests_on(making->job, making->parked.entries[i].record->id,
                                making->parked.entries[i].record->change);
        return r;
}

static int load_reminded(Job *job)
{
        int r = mails_load_listed(job);
        return r == 0 && card_digest(job->contact).period != DIGEST_NONE
                               ? job_close(job, MAIL_SUPPRESSED, MAIL_REASON_DIGEST)
                               : r;
}

LetterOptions making_letter_options(const Job *job)
{
        return (LetterOptions){
                .config = job->config,
                .zones = store_zones(job->store),
                .contact = job->contact,
                .address = job->address,
                .token = job->mail->token,
                .message_id = job->message_id,
                .now = job->now,
        };
}

int making_init(Making *making, Job *job, Buffer *out)
{
        *making = (Making){ .job = job, .out = out };
        int r = out && job->contact ? parked_load(job->store, job->config, job->mail->contact, job->contact,
                                                      job->now, &making->parked)
                                    : 0;
        if (r == 0)
                r = rest_on_parked(making);
        making->options = (ComposeOptions){
                .letter = making_letter_options(job),
                .parked = making->parked.items,
                .n_parked = making->parked.n_items,
                .ret_n_parked = &making->n_repeated,
        };
        return r;
}

static int on_repeated(int64_t mail, void *userdata)
{
        return job_repeats(userdata, mail);
}

int making_repeat_parked(Making *making)
{
        return parked_each_repeated(&making->parked, making->n_repeated, on_repeated, making->job);
}

void making_done(Making *making)
{
        parked_done(&making->parked);
        whole_done(&making->whole);
}

int making_keep_quiet(
                Making *making, const Zone *event_zone, usec_t start_usec, usec_t end_usec, usec_t *ret_due)
{
        QuietHours hours;
        Job *job = making->job;
        *ret_due = job->mail->due;
        if (!card_quiet(job->contact, &hours))
                return 0;
        const Zone *zone = reader_zone(job->contact, store_zones(job->store), event_zone);
        usec_t deadline = start_usec > job->now ? start_usec : end_usec;
        *ret_due = consent_quiet_until(&hours, zone, job->mail->due);
        usec_t until = consent_quiet_until(&hours, zone, job->now);
        return until > job->now && until < deadline ? job_wait(job, until, MAIL_REASON_QUIET_HOURS) : 0;
}

static const OutboxKind kinds[] = {
        { .name = MAIL_KIND_REMINDER,
                        .load = load_reminded,
                        .compose = mails_make_reminder,
                        .check = mails_check_digest,
                        .on_sent = recheck_events,
                        .done = mails_reminder_done },
        { .name = MAIL_KIND_CHANGE,
                        .load = mails_load_notice,
                        .compose = mails_make_notice,
                        .check = mails_check_notice,
                        .on_sent = recheck_events,
                        .done = mails_notice_done },
        { .name = MAIL_KIND_CANCEL,
                        .load = mails_load_notice,
                        .compose = mails_make_notice,
                        .check = mails_check_notice,
                        .on_sent = recheck_events,
                        .done = mails_notice_done },
        { .name = "agenda",
                        .load = mails_load_listed,
                        .compose = mails_make_digest,
                        .check = mails_check_digest,
                        .done = mails_digest_done },
        { .name = MAIL_KIND_CONFIRM,
                        .load = mails_load_confirm,
                        .compose = mails_make_confirm,
                        .check = mails_check_confirm,
                        .done = mails_confirm_done },
        { .name = MAIL_KIND_WELCOME,
                        .load = mails_load_listed,
                        .compose = mails_make_welcome,
                        .check = mails_check_listed },
        { .name = MAIL_KIND_ANNOUNCEMENT,
                        .load = mails_load_announcement,
                        .compose = mails_make_announcement,
                        .check = mails_check_announcement,
                        .done = mails_announcement_done },
};

static int cache_new(void **ret)
{
        ComposeCache *cache;
        int r = compose_cache_new(&cache);
        if (r == 0)
                *ret = cache;
        return r;
}

static void *cache_free(void *cache)
{
        return compose_cache_free(cache);
}

const OutboxTable mails_table = {
        .kinds = kinds,
        .n = sizeof(kinds) / sizeof(kinds[0]),
        .cache_new = cache_new,
        .cache_free = cache_free,
};
