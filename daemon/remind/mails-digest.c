/*
 * Digests. A digest is composed from the current events. The contents of each entry are recorded, so that
 * the recipient gets a notice when an event changes. Bytes that may have arrived are sent a second time
 * only while all their contents are correct.
 */

#include "remind/consent.h"
#include "remind/digest-told.h"
#include "remind/mails-internal.h"
#include "remind/notice.h"

#include <errno.h>
#include <stdlib.h>

/* The private data of the job, which borrows the rows from it. */
typedef struct DigestData {
        Digest digest;
        DigestTold told;
} DigestData;

void mails_digest_done(Job *job)
{
        DigestData *data = job->data;
        if (!data)
                return;
        digest_told_done(&data->told);
        digest_done(&data->digest);
        free(data);
}

int mails_rest_on_digest(Job *job, const Digest *digest)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < digest->n_sources; i++)
                r = job_rests_on(job, digest->sources[i].record->id, digest->sources[i].record->change);
        return r;
}

static int compose(Making *making, DigestData *data)
{
        Job *job = making->job;
        Digest *digest = &data->digest;
        size_t n = 0;
        int r = digest_build(job->store, job->config, job->mail->contact, job->contact, job->mail->due,
                        job->now, digest);
        if (r == 0)
                r = mails_rest_on_digest(job, digest);
        if (r == 0 && digest->text.n == 0)
                return job_close(job, MAIL_SUPPRESSED, MAIL_REASON_NOTHING_TO_TELL);
        for (size_t i = 0; r == 0 && i < digest->text.n; i++)
                parked_drop_listed(&making->parked, digest->text.entries[i].item.record->id,
                                &digest->text.entries[i].occurrence);
        making->options.n_parked = making->parked.n_items;
        if (r == 0)
                r = compose_digest(&digest->text, &making->options, making->out, &n);
        if (r == 0)
                r = digest_told_init(digest, n, &data->told);
        job->told = data->told.rows;
        job->n_told = data->told.n;
        return r;
}

typedef struct Truth {
        const Job *job;
        Store *store;
        bool holds;
} Truth;

/*
 * Checks an entry of the fixed bytes: the recipient has not refused the event, the event has not changed,
 * and no later mail says otherwise.
 */
static int on_told(const MailRecord *told, void *userdata)
{
        Truth *truth = userdata;
        const Job *job = truth->job;
        MailReason refusal = MAIL_REASON_NONE;
        bool differs = false;
        if (told->expires <= job->now)
                return 0;
        int r = consent_why_not(truth->store, told->contact, job->contact, told->uid, &refusal);
        if (r == 0)
                r = notice_is_needed(truth->store, job->config, told, job->now, &differs);
        if (r == 0 && !differs)
                r = notice_told_otherwise(truth->store, told, job->now, &differs);
        truth->holds = truth->holds && !refusal && !differs;
        return r;
}

int mails_look_at_told(const Job *job, Store *store, bool *ret_holds)
{
        Truth truth = { job, store, true };
        int r = ledger_told_by(store, job->mail->id, on_told, &truth);
        *ret_holds = truth.holds;
        return r;
}

int mails_make_digest(Job *job, Buffer *out)
{
        CLEANUP(making_done) Making making;
        bool holds = true;
        int r = making_init(&making, job, out);
        if (r == 0 && card_digest(job->contact).period == DIGEST_NONE)
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_NO_DIGEST);
        if (r == 0 && !out) {
                r = mails_look_at_told(job, job->store, &holds);
                return r != 0 || holds ? r : job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_SINCE);
        }
        job->data = r == 0 ? calloc(1, sizeof(DigestData)) : NULL;
        if (!job->data)
                return r != 0 ? r : -ENOMEM;
        r = compose(&making, job->data);
        return r == 0 ? making_repeat_parked(&making) : r;
}

int mails_check_digest(const Job *job, Store *store)
{
        bool holds = true;
        int r = mails_check_listed(job, store);
        if (r == 0 && job_is_fixed(job) && job->close_as == 0)
                r = mails_look_at_told(job, store, &holds);
        return r == 0 && !holds ? JOB_STALE : r;
}
