#include "outbox/job.h"

#include <errno.h>
#include <string.h>

int job_close(Job *job, MailState state, MailReason reason)
{
        job->close_as = state;
        job->reason = reason;
        return JOB_CLOSE;
}

int job_wait(Job *job, usec_t until, MailReason reason)
{
        job->wait_until = until;
        job->reason = reason;
        return JOB_WAIT;
}

int job_load_contact(Job *job)
{
        int r = object_get_by_id(job->store, job->mail->contact, &job->contact_record);
        if (r == 0)
                r = card_parse(job->contact_record->text, job->contact_record->len, &job->contact, NULL);
        if (r == STORE_E_NOT_FOUND || r == CARD_E_INVALID)
                return job_close(job, MAIL_SUPPRESSED, MAIL_REASON_CONTACT_GONE);
        if (r == 0)
                job->address = card_email(job->contact);
        return r;
}

static const OutboxKind *find_in_table(const OutboxTable *table, const char *name)
{
        for (size_t i = 0; i < table->n; i++)
                if (strcmp(table->kinds[i].name, name) == 0)
                        return &table->kinds[i];
        return NULL;
}

static void find_kind(const JobSource *source, Job *job)
{
        for (size_t i = 0; source->tables[i] && !job->kind; i++) {
                job->kind = find_in_table(source->tables[i], job->mail->kind);
                job->cache = source->caches[i];
        }
}

int job_begin(const JobSource *source, int64_t mail, usec_t now, Job *ret)
{
        *ret = (Job){ .store = source->store, .config = source->config, .now = now };
        int r = ledger_get(source->store, mail, &ret->mail);
        if (r == 0)
                find_kind(source, ret);
        return r == 0 && !ret->kind ? STORE_E_NOT_FOUND : r;
}

void job_done(Job *job)
{
        if (job->kind && job->kind->done)
                job->kind->done(job);
        mail_record_free(job->mail);
        object_record_free(job->contact_record);
        card_free(job->contact);
        mail_dictionary_unref(job->dictionary);
}

int job_check(Job *job, const char *message_id, Buffer *out)
{
        if (job->now >= job->mail->expires)
                return job_close(job, MAIL_EXPIRED, MAIL_REASON_POINTLESS);
        job->message_id = message_id;
        int r = job->kind->load(job);
        if (r == 0)
                r = job->kind->compose(job, job->mail->bytes ? NULL : out);
        if (r == -EINVAL)
                return job_close(job, MAIL_FAILED, MAIL_REASON_NOT_COMPOSED);
        return r == -EFBIG ? job_close(job, MAIL_FAILED, MAIL_REASON_TOO_LONG) : r;
}
