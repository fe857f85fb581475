#pragma once

/*
 * A job is the work on one ledger row: the row, its contact and the data that the kind of mail (kind.h)
 * finds. A job belongs to the sender's thread. The ledger writer's thread reads it while the delivery waits
 * for the write.
 */

#include "config/config.h"
#include "contact/card.h"
#include "outbox/kind.h"
#include "store/ledger.h"
#include "store/object.h"

/** The store, configuration and caches that all jobs of a sender use; all borrowed. */
typedef struct JobSource {
        Store *store;
        const Config *config;
        const OutboxTable *const *tables; /* ends with NULL */
        void *caches[OUTBOX_TABLES_MAX];  /* one for each table; NULL for a table without a cache */
} JobSource;

/** One object that the mail was made from, in the version that was read. */
typedef struct JobVersion {
        int64_t object, change; /* `change` is 0 if the object does not exist */
        bool is_named;          /* the mail only names it: the recipient need not be listed for it */
} JobVersion;

struct Job {
        Store *store;
        const Config *config;
        const OutboxKind *kind;
        void *cache; /* of the kind's table */
        MailRecord *mail;
        usec_t now;
        const char *message_id; /* without angle brackets */

        ObjectRecord *contact_record; /* NULL if the recipient is not a contact */
        Card *contact;
        const char *address;
        MailReason refusal; /* set by load(): why the recipient may get no mail, or MAIL_REASON_NONE */
        int64_t listings;   /* subscription_version() of the recipient when load() ran */
        void *data;         /* private data of the kind */

        JobVersion *versions; /* the objects that the mail was made from, see job_rests_on() */
        size_t n_versions;
        int64_t sequence; /* store_sequence() at the start of the job */

        char *told_finish, *told_place; /* see job_tells(); NULL if they equal the row's */
        usec_t told_expires;            /* see job_tells(); 0 if it was not called */
        const MailTold *told; /* the occurrences in a mail about several events; owned by the kind */
        size_t n_told;
        const MailCompanion *companions; /* the other rows of a new bundle; owned by the kind */
        size_t n_companions;
        int64_t *repeated; /* the parked mails that the mail's text also lists, see job_repeats() */
        size_t n_repeated;
        MailDictionary *dictionary; /* a similar mail, as the dictionary for compression; NULL if none */

        MailState close_as; /* for JOB_CLOSE */
        MailReason reason;  /* for JOB_CLOSE and JOB_WAIT */
        usec_t wait_until;  /* for JOB_WAIT */
};

/**
 * job_begin() - read a row
 * @source: borrowed for the life of the job
 *
 * If no table contains the row's kind of mail, job_check() will return JOB_CLOSE.
 *
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, or negative errno. In every case the caller
 * must call job_done().
 */
int job_begin(const JobSource *source, int64_t mail, usec_t now, Job *ret);
void job_done(Job *job);

/**
 * job_is_fixed() - whether an earlier attempt may have delivered the mail. If so, only the same bytes may be
 * sent again.
 */
bool job_is_fixed(const Job *job);

/**
 * job_rests_on() - record that the mail depends on version @change of @object. If @change is 0, the mail
 * depends on @object not existing. Return: 0 or -ENOMEM.
 */
int job_rests_on(Job *job, int64_t object, int64_t change);

/** job_repeats() - record that the mail's text also lists the parked mail @parked. Return: 0 or -ENOMEM. */
int job_repeats(Job *job, int64_t parked);

/**
 * job_names() - as job_rests_on(), for an object that the mail only names: the recipient need not be listed
 * for it
 */
int job_names(Job *job, int64_t object, int64_t change);

/**
 * job_check_versions() - check that all recorded versions are still current in @store, in whose transaction
 * the row will be changed. Return: 0, JOB_STALE, a condition of the store, or negative errno.
 */
int job_check_versions(const Job *job, Store *store);

/** job_version() - the recorded version of an object; 0 if the mail does not depend on it. */
int64_t job_version(const Job *job, int64_t object);

/**
 * job_tells() - record the end time and the place that the composed mail names, if one of them differs from
 * the row's, and until when they matter. The job keeps copies. Call it at most once for each job. Return: 0
 * or -ENOMEM.
 */
int job_tells(Job *job, const char *finish, const char *place, usec_t expires);

/**
 * job_load_contact() - load the card and the address of the row's contact; called by load() of a kind.
 * Return: 0, JOB_CLOSE if the contact no longer exists or its card cannot be parsed, a condition of the
 * store, or negative errno.
 */
int job_load_contact(Job *job);

/** job_close() - called by a kind to close the row without sending. Return: JOB_CLOSE. */
int job_close(Job *job, MailState state, MailReason reason);

/** job_wait() - called by a kind if the mail must not be sent before @until. Return: JOB_WAIT. */
int job_wait(Job *job, usec_t until, MailReason reason);

/**
 * job_still_holds() - check with OutboxKind.check() that the job's data is current in @store. Return: 0,
 * JOB_STALE, a condition of the store, or negative errno.
 */
int job_still_holds(const Job *job, Store *store);

/**
 * job_check() - check that the mail is still wanted and may be sent now. Unless job_is_fixed(), compose its
 * bytes into @out.
 * @message_id: without angle brackets, borrowed for the life of the job
 * Return: 0, JOB_CLOSE, JOB_WAIT, a condition of the store, or -ENOMEM. If a callback of the kind fails with
 * another negative errno, the mail cannot be sent: JOB_CLOSE.
 */
int job_check(Job *job, const char *message_id, Buffer *out);
