#include "outbox/job.h"

#include "base/array.h"

#include <errno.h>
#include <string.h>

enum { VERSIONS_FEW = 4 };

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

bool job_is_fixed(const Job *job)
{
        return job->mail->state == MAIL_UNKNOWN;
}

static int add_version(Job *job, const JobVersion *version)
{
        JobVersion *versions = array_grow(job->versions, job->n_versions, sizeof(*versions));
        if (!versions)
                return -ENOMEM;
        job->versions = versions;
        versions[job->n_versions++] = *version;
        return 0;
}

int job_rests_on(Job *job, int64_t object, int64_t change)
{
        return add_version(job, &(JobVersion){ object, change, false });
}

int job_names(Job *job, int64_t object, int64_t change)
{
        return add_version(job, &(JobVersion){ object, change, true });
}

static int check_version(const JobVersion *version, Store *store)
{
        int64_t change = 0;
        int r = object_change(store, version->object, &change);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        return change == version->change ? 0 : JOB_STALE;
}

/*
 * If there are many versions, as for a digest, the sequence of the store is checked first: if it is the
 * same as at the start of the job, no object has changed.
 */
int job_check_versions(const Job *job, Store *store)
{
        int64_t sequence = 0;
        int r = job->n_versions > VERSIONS_FEW ? store_sequence(store, &sequence) : 0;
        if (r != 0 || (sequence > 0 && sequence == job->sequence))
                return r;
        for (size_t i = 0; r == 0 && i < job->n_versions; i++)
                r = check_version(&job->versions[i], store);
        return r;
}

int job_repeats(Job *job, int64_t parked)
{
        int64_t *repeated = array_grow(job->repeated, job->n_repeated, sizeof(*repeated));
        if (!repeated)
                return -ENOMEM;
        job->repeated = repeated;
        repeated[job->n_repeated++] = parked;
        return 0;
}

int64_t job_version(const Job *job, int64_t object)
{
        for (size_t i = 0; i < job->n_versions; i++)
                if (job->versions[i].object == object)
                        return job->versions[i].change;
        return 0;
}

int job_tells(Job *job, const char *finish, const char *place, usec_t expires)
{
        const MailRecord *mail = job->mail;
        job->told_expires = expires;
        if (strcmp(mail->finish, finish) == 0 && strcmp(mail->place, place) == 0)
                return 0;
        job->told_finish = strdup(finish);
        job->told_place = strdup(place);
        return job->told_finish && job->told_place ? 0 : -ENOMEM;
}

/* Data that cannot be read any more is stale: when the mail is composed again, it waits for a repair. */
int job_still_holds(const Job *job, Store *store)
{
        int r = job->kind->check ? job->kind->check(job, store) : 0;
        return r == DB_E_CORRUPT ? JOB_STALE : r;
}

static int rest_on_contact(Job *job)
{
        return job_rests_on(job, job->mail->contact, job->contact_record ? job->contact_record->change : 0);
}

int job_load_contact(Job *job)
{
        int r = object_get_by_id(job->store, job->mail->contact, &job->contact_record);
        int rests = r == 0 || r == STORE_E_NOT_FOUND ? rest_on_contact(job) : 0;
        if (rests < 0)
                return rests;
        if (r == 0)
                r = card_parse(job->contact_record->text, job->contact_record->len, &job->contact, NULL);
        if (r == STORE_E_NOT_FOUND || r == CARD_E_INVALID)
                return job_close(job, MAIL_SUPPRESSED, MAIL_REASON_CONTACT_GONE);
        if (r == 0)
                job->address = card_email(job->contact);
        return r;
}

/* Closes a row of an unknown kind, which was written by a newer program or is damaged. */
static int load_unknown(Job *job)
{
        return job_close(job, MAIL_FAILED, MAIL_REASON_NO_KIND);
}

static const OutboxKind unknown_kind = { .name = "", .load = load_unknown };

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
        if (!job->kind)
                job->kind = &unknown_kind;
}

int job_begin(const JobSource *source, int64_t mail, usec_t now, Job *ret)
{
        *ret = (Job){ .store = source->store, .config = source->config, .now = now };
        int r = ledger_get(source->store, mail, &ret->mail);
        if (r == 0)
                r = store_sequence(source->store, &ret->sequence);
        if (r == 0)
                find_kind(source, ret);
        return r;
}

void job_done(Job *job)
{
        if (job->kind && job->kind->done)
                job->kind->done(job);
        mail_record_free(job->mail);
        object_record_free(job->contact_record);
        card_free(job->contact);
        mail_dictionary_unref(job->dictionary);
        free(job->versions);
        free(job->repeated);
        free(job->told_finish);
        free(job->told_place);
}

int job_check(Job *job, const char *message_id, Buffer *out)
{
        if (job->now >= job->mail->expires)
                return job_close(job, MAIL_EXPIRED, MAIL_REASON_POINTLESS);
        job->message_id = message_id;
        int r = job->kind->load(job);
        if (r == 0 && job_is_fixed(job) && !job->mail->bytes)
                return job_close(job, MAIL_FAILED, MAIL_REASON_NO_BYTES);
        if (r == 0)
                r = job->kind->compose(job, job_is_fixed(job) ? NULL : out);
        if (r == -EFBIG)
                return job_close(job, MAIL_FAILED, MAIL_REASON_TOO_LONG);
        /*
         * An errno other than -ENOMEM concerns this mail only. Its row is closed, so that the mail does not
         * block others.
         */
        return r < 0 && r != -ENOMEM ? job_close(job, MAIL_FAILED, MAIL_REASON_NOT_COMPOSED) : r;
}
