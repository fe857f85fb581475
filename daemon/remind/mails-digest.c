/*
 * Digests. A digest is composed from the current events. The contents of each entry are recorded, so that
 * the recipient gets a notice when an event changes. Bytes that may have arrived are sent a second time
 * only while all their contents are correct.
 */

#include "letter/event-item.h"
#include "remind/consent.h"
#include "remind/digest.h"
#include "remind/mails-internal.h"
#include "remind/notice.h"
#include "remind/row-texts.h"

#include <errno.h>
#include <stdlib.h>

/* The texts of an entry, which its ledger row borrows. */
typedef struct EntryTexts {
        char recurrence[ROW_TEXT_SIZE], start[ROW_TEXT_SIZE], finish[ROW_TEXT_SIZE];
} EntryTexts;

/* The private data of the job, which borrows the rows from it. */
typedef struct DigestData {
        Digest digest;
        EntryTexts *texts;
        MailTold *rows;
} DigestData;

void mails_digest_done(Job *job)
{
        DigestData *data = job->data;
        if (!data)
                return;
        digest_done(&data->digest);
        free(data->texts);
        free(data->rows);
        free(data);
}

static void tell_entry(const DigestEntry *entry, EntryTexts *texts, MailTold *ret)
{
        const Occurrence *occurrence = &entry->occurrence;
        EventItem whole = entry->item;
        whole.audience = PUBLISH_CONTACT; /* notices compare with these texts */
        row_texts_moment(&occurrence->recurrence_id, texts->recurrence);
        row_texts_moment(&occurrence->start, texts->start);
        row_texts_moment(&occurrence->end, texts->finish);
        *ret = (MailTold){
                .object = entry->item.record->id,
                .uid = entry->item.record->uid,
                .recurrence_id = texts->recurrence,
                .start = texts->start,
                .finish = texts->finish,
                .place = event_item_place(&whole),
                .expires = occurrence->end_usec + (occurrence->end_usec == occurrence->start_usec),
        };
}

Digest *mails_digest_of(Job *job)
{
        DigestData *data = job->data ? job->data : calloc(1, sizeof(*data));
        job->data = data;
        return data ? &data->digest : NULL;
}

int mails_rest_on_digest(Job *job)
{
        const DigestData *data = job->data;
        int r = 0;
        for (size_t i = 0; r == 0 && i < data->digest.n_sources; i++)
                r = job_rests_on(job, data->digest.sources[i].record->id,
                                data->digest.sources[i].record->change);
        return r;
}

int mails_tell_digest(Job *job, size_t n)
{
        DigestData *data = job->data;
        data->texts = calloc(n + 1, sizeof(*data->texts));
        data->rows = calloc(n + 1, sizeof(*data->rows));
        if (!data->texts || !data->rows)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                tell_entry(&data->digest.text.entries[i], &data->texts[i], &data->rows[i]);
        job->told = data->rows;
        job->n_told = n;
        return 0;
}

static int compose(Making *making, Digest *digest)
{
        Job *job = making->job;
        size_t n = 0;
        int r = digest_build(job->store, job->config, job->mail->contact, job->contact, job->mail->due,
                        job->now, digest);
        if (r == 0)
                r = mails_rest_on_digest(job);
        if (r == 0 && digest->text.n == 0)
                return job_close(job, MAIL_SUPPRESSED, MAIL_REASON_NOTHING_TO_TELL);
        if (r == 0)
                r = compose_digest(&digest->text, &making->options, making->out, &n);
        return r == 0 ? mails_tell_digest(job, n) : r;
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
        Digest *digest = r == 0 ? mails_digest_of(job) : NULL;
        if (!digest)
                return r != 0 ? r : -ENOMEM;
        return compose(&making, digest);
}

int mails_check_digest(const Job *job, Store *store)
{
        bool holds = true;
        int r = mails_check_listed(job, store);
        if (r == 0 && job_is_fixed(job) && job->close_as == 0)
                r = mails_look_at_told(job, store, &holds);
        return r == 0 && !holds ? JOB_STALE : r;
}
