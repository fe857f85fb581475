#pragma once

/*
 * The work on one ledger row: the row, its contact and the facts that its kind (kind.h) finds. A job
 * belongs to the sender's thread; the ledger writer reads it while the delivery waits for the write.
 */

#include "config/config.h"
#include "contact/card.h"
#include "outbox/kind.h"
#include "store/ledger.h"
#include "store/object.h"

/** The store, configuration and caches of the jobs; all borrowed. */
typedef struct JobSource {
        Store *store;
        const Config *config;
        const OutboxTable *const *tables; /* ends with NULL */
        void *caches[OUTBOX_TABLES_MAX];  /* one for each table; NULL for a table without a cache */
} JobSource;

/** The version of an object that the mail was made from. */
typedef struct JobVersion {
        int64_t object, change; /* `change` is 0 if the object does not exist */
} JobVersion;

struct Job {
        Store *store;
        const Config *config;
        const OutboxKind *kind;
        void *cache; /* of the kind's table */
        MailRecord *mail;
        usec_t now;
        const char *message_id; /* without angle brackets */

        ObjectRecord *contact_record; /* NULL for a reader who is not a contact */
        Card *contact;
        const char *address;
        MailReason refusal; /* set by load(): why the reader may get no mail; else MAIL_REASON_NONE */
        int64_t listings;   /* subscription_version() of the reader when load() ran */
        void *data;         /* private data of the kind */

        JobVersion *versions; /* the objects that the mail was made from: job_rests_on() */
        size_t n_versions;
        int64_t sequence; /* store_sequence() at the start of the job */

        char *told_finish, *told_place; /* in the bytes, from job_tells(); NULL: as in the row */
        const MailTold *told;           /* the occurrences in a mail about several events; the kind's */
        size_t n_told;
        bool tells_parked;          /* the bytes also list parked mails */
        MailDictionary *dictionary; /* a nearly equal mail, for compression; NULL: none */

        MailState close_as; /* for JOB_CLOSE */
        MailReason reason;  /* for JOB_CLOSE and JOB_WAIT */
        usec_t wait_until;  /* for JOB_WAIT */
};

/**
 * job_begin() - read a row
 * @source: borrowed for the life of the job
 *
 * If no table has the kind of the row, job_check() returns JOB_CLOSE.
 *
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, negative errno. Call job_done() in any
 * case.
 */
int job_begin(const JobSource *source, int64_t mail, usec_t now, Job *ret);
void job_done(Job *job);

/**
 * job_is_fixed() - whether the bytes may have arrived already. Then only the same bytes may be sent again.
 */
bool job_is_fixed(const Job *job);

/**
 * job_rests_on() - record that the mail depends on version @change of @object; 0: that @object does not
 * exist
 * job_check_versions() - check in another transaction that all recorded versions are current. Return: 0,
 * JOB_STALE, a condition of the store, negative errno.
 */
int job_rests_on(Job *job, int64_t object, int64_t change);
int job_check_versions(const Job *job, Store *store);

/** job_version() - the recorded version of an object; 0 if the mail does not depend on it. */
int64_t job_version(const Job *job, int64_t object);

/**
 * job_tells() - record the end and place that the bytes contain, if they differ from the row; copied. Call
 * it once for each job. Return: 0 or -ENOMEM.
 */
int job_tells(Job *job, const char *finish, const char *place);

/**
 * job_load_contact() - load the card and address of the row's contact; for a kind's load(). Return: 0,
 * JOB_CLOSE if the contact does not exist any more, other errors.
 */
int job_load_contact(Job *job);

/**
 * job_close() - for a kind: close the row without sending. Return: JOB_CLOSE.
 * job_wait() - for a kind: do not send before @until. Return: JOB_WAIT.
 */
int job_close(Job *job, MailState state, MailReason reason);
int job_wait(Job *job, usec_t until, MailReason reason);

/**
 * job_still_holds() - call OutboxKind.check() of the job. Return: 0, JOB_STALE, a condition of the store,
 * negative errno.
 */
int job_still_holds(const Job *job, Store *store);

/**
 * job_check() - check that the mail is still wanted and may be sent now; compose its bytes into @out unless
 * they are fixed
 * @message_id: borrowed for the life of the job
 * Return: 0, JOB_CLOSE, JOB_WAIT, a condition of the store, negative errno.
 */
int job_check(Job *job, const char *message_id, Buffer *out);
