#pragma once

/*
 * One row of the ledger on its way out: what its kind (kind.h) finds out about it. A job belongs to the
 * sender's thread; the ledger writer reads it while the thread waits for the write.
 */

#include "config/config.h"
#include "contact/card.h"
#include "outbox/kind.h"
#include "store/ledger.h"
#include "store/object.h"

/** The means by which jobs are read; borrowed. */
typedef struct JobSource {
        Store *store;
        const Config *config;
        const OutboxTable *const *tables; /* ends with NULL */
        void *caches[OUTBOX_TABLES_MAX];  /* of each table; NULL for none */
} JobSource;

/** The version of an object that a job was made by. */
typedef struct JobVersion {
        int64_t object, change; /* `change` is 0 for an object that was not there */
} JobVersion;

struct Job {
        Store *store;
        const Config *config;
        const OutboxKind *kind;
        void *cache; /* of the kind's table */
        MailRecord *mail;
        usec_t now;
        const char *message_id; /* without angle brackets */

        ObjectRecord *contact_record; /* NULL for a reader who is not listed */
        Card *contact;
        const char *address;
        MailReason refusal; /* why the reader may get no mail, as load() has found; MAIL_REASON_NONE when it may */
        int64_t listings; /* the version of what the reader is listed for, as load() has found it */
        void *data;       /* the kind's own */

        JobVersion *versions; /* what the mail rests on: job_rests_on() */
        size_t n_versions;
        int64_t sequence; /* of the store when the job began */

        char *told_finish, *told_place; /* what the bytes tell: job_tells(); NULL: what the row has */
        const MailTold *told;           /* what the bytes tell of several events; the kind's own */
        size_t n_told;
        bool tells_parked;          /* the bytes tell of parked mails too */
        MailDictionary *dictionary; /* that the bytes nearly repeat; NULL for none */

        MailState close_as; /* for JOB_CLOSE */
        MailReason reason;  /* for JOB_CLOSE and JOB_WAIT */
        usec_t wait_until;  /* for JOB_WAIT */
};

/**
 * job_begin() - read a row
 * @source: borrowed for the life of the job
 *
 * One whose kind is in no table is to be closed, as job_check() will say.
 *
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, negative errno. job_done() it in any case.
 */
int job_begin(const JobSource *source, int64_t mail, usec_t now, Job *ret);
void job_done(Job *job);

/** job_is_fixed() - whether the bytes may have arrived: then the same ones go again, or none. */
bool job_is_fixed(const Job *job);

/**
 * job_rests_on() - the mail is true for as long as @object has the version @change; 0: for as long as it is
 * not there
 * job_check_versions() - do all of them still stand, in another transaction? Return: 0, JOB_STALE, a
 * condition of the store, negative errno.
 */
int job_rests_on(Job *job, int64_t object, int64_t change);
int job_check_versions(const Job *job, Store *store);

/** job_version() - the version of an object that the job rests on; 0 when it does not. */
int64_t job_version(const Job *job, int64_t object);

/**
 * job_tells() - the end and the place that the bytes tell; copied where the row has it otherwise. Once for
 * a job. Return: 0 or -ENOMEM.
 */
int job_tells(Job *job, const char *finish, const char *place);

/**
 * job_load_contact() - for a kind's load(): the card and address of the row's contact. Return: 0, JOB_CLOSE
 * when it is gone, other errors.
 */
int job_load_contact(Job *job);

/** job_close(), job_wait() - what a kind returns for a mail that is not to go, or not before @until. */
int job_close(Job *job, MailState state, MailReason reason);
int job_wait(Job *job, usec_t until, MailReason reason);

/**
 * job_still_holds() - OutboxKind.check() of the job. Return: 0, JOB_STALE, a condition of the store,
 * negative errno.
 */
int job_still_holds(const Job *job, Store *store);

/**
 * job_check() - whether the mail is still wanted and true, and may go now; appends its bytes unless they
 * are fixed
 * @message_id: borrowed for the life of the job
 * Return: 0, JOB_CLOSE, JOB_WAIT, a condition of the store, negative errno.
 */
int job_check(Job *job, const char *message_id, Buffer *out);
