/*
 * The rows of the table of kinds: who gets each kind of mail, whether it is still wanted, and what composes it. Reminders have a file of
 * their own, mails-reminder.c.
 */

#include "remind/mails.h"

#include "remind/compose-cache.h"
#include "remind/compose-confirm.h"
#include "remind/consent.h"
#include "remind/digest.h"
#include "remind/mails-internal.h"
#include "remind/notice.h"
#include "remind/reader.h"
#include "store/address.h"
#include "store/due-index.h"
#include "store/subscription.h"

#include <string.h>

static int load_listed(Job *job)
{
        int r = job_load_contact(job);
        if (r == 0)
                r = subscription_version(job->store, job->mail->contact, &job->listings);
        if (r == 0)
                r = consent_why_not(
                                job->store, job->mail->contact, job->contact, job->mail->uid, &job->refusal);
        return r == 0 && job->refusal ? job_close(job, MAIL_SUPPRESSED, job->refusal) : r;
}

/* The card is the one that was read, or the versions do not stand. What may be told rests on the listings. */
static int check_listed(const Job *job, Store *store)
{
        MailReason refusal = MAIL_REASON_NONE;
        int64_t listings = job->listings;
        int r = job_check_versions(job, store);
        if (r == 0 && job->contact)
                r = consent_why_not(store, job->mail->contact, job->contact, job->mail->uid, &refusal);
        if (r == 0 && job->contact)
                r = subscription_version(store, job->mail->contact, &listings);
        return r != 0 ? r : refusal == job->refusal && listings == job->listings ? 0 : JOB_STALE;
}

/* Between the commit and the reply the event may have changed: it is compared with what was told. */
static int look_again(const Job *job, Store *store, usec_t now)
{
        int64_t change = 0;
        int r = object_change(store, job->mail->object, &change);
        (void)now;
        if (r != 0 || change == job_version(job, job->mail->object))
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return due_index_wake(store, job->mail->object);
}

int making_rest_on_event(Making *making)
{
        Job *job = making->job;
        int r = object_change(job->store, job->mail->object, &making->event_change);
        if (r == 0 || r == STORE_E_NOT_FOUND)
                r = job_rests_on(job, job->mail->object, making->event_change);
        return r == 0 ? reader_audience(job->store, job->mail->contact, job->mail->object, &making->audience)
                      : r;
}

/* CANCELLED, not SUPPRESSED: it goes after all when the event is for everybody again in time. */
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
        int r = load_listed(job);
        return r == 0 && card_digest(job->contact).period != DIGEST_NONE
                               ? job_close(job, MAIL_SUPPRESSED, MAIL_REASON_DIGEST)
                               : r;
}

int making_init(Making *making, Job *job, Buffer *out)
{
        *making = (Making){ .job = job, .out = out };
        int r = out && job->contact ? parked_load(job->store, job->config, job->mail->contact, job->now,
                                                      &making->parked)
                                    : 0;
        if (r == 0)
                r = rest_on_parked(making);
        job->tells_parked = making->parked.n > 0;
        making->options = (ComposeOptions){
                .letter = {
                        .config = job->config,
                        .zones = store_zones(job->store),
                        .contact = job->contact,
                        .address = job->address,
                        .token = job->mail->token,
                        .message_id = job->message_id,
                        .now = job->now,
                },
                .parked = &making->parked,
        };
        return r;
}

void making_done(Making *making)
{
        parked_done(&making->parked);
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

static int on_notice(const Notice *notice, void *userdata)
{
        Making *making = userdata;
        usec_t due;
        const EventItem item = { notice->event, notice->record, &notice->now, notice->audience };
        if (event_item_is_hidden(&item))
                return making_close_hidden(making);
        int r = making_keep_quiet(making, event_zone(notice->event, making->job->config->time_zone),
                        notice->now.start_usec, notice->now.end_usec, &due);
        making->options.letter.in_reply_to =
                        notice->first_id && notice->first_id[0] ? notice->first_id : NULL;
        return r == 0 && making->out ? compose_notice(notice, &making->options, making->out) : r;
}

static int make_notice(Job *job, Buffer *out)
{
        CLEANUP(making_done) Making making;
        int r = making_init(&making, job, out);
        if (r == 0)
                r = making_rest_on_event(&making);
        if (r == 0)
                r = notice_rebuild(job->store, job->config, job->mail, job->now, on_notice, &making);
        return r == STORE_E_NOT_FOUND ? job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_AGAIN) : r;
}

static int make_digest(Job *job, Buffer *out)
{
        CLEANUP(digest_done) Digest digest = { .n = 0 };
        CLEANUP(making_done) Making making;
        int r = making_init(&making, job, out);
        if (card_digest(job->contact).period == DIGEST_NONE)
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_NO_DIGEST);
        if (r != 0 || !out)
                return r;
        r = digest_build(job->store, job->config, job->mail->contact, job->contact, job->mail->due, job->now,
                        &digest);
        for (size_t i = 0; r == 0 && i < digest.n_sources; i++)
                r = job_rests_on(job, digest.sources[i].record->id, digest.sources[i].record->change);
        if (r == 0 && digest.n == 0)
                return job_close(job, MAIL_SUPPRESSED, MAIL_REASON_NOTHING_TO_TELL);
        return r == 0 ? compose_digest(&digest, &making.options, out) : r;
}

static int load_signup(Job *job)
{
        Signup *signup = NULL;
        int r = signup_get(job->store, job->mail->token, job->now, &signup);
        if (r == STORE_E_NOT_FOUND)
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_NOTHING_TO_CONFIRM);
        if (r == 0) {
                job->data = signup;
                job->address = signup->address;
        }
        return r;
}

static void signup_done(Job *job)
{
        signup_free(job->data);
}

/* The mail alone tells whether an address is listed, and so only to the owner of the address. */
static int look_up_listing(Job *job, bool *ret_is_listed, bool *ret_is_off)
{
        CLEANUP(reader_done) Reader reader = { 0 };
        const Signup *signup = job->data;
        int64_t contact = 0;
        int r = address_find(job->store, signup->address, &contact, NULL);
        if (r != 0 || contact == 0)
                return r;
        r = signup_is_listed(job->store, contact, signup, ret_is_listed);
        if (r == 0)
                r = reader_load(job->store, contact, &reader);
        if (r == 0)
                *ret_is_off = card_reminders_off(reader.card);
        return r;
}

/* An event that has become private is as if it were not there. */
static int load_target(Job *job, const Signup *signup, Event **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(job->store, signup->target, &record);
        if (r == 0 && strcmp(record->class, "PUBLIC") != 0)
                return STORE_E_NOT_FOUND;
        if (r == 0)
                r = job_rests_on(job, record->id, record->change);
        if (r == 0)
                r = event_parse(store_zones(job->store), record->text, record->len, ret, NULL);
        return r > 0 ? STORE_E_NOT_FOUND : r;
}

static int make_confirm(Job *job, Buffer *out)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(making_done) Making making;
        bool is_off = false;
        Confirm confirm = { .signup = job->data };
        int r = making_init(&making, job, out);
        if (r == 0)
                r = look_up_listing(job, &confirm.is_listed, &is_off);
        if (r == 0 && is_off)
                return job_close(job, MAIL_SUPPRESSED, MAIL_REASON_REMINDERS_OFF);
        if (r == 0 && confirm.signup->scope == SUBSCRIBE_EVENT)
                r = load_target(job, confirm.signup, &event);
        if (r == STORE_E_NOT_FOUND)
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_EVENT_GONE);
        confirm.event = event;
        making.options.letter.language = confirm.signup->language;
        return r == 0 && out ? compose_confirm(&confirm, &making.options.letter, out) : r;
}

static const OutboxKind kinds[] = {
        { .name = "reminder",
                        .load = load_reminded,
                        .compose = mails_make_reminder,
                        .check = check_listed,
                        .on_sent = look_again },
        { .name = "change",
                        .load = load_listed,
                        .compose = make_notice,
                        .check = check_listed,
                        .on_sent = look_again },
        { .name = "cancel",
                        .load = load_listed,
                        .compose = make_notice,
                        .check = check_listed,
                        .on_sent = look_again },
        { .name = "agenda", .load = load_listed, .compose = make_digest, .check = check_listed },
        { .name = "confirm",
                        .load = load_signup,
                        .compose = make_confirm,
                        .check = job_check_versions,
                        .done = signup_done },
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
