/* The mail of an announcement. Its row has the UID of the announcement as its rule. */

#include "letter/compose-announcement.h"
#include "remind/announce.h"
#include "remind/mails-internal.h"
#include "store/subscription.h"

/* Closes the row if the announcement was stopped or the contact does not want it. */
static int look(Job *job, const Announcement *announcement)
{
        int r = job_load_contact(job);
        if (r == 0)
                r = subscription_version(job->store, job->mail->contact, &job->listings);
        if (r == 0 && announcement->stopped)
                return job_close(job, MAIL_SUPPRESSED, MAIL_REASON_WITHDRAWN);
        if (r == 0)
                r = announce_why_not(
                                job->store, announcement, job->mail->contact, job->contact, &job->refusal);
        return r == 0 && job->refusal ? job_close(job, MAIL_SUPPRESSED, job->refusal) : r;
}

int mails_load_announcement(Job *job)
{
        Announcement *announcement = NULL;
        int r = announcement_get(job->store, job->mail->rule, &announcement);
        job->data = announcement;
        if (r == STORE_E_NOT_FOUND || (r == 0 && announcement->n_texts == 0))
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_NOTHING_TO_TELL);
        return r == 0 ? look(job, announcement) : r;
}

int mails_make_announcement(Job *job, Buffer *out)
{
        CLEANUP(making_done) Making making;
        const Announcement *announcement = job->data;
        usec_t due;
        int r = making_init(&making, job, out);
        if (r == 0)
                r = making_keep_quiet(&making, job->config->time_zone, job->mail->expires,
                                job->mail->expires, &due);
        if (r != 0 || !out)
                return r;
        const LetterOptions options = making_letter_options(job);
        return compose_announcement(announce_text(announcement, job->contact), &options, out);
}

int mails_check_announcement(const Job *job, Store *store)
{
        CLEANUP(announcement_freep) Announcement *announcement = NULL;
        MailReason refusal = MAIL_REASON_NONE;
        int64_t listings = job->listings;
        const Announcement *loaded = job->data;
        if (!loaded)
                return 0; /* the mail has expired, or there was no announcement: it is closed in any case */
        int r = job_check_versions(job, store);
        if (r == 0)
                r = announcement_get(store, job->mail->rule, &announcement);
        if (r == STORE_E_NOT_FOUND)
                return JOB_STALE;
        if (r == 0 && job->contact)
                r = announce_why_not(store, announcement, job->mail->contact, job->contact, &refusal);
        if (r == 0 && job->contact)
                r = subscription_version(store, job->mail->contact, &listings);
        bool is_same = (loaded->stopped != 0) == (announcement && announcement->stopped != 0);
        return r == 0 && (!is_same || refusal != job->refusal || listings != job->listings) ? JOB_STALE : r;
}

void mails_announcement_done(Job *job)
{
        announcement_free(job->data);
}
